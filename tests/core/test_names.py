import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.errors import InvalidNameError, NameTakenError, ReservedNameError, UsageError
from conda_jupyter_plugin.core.models import Environment, Kernel
from conda_jupyter_plugin.core.names import (
    check_chosen,
    check_template,
    choose,
    display_name,
    is_valid,
    kernel_name,
    label,
    suffixed,
    why_reserved,
)

from ..support import bash_spec, python_spec, r_spec

HEX = "0123456789abcdef" * 2


def kernel_of(name="opencv", parent="envs", directory="python3", spec=None):
    environment = Environment(Path("/home/user", parent, name), name, "conda")
    folder = environment.prefix / "share/jupyter/kernels" / directory
    return Kernel(environment, folder, spec or python_spec())


def nobody(name):
    return False


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("opencv", "opencv"),
        ("OpenCV", "opencv"),
        ("open cv", "open-cv"),
        ("a  b//c", "a-b-c"),
        ("py3.12_x-y", "py3.12_x-y"),
        ("Père Noël", "pere-noel"),
        ("Ünïcödé", "unicode"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ﬁt", "fit"),
        ("_private", "private"),
        (".hidden", "hidden"),
        ("-dash-", "dash"),
        ("日本", "kernel"),
        ("日本 3", "3"),
        ("...", "kernel"),
        ("", "kernel"),
        ("x" * 101, "x" * 100),
        ("x" * 99 + "-y", "x" * 99),
    ],
)
def test_any_text_becomes_a_valid_readable_name(text, name):
    assert kernel_name(text) == name


@pytest.mark.parametrize("text", ["Père Noël", "日本", "a" * 300, "..a..", "-", "\n", "%s", "x\udcff"])
def test_what_is_made_is_valid(text):
    assert is_valid(kernel_name(text))


@pytest.mark.parametrize("name", ["opencv", "3d", "a.b_c-d", "x" * 100])
def test_names_that_jupyter_takes_are_valid(name):
    assert is_valid(name)


@pytest.mark.parametrize("name", ["", "Open", "a b", ".a", "-a", "_a", "é", "a\n", "a/b", "x" * 101])
def test_names_that_jupyter_does_not_take_are_not_valid(name):
    assert not is_valid(name)


@pytest.mark.parametrize(
    "name", ["conda-opencv", "conda-", HEX, f"opencv{HEX}", "python3", "python2", "ir", "bash"]
)
def test_names_that_other_tools_claim_are_reserved(name):
    assert why_reserved(name)


@pytest.mark.parametrize(
    "name", ["opencv", "conda", "condas-opencv", HEX[1:], f"{HEX}x", "python3.12", "iris"]
)
def test_other_names_are_free(name):
    assert why_reserved(name) is None


def test_an_invalid_chosen_name_is_an_error_that_shows_a_valid_one():
    with pytest.raises(InvalidNameError) as caught:
        check_chosen("Open CV", force=False)

    assert caught.value.hint == "Try: --kernel-name open-cv"


def test_force_makes_no_invalid_name_valid():
    with pytest.raises(InvalidNameError):
        check_chosen("Open CV", force=True)


@pytest.mark.parametrize("name", ["conda-opencv", HEX, "python3"])
def test_a_reserved_chosen_name_needs_force(name):
    with pytest.raises(ReservedNameError, match="--force"):
        check_chosen(name, force=False)


@pytest.mark.parametrize("name", ["conda-opencv", HEX, "python3"])
def test_force_gives_a_reserved_name(name):
    check_chosen(name, force=True)


@pytest.mark.parametrize(
    "directory",
    ["5d41402abc4b2a76b9719d911017c592", f"python3-{HEX}", "python3812jvsc74a57bd0abc", "x" * 17 + HEX],
)
def test_a_further_kernel_with_a_reserved_form_of_a_name_gets_another_steadily(directory):
    kernel = kernel_of(directory=directory)

    name = choose(kernel, first=False, taken=nobody)

    assert re.fullmatch("opencv-[0-9a-f]{8}", name)
    assert why_reserved(name) is None
    assert choose(kernel, first=False, taken=nobody) == name
    assert choose(kernel_of(directory=f"{directory[:-1]}0"), first=False, taken=nobody) != name


