"""Declares `--kernel`, `conda kernel` and the settings to conda, and loads little for every command.

conda has no hook that adds an option to a built-in command. When conda asks plugins for their subcommands,
its parser is about to be finished and used: so its `parse_args` is wrapped there, which adds the options
to the finished parser. Where conda ever changes that, it works on as if there were no such option.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager, suppress
from functools import partial, wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Iterator, Sequence

    from conda.plugins.types import CondaSetting

_SETTINGS = {
    "kernel_auto": (
        "named",
        "Which environments automatically become Jupyter kernels: `named` (environments in an envs"
        " directory, and base), `all` or `off`.",
    ),
    "kernel_exclude": (
        (),
        "Names and prefixes of environments that never become kernels automatically or by"
        " `conda kernel add --all`, as patterns: `build-*`, `/tmp/*`.",
    ),
    "kernel_display_name": (
        "{language} ({environment})",
        "Template of the name that Jupyter shows, with the fields {language}, {environment}, {kernel} and"
        " {prefix}.",
    ),
    "kernel_location": (
        "user",
        "Where to write kernels: `user`, `system`, or the absolute path of the environment that has Jupyter.",
    ),
}

_is_offered = False
_comes_after: Callable[[str], None] | None = None


def offer_flag() -> None:
    """Add `--kernel` and its companions to conda's parser before it is used; never raises."""
    global _is_offered
    if _is_offered:
        return
    with _guarded(lambda _: _tell_other_way(sys.argv[1:])):
        from conda.cli.conda_argparse import ArgumentParser

        original = ArgumentParser.parse_args

        @wraps(original)
        def parse_args(self: Any, args: Sequence[str] | None = None, *rest: Any, **options: Any) -> Any:
            _add_to_parser(self, args)
            return original(self, args, *rest, **options)

        ArgumentParser.parse_args = parse_args
        _is_offered = True


def _add_to_parser(parser: ArgumentParser, words: Sequence[str] | None) -> None:
    with _guarded(lambda _: _tell_other_way(words or ())):
        # The options can be in these words, abbreviated perhaps, or help is asked for.
        if any(word.startswith("--k") or word in ("-h", "--help") for word in words or ()):
            from ..flag.options import add_to_all

            if not add_to_all(parser):
                _tell_other_way(words or ())


def _tell_other_way(words: Sequence[str]) -> None:
    """Say what works always, where a conda to come does not let us add an option that is asked for."""
    command = next((word for word in words if word in ("create", "install", "env")), None)
    if command and any(word.startswith("--kernel") for word in words):
        verb = "create" if command == "create" else "add -n ENVIRONMENT --install"
        tell(
            f"this version of conda does not accept plugin options for `conda {command}`."
            f" Use: conda kernel {verb}"
        )


def postpone(parser: ArgumentParser) -> None:
    """Let the parser of `conda kernel` be built when it is used: conda makes it each time. Never raises."""
    with _guarded():
        parser.parse_known_args = partial(_parse_postponed, parser)  # type: ignore[method-assign]


def _parse_postponed(parser: ArgumentParser, *arguments: Any) -> Any:
    from .kernel_command import parse_known_args

    del parser.parse_known_args
    return parse_known_args(parser, *arguments)


def run_verb(args: Namespace) -> int:
    """Run `conda kernel`.

    Returns:
        The exit status.
    """
    from .kernel_command import execute

    return execute(args)


def settings() -> Iterator[CondaSetting]:
    """Declare the settings to conda, which reads and validates them; no class is made for them."""
    from conda.common.configuration import PrimitiveParameter, SequenceParameter
    from conda.plugins.types import CondaSetting

    for name, (default, description) in _SETTINGS.items():
        if isinstance(default, tuple):
            patterns = SequenceParameter(PrimitiveParameter("", element_type=str), default=default)
            yield CondaSetting(name=name, description=description, parameter=patterns)
            continue
        parameter = PrimitiveParameter(default, validation=partial(_check, name))
        # `conda config --set` calls this alone, and so would write what it refuses to read.
        parameter.typify = _typify
        yield CondaSetting(name=name, description=description, parameter=parameter)


def _check(name: str, value: str) -> str | bool:
    from ..settings import check_setting

    return check_setting(name, value)


def _typify(name: str, source: str, value: object) -> str:
    from ..settings import typify

    return typify(name, source, value)


def before(command: str) -> None:
    """Do what comes before a command that changes environments; see `hooks.before_command`."""
    global _comes_after
    _comes_after = None
    with _guarded(lambda error: tell(f"cannot be loaded: {error}")):
        # The latter now already: once the command is done its file may be another version's, or gone.
        from .hooks import after_command, before_command

        _comes_after = after_command
    if _comes_after is not None:
        before_command(command)


def after(command: str) -> None:
    """Do what comes after it; see `hooks.after_command`."""
    if _comes_after:
        _comes_after(command)


@contextmanager
def _guarded(say: Callable[[Exception], object] = lambda _: None) -> Iterator[None]:
    """Let conda continue after the block, however it ends, and print failures."""
    try:
        yield
    except Exception as error:
        with suppress(Exception):
            say(error)
        log_failure()


def tell(sentence: str) -> None:
    """Print a line on stderr, which may be closed, or none at all."""
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"conda-jupyter-plugin: {sentence}\n")


def log_failure() -> None:
    """Log the exception that is being handled; never raises.

    conda has not read its own options yet, so whether they say `-vv` is looked up here.
    """
    with suppress(Exception):
        from ..core.failures import log_swallowed, show_log

        words = sys.argv[1:]
        flags = "".join(word for word in words if word.startswith("-v") and not word.strip("-v"))
        if flags.count("v") + words.count("--verbose") > 1 or {"--debug", "--trace"} & {*words}:
            show_log()
        log_swallowed()
