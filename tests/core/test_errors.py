from pathlib import Path

import pytest

from conda_jupyter_plugin.checking import errors as checking_errors
from conda_jupyter_plugin.core import errors
from conda_jupyter_plugin.core.errors import KernelError
from conda_jupyter_plugin.core.naming import valid_names
from conda_jupyter_plugin.core.system import refusals

KINDS = {**vars(errors), **vars(valid_names), **vars(refusals), **vars(checking_errors)}.values()
CLASSES = [kind for kind in KINDS if isinstance(kind, type) and issubclass(kind, KernelError)]
PREFIX, FOLDER = Path("/envs/a b"), Path("/kernels/opencv")


def test_each_class_of_failure_has_a_code_of_its_own():
    assert len({kind.code for kind in CLASSES}) == len(CLASSES) > 15


def test_bad_usage_ends_with_2_and_any_other_failure_with_1():
    assert {kind.exit_status for kind in CLASSES if issubclass(kind, errors.UsageError)} == {2}
    others = {kind.exit_status for kind in CLASSES if not issubclass(kind, errors.UsageError)}
    assert others - {errors.InterruptionError.exit_status} == {1}


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (errors.NotAnEnvironmentError.at(PREFIX), "/envs/a b is not an environment."),
        (
            errors.NotAnEnvironmentError.without_kernels("opencv", "conda kernel"),
            "No environment or kernel named opencv. `conda kernel list` shows all kernels.",
        ),
        (
            errors.WrongManagerError(PREFIX, "venv"),
            "/envs/a b is a virtual environment, not conda's. Use: pip-kernel add '/envs/a b'",
        ),
        (
            errors.WrongManagerError(PREFIX, "conda"),
            "/envs/a b is a conda environment. Use: conda kernel add -p '/envs/a b'",
        ),
        (errors.NoKernelError("plain"), "Environment plain holds no kernel."),
        (
            errors.NoKernelError("plain", "conda kernel add -n plain"),
            "Environment plain holds no kernel. Add one with: conda kernel add -n plain --install",
        ),
        (
            valid_names.NameTakenError.by(PREFIX, "opencv", FOLDER),
            "The kernel name opencv belongs to the environment /envs/a b (/kernels/opencv). Choose another"
            " name with --kernel-name NAME, or give this one with --kernel-name and --force.",
        ),
        (
            errors.LocationError.unwritable(FOLDER.parent, "the disk is full"),
            "Kernels cannot be written to /kernels: the disk is full. Fix this, then try again.",
        ),
        (
            errors.LocationError.unwritable(FOLDER.parent, "the disk is full").choosing("--user"),
            "Kernels cannot be written to /kernels: the disk is full. Fix this, set JUPYTER_DATA_DIR, or"
            " use --user or --jupyter-prefix PREFIX.",
        ),
        (
            errors.InstallError.by_conda("ipykernel", PREFIX),
            "ipykernel was not installed into /envs/a b. Try: conda install -p '/envs/a b' ipykernel",
        ),
    ],
)
def test_a_failure_makes_its_sentence_and_the_way_out_of_the_facts(error, text):
    assert str(error) == text
