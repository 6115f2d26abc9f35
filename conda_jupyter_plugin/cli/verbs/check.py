"""The verb that starts kernels for real: which ones, and what is told of them and of notebooks."""

from __future__ import annotations

import os
import sys
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from ..core.dataclass import replace
from ..core.environment.environment import identify
from ..core.errors import NotRegisteredError, UsageError
from ..core.system.permissions import is_safe
from . import check_report
from .documents import errors_as_json, print_json
from .host import Target
from .selection import find_named, find_target, open_registry
from .streams import say_all, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Mapping, Sequence

    from ..checking.notebooks import Notebook
    from ..checking.substitutes import Judged
    from ..checking.verdicts import Checked
    from ..core.errors import KernelError
    from ..core.jupyter.registry import Registry
    from ..core.verbs.find import Found
    from .host import Host, Output

    Place = tuple[str, Path | None]
    """A kernel's name in small letters, and where it is to run."""


def check(args: Namespace, host: Host, output: Output) -> int:
    """Start the kernels that the options name, and tell of each whether it works.

    Args:
        args: The parsed options.
        host: The command.
        output: How to speak.

    Returns:
        The exit status: 1 where one does not work, or a notebook lacks its kernel.

    Raises:
        KernelError: It cannot be told which kernels are meant.
        KeyboardInterrupt: A signal came; what was started is ended.
    """
    from ..checking.notebooks import read_notebook

    notebooks = [read_notebook(Path(name)) for name in args.names if _is_notebook(name)]
    args.names = [name for name in args.names if not _is_notebook(name)]
    registry = open_registry(args, host).remembering()
    found = _find(registry, args, host) if args.names or args.all or not notebooks else ()
    places = {**_in_an_empty_folder(found), **_beside(registry, notebooks)}
    errors = registry.unreadable() if args.all else ()
    results = dict(zip(places, _check(places, args, output), strict=True))
    judged = _judge(registry, notebooks, results, host)
    checked = _worst_of_each(results.values())
    _print(checked, judged, errors, output)
    return int(bool(errors) or not all([one.ok for one in checked] + [one.ok for one in judged]))


def _is_notebook(name: str) -> bool:
    from ..checking.text_notebooks import is_text_notebook

    return (
        name.endswith(".ipynb") or os.sep in name or (is_text_notebook(Path(name)) and os.path.isfile(name))
    )


def _in_an_empty_folder(found: Iterable[Found]) -> dict[Place, Found]:
    return {(one.item.name.lower(), None): one for one in found}


def _beside(registry: Registry, notebooks: Sequence[Notebook]) -> dict[Place, Found]:
    """Find the kernels that notebooks ask for, by their names; each runs where its notebook would."""
    from ..core.verbs.find import by_name

    kernels = by_name(registry) if notebooks else {}
    places = map(_place, notebooks)
    return {place: kernels[place[0]] for place in places if place[0] in kernels}


def _place(notebook: Notebook) -> Place:
    return notebook.started.lower(), notebook.path.absolute().parent


def _check(places: Mapping[Place, Found], args: Namespace, output: Output) -> list[Checked]:
    from ..checking.front_end import warnings_for
    from ..checking.jupyters import find_jupyter
    from ..checking.kernels import check_kernels

    # What others have put beside a notebook is not run without being asked for.
    folders = [folder if folder and _is_safe(folder) else None for _, folder in places]
    check_all = partial(check_kernels, list(places.values()), folders, timeout=args.timeout, jobs=args.jobs)
    if not output.shows_progress:
        checked = check_all()
    else:
        from tqdm import tqdm

        with closing(tqdm(total=len(places), unit=" kernels", leave=False)) as bar:
            checked = check_all(is_checked=bar.update)
    jupyter = find_jupyter(args.jupyter_prefix)
    return [
        replace(
            one, warnings=one.warnings + warnings_for(one.registration, jupyter) + _elsewhere(given, used)
        )
        for one, (_, given), used in zip(checked, places, folders, strict=True)
    ]


def _is_safe(folder: Path) -> bool:
    with suppress(OSError):
        return is_safe(os.stat(folder))
    return False


def _elsewhere(given: Path | None, used: Path | None) -> tuple[str, ...]:
    return () if given == used else (f"It was started in an empty folder: others can write in {given}.",)


def _worst_of_each(checked: Iterable[Checked]) -> list[Checked]:
    """Give one verdict for each kernel: that of a folder where it fails."""
    worst: dict[Path | None, Checked] = {}
    for one in checked:
        path = one.registration.path
        if path not in worst or worst[path].ok:
            worst[path] = one
    return list(worst.values())


def _judge(
    registry: Registry, notebooks: Sequence[Notebook], results: Mapping[Place, Checked], host: Host
) -> tuple[Judged, ...]:
    if not notebooks:
        return ()
    from ..checking.substitutes import judge
    from ..core.verbs.list import list_kernels

    rows = list_kernels(registry, host.all_environments())
    return tuple(judge(notebook, results.get(_place(notebook)), rows, host.command) for notebook in notebooks)


def _print(
    checked: Sequence[Checked], judged: Sequence[Judged], errors: Sequence[KernelError], output: Output
) -> None:
    if output.json:
        document = {"kernels": [check_report.checked_as_json(one) for one in checked]}
        if judged:
            document["notebooks"] = [check_report.judged_as_json(one) for one in judged]
        print_json({**document, **errors_as_json(errors)})
        return
    if checked:
        _print_table(*check_report.checked_as_text(checked, sys.stdout), output)
    if judged:
        _print_table(*check_report.judged_as_text(judged, sys.stdout), output)
    if errors:
        say_all(map(str, errors), sys.stderr)


def _print_table(table: Iterable[str], details: Sequence[str], output: Output) -> None:
    if not output.quiet:
        write("\n".join(table), sys.stdout)
    if details:
        say_all(details, sys.stderr if output.quiet else sys.stdout)


def _find(registry: Registry, args: Namespace, host: Host) -> Sequence[Found]:
    from ..core.verbs.find import by_name

    target = host.target(args)
    if sum((bool(args.names), args.all, target is not None)) > 1:
        raise UsageError("Say which kernels to check.", "Give their names, an environment, or --all.")
    if args.names:
        return find_named(registry, args.names, host, force=True)
    if args.all:
        return list(by_name(registry).values())
    target = target or Target(host.active_environment().prefix, None)
    owned = find_target(registry, target, host, force=True)
    if not owned and target.prefix and (environment := identify(target.prefix)):
        raise NotRegisteredError(environment.name, host.add_command(environment))
    return owned