@pytest.mark.parametrize(
    "environment", ["opencv", HEX, "conda-opencv", "jvsc74a57bd0", "x" * 200, "python3", ""]
)
@pytest.mark.parametrize("directory", ["python3", HEX, "jvsc74a57bd0", "conda-x", "x" * 200, ""])
@pytest.mark.parametrize("parent", ["envs", HEX, "conda-envs", "jvsc74a57bd0"])
def test_every_search_for_a_name_ends(environment, directory, parent):
    kernel = kernel_of(environment, parent=parent, directory=directory)
    for first in (True, False):
        name = choose(kernel, first=first, taken=nobody)
        assert is_valid(name)
        assert why_reserved(name) is None
        with pytest.raises(NameTakenError, match="--kernel-name"):
            choose(kernel, first=first, taken=lambda _: True)


def test_a_kernel_is_called_after_its_environment():
    assert choose(kernel_of("OpenCV"), first=True, taken=nobody) == "opencv"


def test_a_second_kernel_is_called_after_the_environment_and_its_folder():
    assert choose(kernel_of(directory="ir"), first=False, taken=nobody) == "opencv-ir"


def test_the_parent_folder_goes_in_front_of_a_taken_name():
    assert choose(kernel_of(parent="lab"), first=True, taken={"opencv"}.__contains__) == "lab-opencv"


def test_the_parent_folder_goes_in_front_of_a_second_kernels_taken_name():
    taken = {"opencv-ir"}.__contains__

    assert choose(kernel_of(parent="lab", directory="ir"), first=False, taken=taken) == "lab-opencv-ir"


def test_a_number_goes_behind_where_the_parent_folder_does_not_help():
    taken = {"opencv", "lab-opencv", "lab-opencv-2"}.__contains__

    assert choose(kernel_of(parent="lab"), first=True, taken=taken) == "lab-opencv-3"


def test_a_name_of_full_length_has_room_for_the_number():
    taken = itertools.chain([True] * 3, itertools.repeat(False))

    name = choose(kernel_of("x" * 100), first=True, taken=lambda name: next(taken))

    assert is_valid(name) and name.endswith("-3")


@pytest.mark.parametrize(
    ("name", "chosen"),
    [("python3", "envs-python3"), ("ir", "envs-ir"), ("conda-dev", "envs-conda-dev"), (HEX, f"envs-{HEX}-2")],
)
def test_an_environment_with_a_reserved_name_gets_another(name, chosen):
    assert choose(kernel_of(name), first=True, taken=nobody) == chosen


@pytest.mark.parametrize(
    ("name", "parent"), [("conda-dev", "conda-envs"), ("conda-dev", "conda-"), ("xjvsc74a57bd0", "envs")]
)
def test_a_free_name_is_found_even_where_every_part_is_reserved(name, parent):
    code = (
        "from pathlib import Path\n"
        "from conda_jupyter_plugin.core.models import Environment, Kernel\n"
        "from conda_jupyter_plugin.core.names import choose, why_reserved\n"
        f"environment = Environment(Path('/home/user/{parent}/{name}'), {name!r}, 'conda')\n"
        "kernel = Kernel(environment, environment.prefix / 'share/jupyter/kernels/python3', {})\n"
        "name = choose(kernel, first=True, taken=lambda name: False)\n"
        "assert not why_reserved(name), name\n"
    )

    assert subprocess.run([sys.executable, "-c", code], timeout=5, check=False).returncode == 0


@pytest.mark.parametrize(
    ("name", "directory"), [("x" * 100, "ir"), ("x" * 100, "y" * 100), ("opencv", "Père Noël")]
)
def test_a_further_kernels_name_is_valid(name, directory):
    assert is_valid(suffixed(name, directory))


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

    assert display_name(kernel, "{language} ({environment})", own=False) == expected


def test_a_language_without_a_known_version_goes_without():
    assert label(kernel_of(spec=python_spec())) == "Python"


def test_a_second_kernel_of_the_same_language_shows_its_own_name():
    kernel = kernel_of(spec={**python_spec(), "display_name": "xeus"})

    assert display_name(kernel, "{language} ({environment})", own=True) == "xeus (opencv)"


def test_a_template_has_environment_kernel_and_prefix():
    shown = display_name(kernel_of(), "{environment} {kernel} {prefix}", own=False)

    assert shown == "opencv python3 /home/user/envs/opencv"


@pytest.mark.parametrize("template", ["{nonsense}", "{", "{0}", "{}", "{environment.x}", "{environment[a]}"])
def test_a_template_that_cannot_be_used_is_bad_usage(template):
    with pytest.raises(UsageError, match="Its fields are"):
        display_name(kernel_of(), template, own=False)


@pytest.mark.parametrize(
    "template", ["{language.__class__}", "{language!r}", "{language:>99}", "{}", "{0}", "{nothing}", "{"]
)
def test_a_template_has_plain_fields_alone(template):
    assert check_template(template) == "Its fields are {language}, {environment}, {kernel}, {prefix}."
