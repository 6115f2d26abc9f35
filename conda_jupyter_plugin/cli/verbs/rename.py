"""`rename`: gives a kernel another name, and lists or changes the notebooks that use the old one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ...core.dataclass import replace
from ...core.errors import KernelNotFoundError, NotAnEnvironmentError, NotManagedError, UsageError
from ...core.failures import collecting
from ...core.naming.valid_names import InvalidNameError, check_chosen
from ...core.results import Result
from ...core.verbs.find import by_name
from ...core.verbs.rename import rename
from ..documents import print_json, result_as_json, text_or_none
from ..parsing.completion import KernelNames
from ..parsing.options import (
    SEARCHING,
    add_display_name_option,
    add_force_option,
    add_location_options,
    read_names,
)
from ..report import print_result, short
from ..selection import registry_to_search, select_named
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from ...checking.notebooks.renaming import Mention
    from ...core.errors import KernelError
    from ...core.jupyter.registry import Registry
    from ..host import Host, Output
    from ..parsing.parser import VerbParser


def _add_options(parser: VerbParser, host: Host) -> None:
    old = parser.add_argument("old", metavar="OLD", help="Name of the kernel.")
    old.completer = KernelNames(host, managed=True)  # type: ignore[attr-defined]
    parser.add_argument("new", nargs="?", metavar="NEW", help="The kernel's new name.")
    add_display_name_option(parser)
    parser.add_argument(
        "--notebooks", metavar="DIR", help="List notebooks in DIR and its subfolders that use OLD."
    )
    parser.add_argument(
        "--write",
        action="store_true",
        help="Change these notebooks to use NEW. Nothing else in them changes.",
    )
    add_location_options(parser, SEARCHING)
    add_force_option(parser, "Allow a name that is reserved or belongs to another kernel.")
    host.add_output_options(parser, changes=True)


def _run(args: Namespace, host: Host) -> int:
    output = host.output(args)
    errors: list[KernelError] = []
    _check(args)
    registry = registry_to_search(args, host)
    result = _rename(registry, args, host)
    mentions = _find_mentions(args, errors, dry_run=output.dry_run) if args.notebooks else []
    result = replace(result, errors=(*result.errors, *errors))
    if output.json:
        notebooks = [{"path": text_or_none(each.path), "changed": each.is_changed} for each in mentions]
        print_json({**result_as_json(result), **({"notebooks": notebooks} if args.notebooks else {})})
        return result.exit_status
    print_result(result, output, _mentions_as_text(mentions, args, output) if args.notebooks else ())
    return result.exit_status


def _check(args: Namespace) -> None:
    """Make sure that the options go together, and that the new name is one.

    Raises:
        UsageError: They do not, or it is none.
    """
    if args.new is None and args.kernel_display_name is None:
        raise UsageError("No new name given.", "Pass NEW or --display-name TEXT.")
    if args.notebooks is not None and args.new is None:
        raise UsageError("--notebooks requires NEW.", "Notebooks refer to a kernel by its name.")
    if args.write and args.notebooks is None:
        raise UsageError("--write requires --notebooks.", "Add --notebooks DIR.")
    if args.notebooks is not None and not Path(args.notebooks).expanduser().is_dir():
        raise NotAnEnvironmentError.at(args.notebooks, "Pass a folder to --notebooks.", kind="a folder")
    try:
        if args.new is not None:
            check_chosen(args.new, force=True)
    except InvalidNameError as error:
        error.hint = error.hint.replace("--kernel-name ", "")
        raise


def _rename(registry: Registry, args: Namespace, host: Host) -> Result:
    try:
        (found,) = select_named(registry, [args.old], host, force=False)
    except NotManagedError as error:
        error.hint = f"Register its environment with: {host.command} add --kernel-name NEW"
        raise
    except KernelNotFoundError:
        # It was renamed before, and the notebooks are left to be changed.
        if args.notebooks is None or args.new.lower() not in by_name(registry):
            raise
        return Result(dry_run=host.output(args).dry_run)
    return rename(found, read_names(args), dry_run=host.output(args).dry_run)


def _find_mentions(args: Namespace, errors: list[KernelError], *, dry_run: bool) -> list[Mention]:
    from ...checking.notebooks.renaming import change_mention, find_mentions

    folder = Path(args.notebooks).expanduser().absolute()
    mentions = []
    for mention in find_mentions(folder, args.old.lower(), errors):
        mentions.append(mention)
        with collecting(errors, mention.path):
            if args.write and not dry_run:
                mentions[-1] = change_mention(mention, args.old.lower(), args.new)
    return mentions


def _mentions_as_text(mentions: Sequence[Mention], args: Namespace, output: Output) -> list[str]:
    if not mentions:
        return [f"No notebook in {short(Path(args.notebooks).absolute())} uses {args.old}."]
    would = "Would change" if output.dry_run and args.write else f"Uses {args.old}"
    lines = [f"{'Changed' if each.is_changed else would}: {short(each.path)}" for each in mentions]
    return lines if args.write else [*lines, f"Add --write to change them to {args.new}."]


VERB = Verb(
    "Rename a kernel and keep its settings.",
    _add_options,
    _run,
    examples=(
        "opencv cv",
        "opencv --display-name 'Computer Vision'",
        "opencv cv --notebooks ~/work --write",
    ),
)
