from pathlib import Path

import pytest

from conda_jupyter_plugin.core.dataclass import replace
from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.kernelspec.survey import label_kernels
from conda_jupyter_plugin.core.models import Environment, Kernel, Owner
from conda_jupyter_plugin.core.naming.display_names import check_template, display_name

from ...support import bash_spec, python_spec, r_spec


def kernel_of(name="opencv", parent="envs", directory="python3", spec=None):
    environment = Environment(Path("/home/user", parent, name), name, "conda")
    folder = environment.prefix / "share/jupyter/kernels" / directory
    return Kernel(environment, folder, spec or python_spec())


def shown(kernel, language, template, *, name="opencv", **recorded):
    owner = replace(Owner.of(kernel), **recorded)
    return display_name(replace(kernel, label=language), template, owner=owner, name=name)


def label(*kernels):
    return [kernel.label for kernel in label_kernels(kernels)][-1]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (python_spec(), "Python 3.12 (opencv)"),
        (r_spec(), "R 4.4 (opencv)"),
        (bash_spec(), "Bash (opencv)"),
        ({"argv": ["x"], "language": "xeus"}, "python3 (opencv)"),
    ],
)
def test_the_display_name_says_language_version_and_environment(make_environment, spec, expected):
    environment = make_environment(python="3.12", r="4.4")
    kernel = Kernel(environment, environment.prefix / "share/jupyter/kernels/python3", spec)

    assert shown(kernel, label(kernel), "{language} ({environment})") == expected


def test_a_language_without_a_known_version_goes_without():
    assert label(kernel_of(spec=python_spec())) == "Python"


def test_a_second_kernel_of_the_same_language_shows_its_own_name():
    kernel = kernel_of(directory="xpython", spec={**python_spec(), "display_name": "xeus"})

    assert label(kernel_of(), kernel) == "xeus"
    assert shown(kernel, "xeus", "{language} ({environment})") == "xeus (opencv)"


def test_a_template_has_environment_kernel_and_prefix():
    text = shown(kernel_of(), "Python", "{environment} {kernel} {prefix}")

    assert text == "opencv python3 /home/user/envs/opencv"


@pytest.mark.parametrize(
    ("name", "expected"), [("opencv-gpu", "Python (opencv-gpu)"), ("gpu", "Python (opencv, gpu)")]
)
def test_a_further_kernel_shows_the_name_that_tells_it_apart(name, expected):
    template = "{language} ({environment})"

    assert shown(kernel_of(), "Python", template, name=name, additional=True) == expected


def test_a_further_kernel_is_told_apart_whatever_the_template():
    assert shown(kernel_of(), "Python", "{language}", name="gpu", additional=True) == "Python (gpu)"


def test_an_environment_is_shown_by_what_tells_it_from_another_of_its_name():
    text = shown(kernel_of(), "Python", "{language} ({environment})", label="lab/opencv")

    assert text == "Python (lab/opencv)"


@pytest.mark.parametrize("template", ["{nonsense}", "{", "{0}", "{}", "{environment.x}", "{environment[a]}"])
def test_a_template_that_cannot_be_used_is_bad_usage(template):
    with pytest.raises(UsageError, match="Its fields are"):
        shown(kernel_of(), "Python", template)


@pytest.mark.parametrize(
    "template", ["{language.__class__}", "{language!r}", "{language:>99}", "{}", "{0}", "{nothing}", "{"]
)
def test_a_template_has_plain_fields_alone(template):
    assert check_template(template) == "Its fields are {language}, {environment}, {kernel}, {prefix}."
