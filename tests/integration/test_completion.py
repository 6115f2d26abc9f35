"""A shell completes `conda kernel`, and what completes conda's other words goes on."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from conda_base import Conda

from conda_jupyter_plugin.cli.verbs.completion import completion_script
from tests.shells import SHELLS, completed

OTHERS = {
    "bash": "_others() { COMPREPLY=(elsewhere); }\ncomplete -F _others conda\n",
    "zsh": "_others() { compadd elsewhere; }\ncompdef _others conda\n",
    "fish": "complete -c conda -f -a elsewhere\n",
}


@pytest.fixture
def environ(conda: Conda) -> Mapping[str, str]:
    """The variables of a shell whose user has a kernel."""
    conda.run("create", "-y", "-n", "opencv", "--kernel", "bash_kernel")
    return {**conda.variables(), "CONDA_EXE": str(conda.prefix / "bin" / "conda"), "TERM": "xterm"}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_completes_verbs_options_and_names(environ: Mapping[str, str], shell: str) -> None:
    expected = {
        "conda kernel s": {"sync"},
        "conda kernel remove o": {"opencv"},
        "conda kernel add --kernel-": {"--kernel-name", "--kernel-display-name"},
    }
    for line, words in expected.items():
        assert words <= completed(shell, completion_script("conda kernel", shell), line, environ)


@pytest.mark.parametrize("shell", SHELLS)
def test_what_completes_condas_other_words_goes_on(environ: Mapping[str, str], shell: str) -> None:
    switched_on = OTHERS[shell] + completion_script("conda kernel", shell) * 2

    assert "elsewhere" in completed(shell, switched_on, "conda else", environ)


def test_the_script_is_printed(guest: Conda) -> None:
    assert (
        guest.run("kernel", "completion", "bash").stdout.strip()
        == completion_script("conda kernel", "bash").strip()
    )
