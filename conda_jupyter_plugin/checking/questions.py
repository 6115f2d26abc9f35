"""The question to a kernel, by language: in which prefix does it run?"""

from __future__ import annotations

import json

from ..core.dataclass import dataclass

_MARK = "conda-jupyter-plugin: "


@dataclass(frozen=True)
class Question:
    """A line of a language, which prints one line that begins with a mark and goes on in JSON."""

    code: str


@dataclass(frozen=True)
class Answer:
    """The prefix and active environment in a kernel's answer.

    Attributes:
        prefix: The prefix of its interpreter; empty where the language has none.
        conda: Its `CONDA_PREFIX`.
        venv: Its `VIRTUAL_ENV`.
    """

    prefix: str
    conda: str
    venv: str


# Python 2.7 runs it too.
_PYTHON = (
    "import json as _j, os as _o, sys as _s; "
    f"print({_MARK!r} + _j.dumps([_s.prefix, _o.environ.get('CONDA_PREFIX', ''),"
    " _o.environ.get('VIRTUAL_ENV', '')])); del _j, _o, _s"
)
_R = (
    f"cat({json.dumps(_MARK)}, '[', paste(sprintf('\"%s\"', c(R.home(), Sys.getenv('CONDA_PREFIX'),"
    " Sys.getenv('VIRTUAL_ENV'))), collapse = ', '), ']\\n', sep = '')"
)
_BASH = f'printf \'{_MARK}["", "%s", "%s"]\\n\' "$CONDA_PREFIX" "$VIRTUAL_ENV"'

_QUESTIONS = {"python": Question(_PYTHON), "r": Question(_R), "bash": Question(_BASH)}


def question_in(language: str) -> Question | None:
    """Choose what to ask a kernel of a language; None where nothing is known to ask."""
    return _QUESTIONS.get(language.lower())


def read_answer(said: str) -> Answer | None:
    """Read an answer out of all that a kernel printed; None where it is not there."""
    for line in said.splitlines():
        _, mark, rest = line.partition(_MARK)
        if mark:
            try:
                return Answer(*map(str, json.loads(rest)))
            except (ValueError, TypeError):
                return None
    return None
