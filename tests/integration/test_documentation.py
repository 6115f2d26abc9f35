"""What the documentation says is so: its commands and options exist, and its examples print what it shows."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import parsers
import pytest
import tables
from conda_base import Conda, clean_environ, run
from console import Example, examples, name_of, pages, play
from project import PROJECT

PROGRAMS = f"{Path(sys.executable).parent}:/usr/bin:/bin"
_INLINE = re.compile(r"`((?:conda kernel|pip-kernel) [a-z][^`]*)`")


def commands(page: Path) -> list[str]:
    """Lists every command of ours that a page shows, in an example or in a sentence."""
    found = [one.command for one in examples(page)] + _INLINE.findall(page.read_text("utf-8"))
    return [" ".join(one.split()) for one in found if re.match(r"(conda kernel|pip-kernel) [a-z]", one)]


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_every_command_and_option_that_it_shows_exists(page: Path) -> None:
    for command in commands(page):
        parser = parsers.pip_kernel() if command.startswith("pip-kernel") else parsers.conda_kernel()
        own = re.sub(r"^(pip-kernel|conda kernel) ", "", command).partition(" -- ")[0]
        verb, *words = re.split("[ ,]+", own)
        known = verbs(parser)
        if command.startswith("conda kernel create"):
            continue  # its options are conda's own
        assert verb in known, f"{page.name}: {command}"
        options = {word.partition("=")[0] for word in words if re.match(r"--?[a-z]", word)}
        assert options <= set(known[verb]._option_string_actions), f"{page.name}: {command}"


def of_other_tools(page: Path) -> Iterator[list[str]]:
    """Gives the words of each command of another tool that a page shows."""
    text = page.read_text("utf-8")
    shown = [one.command for one in examples(page)] + re.findall(r"`([a-z][^`\n]*)`", text)
    for command in shown:
        with suppress(ValueError):
            words = shlex.split(command.partition("&&")[0].partition(">")[0].removeprefix("sudo "))
            words = words[2:] if words[:2] == ["python", "-m"] else words
            if len(words) > 1 and words[0] in _TOOLS and words[1] != "kernel":
                yield words


_TOOLS = ("conda", "jupyter", "pip", "uv", "virtualenv")
_WITH_SUBCOMMANDS = {
    *((tool,) for tool in _TOOLS[:-1]),
    *(("conda", "env"), ("conda", "env", "config"), ("conda", "env", "config", "vars")),
    *(("jupyter", "kernelspec"), ("jupyter", "server"), ("jupyter", "server", "extension")),
    *(("uv", "tool"), ("uv", "pip")),
}
_READS = {"--describe", "--show"}
_OF_A_PLUGIN = {("conda", "exec"), ("jupyter", "yarn-spec")}


@pytest.mark.conda
def test_every_command_of_another_tool_exists(guest: Conda) -> None:
    known: dict[tuple[str, ...], str] = {}
    for page in pages():
        for words in of_other_tools(page):
            for called, option in parts(words) if is_there(words[0]) else ():
                if called not in known:
                    known[called] = asked(guest, *called, "--help")
                told = f"{page.name}: {shlex.join(words)}"
                assert re.search(rf"{option}\b", known[called]), told
                if option in _READS:
                    asked(guest, *words)
    assert len(known) > 20


def parts(words: Sequence[str]) -> list[tuple[tuple[str, ...], str]]:
    """Gives a command's name with nothing behind it, and what it is called with each of its options."""
    called, options = (words[0],), []
    # What `conda run` runs has options of its own.
    for word in words[1 : 4 if words[:2] == ["conda", "run"] else None]:
        if word.startswith("-"):
            options.append((called, word.partition("=")[0].replace("-vv", "-v")))
        elif called in _WITH_SUBCOMMANDS and re.fullmatch("[a-z][a-z-]*", word):
            called = (*called, word)
    return [] if called in _OF_A_PLUGIN else [(called, ""), *options]


def is_there(tool: str) -> bool:
    return tool in ("conda", "pip") or shutil.which(tool, path=PROGRAMS) is not None


