"""`conda kernel create`: every option of `conda create`, through conda's own command module."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout, suppress
from types import SimpleNamespace
from typing import TYPE_CHECKING

from ..cli import documents
from ..cli.parsing.options import FORCING, WRITING, add_choice_options, add_force_option, add_location_options
from ..cli.verb import Verb
from ..conda_api.host import let_settings_ask_for_dry_runs
from ..flag.flagged_command import OUTCOME, Outcome

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from ..cli.host import Host
    from ..cli.parsing.parser import VerbParser, Verbs
    from ..core.results import Result

_SUMMARY = "Create a conda environment and register its kernel."


def _make_parser(verbs: Verbs) -> VerbParser:
    """Let conda make its own parser of `conda create`."""
    from conda.cli import main_create

    def add_parser(name: str, **options: Any) -> VerbParser:
        # conda tells what its own command does there.
        return verbs.add_parser(name, **{**options, "help": _SUMMARY})

    # `conda create` has a hidden --force of its own.
    parser: VerbParser = main_create.configure_parser(
        SimpleNamespace(add_parser=add_parser), conflict_handler="resolve"
    )
    parser.description = f"{_SUMMARY}\n\nAccepts all options of `conda create`."
    return parser


def _add_options(parser: VerbParser, host: Host) -> None:  # noqa: ARG001
    let_settings_ask_for_dry_runs(parser)
    add_choice_options(parser)
    add_location_options(parser, WRITING)
    add_force_option(parser, FORCING)


def _run(args: Namespace, host: Host) -> int:  # noqa: ARG001
    """Run `conda create` with a kernel, as if it had been called with `--kernel`."""
    from conda import CondaExitZero
    from conda.base.context import context

    outcome = Outcome()
    args.kernel, args.cmd = True, "create"
    setattr(args, OUTCOME, outcome)
    context.__init__(argparse_args=args)
    if not context.json:
        status = _call_conda(args)
        outcome.take()
        return status
    captured, message, status = io.StringIO(), None, 0
    try:
        with redirect_stdout(captured):
            status = _call_conda(args)
    except CondaExitZero as done:
        # A dry run, or --download-only, which conda tells on stderr as if it were an error.
        message = str(done)
    _print_document(captured.getvalue(), message, outcome.take())
    return status


def _print_document(text: str, message: str | None, result: Result) -> None:
    """Print conda's own JSON document with our fields in it; conda prints none for some dry runs."""
    document = {"message": message} if message else {}
    with suppress(ValueError):
        document.update(json.loads(text))
    documents.print_json({**document, **documents.result_as_json(result)})


def _call_conda(args: Namespace) -> int:
    """Call conda's command between its hooks, as conda itself does in `conda_argparse.do_call`."""
    from conda.base.context import context
    from conda.cli import main_create

    context.plugin_manager.invoke_pre_commands("create")
    status = main_create.execute(args, None)
    context.plugin_manager.invoke_post_commands("create")
    return int(status or 0)


VERB = Verb(
    _SUMMARY,
    _add_options,
    _run,
    examples=("-n opencv opencv", "-n stats r-base --display-name Statistics"),
    make_parser=_make_parser,
    # What interrupts it is conda's own affair.
    takes_signals=True,
)
