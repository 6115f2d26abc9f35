import itertools
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conda_jupyter_plugin.core.models import Environment, Kernel
from conda_jupyter_plugin.core.naming.kernel_names import choose_name
from conda_jupyter_plugin.core.naming.valid_names import NameTakenError, is_valid, why_reserved

from ...support import python_spec

HEX = "0123456789abcdef" * 2


def kernel_of(name="opencv", parent="envs", directory="python3", first=True):
    environment = Environment(Path("/home/user", parent, name), name, "conda")
    folder = environment.prefix / "share/jupyter/kernels" / directory
    return Kernel(environment, folder, python_spec(), is_first=first)


def nobody(name):
    return False


@pytest.mark.parametrize(
    "directory",
    ["5d41402abc4b2a76b9719d911017c592", f"python3-{HEX}", "python3812jvsc74a57bd0abc", "x" * 17 + HEX],
)
def test_a_further_kernel_with_a_reserved_form_of_a_name_gets_another_steadily(directory):
    kernel = kernel_of(directory=directory, first=False)

    name = choose_name(kernel, taken=nobody)

    assert re.fullmatch("opencv-[0-9a-f]{8}", name)
    assert why_reserved(name) is None
    assert choose_name(kernel, taken=nobody) == name
    assert choose_name(kernel_of(directory=f"{directory[:-1]}0", first=False), taken=nobody) != name


@pytest.mark.parametrize(
    "environment", ["opencv", HEX, "conda-opencv", "jvsc74a57bd0", "x" * 200, "python3", ""]
)
@pytest.mark.parametrize("directory", ["python3", HEX, "jvsc74a57bd0", "conda-x", "x" * 200, ""])
@pytest.mark.parametrize("parent", ["envs", HEX, "conda-envs", "jvsc74a57bd0"])
def test_every_search_for_a_name_ends(environment, directory, parent):
    for first in (True, False):
        kernel = kernel_of(environment, parent, directory, first)
        name = choose_name(kernel, taken=nobody)
        assert is_valid(name)
        assert why_reserved(name) is None
        with pytest.raises(NameTakenError, match="--kernel-name"):
            choose_name(kernel, taken=lambda _: True)


def test_a_kernel_is_called_after_its_environment():
    assert choose_name(kernel_of("OpenCV"), taken=nobody) == "opencv"


def test_a_second_kernel_is_called_after_the_environment_and_its_folder():
    assert choose_name(kernel_of(directory="ir", first=False), taken=nobody) == "opencv-ir"


def test_the_parent_folder_goes_in_front_of_a_taken_name():
    assert choose_name(kernel_of(parent="lab"), taken={"opencv"}.__contains__) == "lab-opencv"


def test_the_parent_folder_goes_in_front_of_a_second_kernels_taken_name():
    taken = {"opencv-ir"}.__contains__

    assert choose_name(kernel_of(parent="lab", directory="ir", first=False), taken=taken) == "lab-opencv-ir"


def test_a_number_goes_behind_where_the_parent_folder_does_not_help():
    taken = {"opencv", "lab-opencv", "lab-opencv-2"}.__contains__

    assert choose_name(kernel_of(parent="lab"), taken=taken) == "lab-opencv-3"


def test_a_name_of_full_length_has_room_for_the_number():
    taken = itertools.chain([True] * 3, itertools.repeat(False))

    name = choose_name(kernel_of("x" * 100), taken=lambda name: next(taken))

    assert is_valid(name) and name.endswith("-3")


@pytest.mark.parametrize(
    ("name", "chosen"),
    [("python3", "envs-python3"), ("ir", "envs-ir"), ("conda-dev", "envs-conda-dev"), (HEX, f"envs-{HEX}-2")],
)
def test_an_environment_with_a_reserved_name_gets_another(name, chosen):
    assert choose_name(kernel_of(name), taken=nobody) == chosen


@pytest.mark.parametrize(
    ("name", "parent"), [("conda-dev", "conda-envs"), ("conda-dev", "conda-"), ("xjvsc74a57bd0", "envs")]
)
def test_a_free_name_is_found_even_where_every_part_is_reserved(name, parent):
    code = (
        "from pathlib import Path\n"
        "from conda_jupyter_plugin.core.models import Environment, Kernel\n"
        "from conda_jupyter_plugin.core.naming.kernel_names import choose_name\n"
        "from conda_jupyter_plugin.core.naming.valid_names import why_reserved\n"
        f"environment = Environment(Path('/home/user/{parent}/{name}'), {name!r}, 'conda')\n"
        "folder = environment.prefix / 'share/jupyter/kernels/python3'\n"
        "kernel = Kernel(environment, folder, {}, is_first=True)\n"
        "name = choose_name(kernel, taken=lambda name: False)\n"
        "assert not why_reserved(name), name\n"
    )

    assert subprocess.run([sys.executable, "-c", code], timeout=5, check=False).returncode == 0