def asked(conda: Conda, tool: str, *words: str) -> str:
    """Asks a tool for something harmless, such as its help, and gives what it says."""
    if tool == "conda":
        # What the shell's function does, `conda` itself does not know.
        shell = ["shell.posix"] if words[0] == "activate" else []
        done = conda.run(*shell, *words, check=not shell)
        return done.stdout + done.stderr
    start = [sys.executable, "-m", "pip"] if tool == "pip" else [shutil.which(tool, path=PROGRAMS) or tool]
    return run([*start, *words], clean_environ() | {"PATH": PROGRAMS}).stdout


def verbs(parser: ArgumentParser) -> dict[str, ArgumentParser]:
    """Gives the parser of each verb."""
    return next(dict(one.choices) for one in parser._actions if isinstance(one, _SubParsersAction))


def test_the_reference_has_every_error_and_setting() -> None:
    assert len(tables.error_rows()) > 20
    assert any("`not_an_environment` | 1 |" in row for row in tables.error_rows())
    assert [row.split("`")[1] for row in tables.setting_rows()[2:]] == [
        "plugins.kernel_auto",
        "plugins.kernel_exclude",
        "plugins.kernel_display_name",
        "plugins.kernel_location",
    ]


def test_every_picture_is_there_and_shown() -> None:
    shown = {
        (page.parent / path).resolve()
        for page in pages()
        for path in re.findall(r"!\[[^]]*\]\(([^)]+)\)", page.read_text("utf-8"))
    }
    assert shown == set((PROJECT / "docs" / "pictures").iterdir())


@pytest.mark.conda
def test_the_tutorial(conda: Conda, python: str, tmp_path: Path) -> None:
    shown = list(examples(PROJECT / "docs" / "tutorial.md"))
    by_conda = shown[: first(shown, "pip-kernel")]
    wide = conda.shell_variables({"COLUMNS": "120"})

    assert len(by_conda) >= 8
    play(by_conda, tmp_path, wide, lambda text: text.replace("3.12", python))
    assert not list(conda.kernels_dir.iterdir())


def test_the_tutorial_without_conda(tmp_path: Path) -> None:
    shown = list(examples(PROJECT / "docs" / "tutorial.md"))
    variables = clean_environ() | {"HOME": str(tmp_path), "PATH": PROGRAMS}

    play(shown[first(shown, "pip-kernel") :], tmp_path, variables, str)


@pytest.mark.conda
@pytest.mark.parametrize(
    "page", ["how-to/several-kernels", "how-to/rename-kernels", "administration/jupyterhub"]
)
def test_the_examples_of_a_guide(page: str, guest: Conda, opencv: Path, python: str, tmp_path: Path) -> None:
    guest.run("kernel", "add", "-n", "opencv")
    for name in ("analysis.ipynb", "report.md"):
        write_notebook(guest.home / "work" / name)
    run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "jupyterhub")], clean_environ())
    shown = list(examples(PROJECT / "docs" / f"{page}.md"))
    unasked = guest.shell_variables({"CONDA_ALWAYS_YES": "true"})
    here = {
        "3.12": python,
        "/srv/envs/opencv": str(opencv),
        "/opt/jupyterhub": str(tmp_path / "jupyterhub"),
        # the base is every test's: what is for all of its users is for this one here
        "config --system": "config",
    }

    def adapt(text: str) -> str:
        for said, meant in here.items():
            text = text.replace(said, meant)
        return text

    assert len(shown) >= 4
    play(shown, tmp_path, unasked, adapt)


def write_notebook(path: Path) -> None:
    """Writes a notebook that asks for the kernel opencv."""
    path.parent.mkdir(exist_ok=True)
    is_text = path.suffix == ".md"
    header = "---\nkernelspec:\n  name: opencv\n---\n"
    path.write_text(header if is_text else '{"metadata": {"kernelspec": {"name": "opencv"}}}', "utf-8")


def first(shown: list[Example], program: str) -> int:
    """Gives the number of the first example of a program."""
    return next(number for number, one in enumerate(shown) if one.command.startswith(program))
