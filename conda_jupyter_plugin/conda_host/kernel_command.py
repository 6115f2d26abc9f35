"""`conda kernel`: its parser, and the way to its verbs."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from .. import __version__
from ..cli.interruptions import interruptible
from ..cli.parsing.aliases import as_meant, verb_in
from ..cli.parsing.completion import complete, is_asked
from ..cli.parsing.help import SHOW_VERSION, HelpFormatter, as_examples, lay_out_help
from ..cli.parsing.parser import print_usage_error, wants_json
from ..cli.streams import printable
from ..cli.verb import add_verbs, load_verb, verb_names
from ..conda_api.errors import as_conda_errors
from ..conda_api.host import CondaHost
from ..core.errors import UsageError
from ..core.failures import show_log
from ..core.system.refusals import SystemCallError

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable, Sequence
    from typing import NoReturn


_EXAMPLES = ("create -n opencv opencv", "add -n opencv --install", "list", "help create")


def fill_parser(parser: ArgumentParser, *, as_json: bool = False, only: str | None = None) -> None:
    """Add all of `conda kernel` to a parser.

    Args:
        as_json: Whether bad usage is to be printed as JSON.
        only: The verb that is meant, where that is known.
    """
    # Older condas call themselves after the file that runs.
    parser.prog = "conda kernel"
    parser.formatter_class = HelpFormatter
    lay_out_help(parser)
    parser.epilog = as_examples(parser.prog, _EXAMPLES)
    version = f"{parser.prog} {__version__}"
    parser.add_argument("-V", "--version", action="version", version=version, help=SHOW_VERSION)
    add_verbs(parser, CondaHost(), as_json=as_json, only=only)


def execute(args: Namespace) -> int:
    """Run `conda kernel`.

    Returns:
        The exit status.

    Raises:
        CondaKernelError: What was asked for cannot be done.
        SystemExit: A signal ended it.
    """
    from conda.base.context import context

    if context.verbosity > 1:
        show_log()
    with as_conda_errors():
        host = CondaHost()
        verb = load_verb(args.verb, host)
        if verb.takes_signals:
            return verb.run(args, host)
        with interruptible(as_json=bool(context.json)):
            try:
                return verb.run(args, host)
            except OSError as error:
                raise SystemCallError(error) from error


def _printing(error: Callable[[str], NoReturn]) -> Callable[[str], NoReturn]:
    """Make what a user has typed safe for his terminal, in messages of a parser that conda made."""
    return lambda message: error(printable(message))


def parse_known_args(parser: ArgumentParser, words: Sequence[str], namespace: Any = None) -> Any:
    """Build the parser of `conda kernel` and parse with it.

    Returns:
        As argparse's `parse_known_args`.
    """
    from conda.base.context import context

    if is_asked():
        fill_parser(parser)
        complete(parser)
    as_json = bool(context.json) or wants_json(words)
    told_in_text = _printing(parser.error)
    told_in_json = partial(print_usage_error, parser.prog)
    parser.error = told_in_json if as_json else told_in_text  # type: ignore[method-assign,assignment]
    try:
        words = as_meant(words, verb_names(CondaHost()), "conda kernel")
    except UsageError as error:
        fill_parser(parser, as_json=as_json)
        parser.error(str(error))
    fill_parser(parser, as_json=as_json, only=verb_in(words))
    parsed, unknown = parser.parse_known_args(words, namespace)
    if unknown:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    return parsed, unknown
