from pathlib import Path

import pytest

from conda_jupyter_plugin.core.display_names import check_template, display_name, labels
from conda_jupyter_plugin.core.errors import UsageError
from conda_jupyter_plugin.core.models import Environment, Kernel

from ..support import bash_spec, python_spec, r_spec


def kernel_of(name="opencv", parent="envs", directory="python3", spec=None):
    environment = Environment(Path("/home/user", parent, name), name, "conda")
    folder = environment.prefix / "share/jupyter/kernels" / directory
    return Kernel(environment, folder, spec or python_spec())


def label(kernel):
    return labels([kernel])[kernel.directory]


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

    assert display_name(kernel, label(kernel), "{language} ({environment})") == expected


def test_a_language_without_a_known_version_goes_without():
    assert label(kernel_of(spec=python_spec())) == "Python"


def test_a_second_kernel_of_the_same_language_shows_its_own_name():
    kernel = kernel_of(directory="xpython", spec={**python_spec(), "display_name": "xeus"})

    called = labels([kernel_of(), kernel])

    assert called == {"python3": "Python", "xpython": "xeus"}
    assert display_name(kernel, called["xpython"], "{language} ({environment})") == "xeus (opencv)"


def test_a_template_has_environment_kernel_and_prefix():
    shown = display_name(kernel_of(), "Python", "{environment} {kernel} {prefix}")

    assert shown == "opencv python3 /home/user/envs/opencv"


@pytest.mark.parametrize("template", ["{nonsense}", "{", "{0}", "{}", "{environment.x}", "{environment[a]}"])
def test_a_template_that_cannot_be_used_is_bad_usage(template):
    with pytest.raises(UsageError, match="Its fields are"):
        display_name(kernel_of(), "Python", template)


@pytest.mark.parametrize(
    "template", ["{language.__class__}", "{language!r}", "{language:>99}", "{}", "{0}", "{nothing}", "{"]
)
def test_a_template_has_plain_fields_alone(template):
    assert check_template(template) == "Its fields are {language}, {environment}, {kernel}, {prefix}."
