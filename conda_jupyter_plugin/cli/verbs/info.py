"""`info`: everything about a kernel."""

from __future__ import annotations

import json
import os
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ...core.dataclass import dataclass
from ...core.environment.environment import same_prefix
from ...core.kernelspec.kernel_json import provisioner_of
from ...core.kernelspec.kernel_packages import kernel_command
from ...core.launch.command import launcher_of, without_launcher
from ...core.verbs.find import everything
from ..documents import print_json, row_as_json, text_or_none
from ..parsing.completion import KernelNames
from ..parsing.options import SEARCHING, add_location_options
from ..report import short
from ..selection import registry_to_search, select_kernels
from ..streams import printable, say, say_all, write
from ..table import lay_out
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from typing import Any

    from ...checking.activation_trace import Trace
    from ...checking.origins import Variable
    from ...core.jupyter.registry import Registry
    from ...core.models import Installed
    from ...core.verbs.find import Found
    from ..host import Host
    from ..parsing.parser import VerbParser


_HEADERS = ("VARIABLE", "VALUE", "FROM")

_STEPS = ((1, 40), (2, 40), (1, 20), (2, 20), (0, 16), (1, 12))


@dataclass(frozen=True)
class About:
    """The details of a kernel.

    Attributes:
        found: The kernel.
        others: The other names of its environment.
        written: When its kernel.json was written, in local time.
        variables: What its activation sets, and from where.
        trace: How its activation went, None where it has none.
    """

    found: Found
    others: tuple[str, ...]
    written: str
    variables: tuple[Variable, ...]
    trace: Trace | None

    @property
    def command(self) -> tuple[str, ...]:
        """The kernel's own command, without the activation."""
        return without_launcher(self.found.item.spec.get("argv", ()))


def _add_options(parser: VerbParser, host: Host) -> None:
    names = parser.add_argument(
        "names",
        nargs="*",
        default=[],
        metavar="NAME",
        help="Name of a kernel. Default: the kernels of the active environment.",
    )
    names.completer = KernelNames(host)  # type: ignore[attr-defined]
    host.add_target_options(parser, "Show")
    add_location_options(parser, SEARCHING)
    host.add_output_options(parser)


def _run(args: Namespace, host: Host) -> int:
    registry = registry_to_search(args, host)
    kernels = [_look_at(registry, kernel) for kernel in select_kernels(registry, args, host)]
    if host.output(args).json:
        print_json({"kernels": [_as_json(kernel) for kernel in kernels]})
        return 0
    for index, kernel in enumerate(kernels):
        if index:
            say("", sys.stdout)
        _print(kernel)
    return 0


def _look_at(registry: Registry, found: Found) -> About:
    from ...checking.origins import variables_of

    row = found.registration
    others = {
        other.item.name
        for other in everything(registry)
        if row.prefix and other.item.owner and same_prefix(other.item.owner.prefix, row.prefix)
    }
    variables, trace = variables_of(found)
    return About(found, tuple(sorted(others - {row.name})), _when(found), variables, trace)


def _when(found: Found) -> str:
    try:
        seconds = os.stat(found.item.folder / "kernel.json").st_mtime
    except OSError:
        return ""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(seconds))


def _maker(about: About) -> str:
    owner = about.found.item.owner
    if owner is None:
        return "another tool (not managed)"
    command = kernel_command(owner.manager)
    of = f" of {short(owner.conda)}" if owner.conda else ""
    return f"{command}{of}, replacing a hand-made kernelspec" if owner.adopted else f"{command}{of}"


def _as_json(about: About) -> dict[str, Any]:
    item, owner = about.found.item, about.found.item.owner
    return {
        **row_as_json(about.found.registration),
        "made_by": _maker(about),
        "written": about.written,
        "adopted": bool(owner and owner.adopted),
        "activated": about.trace is not None,
        "activation_seconds": round(about.trace.seconds, 3) if about.trace else None,
        "launcher": text_or_none(launcher_of(item.spec.get("argv", ()))),
        "command": list(about.command),
        "provisioner_config": _provisioner_config(item),
        "other_names": list(about.others),
        "variables": [
            {
                "name": variable.name,
                "value": variable.value,
                "source": variable.source,
                "file": text_or_none(variable.file),
                "package": variable.package,
            }
            for variable in about.variables
        ],
    }


def _print(about: About) -> None:
    facts = list(_facts(about))
    width = max(len(label) for label, _ in facts)
    say_all((f"{label:>{width}} : {text}" for label, text in facts), sys.stdout)
    if about.variables:
        say("", sys.stdout)
        cells = [[printable(cell) for cell in _cells(variable)] for variable in about.variables]
        write("\n".join(lay_out([_HEADERS, *cells], _STEPS, sys.stdout)), sys.stdout)


def _facts(about: About) -> Iterator[tuple[str, str]]:
    row = about.found.registration
    yield "name", row.name
    yield "display name", row.display_name
    yield "language", row.language or "-"
    yield "status", f"{row.status}: {row.reason}" if row.reason else row.status
    yield "location", short(row.path)
    yield "created by", _maker(about)
    yield "last written", about.written or "-"
    yield "environment", f"{short(row.prefix)} ({row.manager})" if row.prefix else "-"
    yield "command", shlex.join(about.command) or "-"
    if row.provisioner:
        config = _provisioner_config(about.found.item)
        yield "started by", f"{row.provisioner} {json.dumps(config)}" if config else row.provisioner
    yield "activation", _activation(about)
    yield "other names", ", ".join(about.others) or "-"


def _provisioner_config(item: Installed) -> Mapping[str, Any] | None:
    if provisioner_of(item.spec) is None:
        return None
    config = item.spec["metadata"]["kernel_provisioner"].get("config")
    return config if isinstance(config, dict) else {}


def _activation(about: About) -> str:
    if about.trace is None:
        known = launcher_of(about.found.item.spec.get("argv", ())) is not None
        return "not run, because its launcher was not written by this version" if known else "none"
    if about.trace.variables is None:
        step = about.trace.unfinished
        return f"does not finish in {short(Path(step.script))}" if step else "does not finish"
    scripts = len(about.trace.steps)
    return f"{about.trace.seconds:.2f} seconds, {scripts} script{'' if scripts == 1 else 's'}"


def _cells(variable: Variable) -> Sequence[str]:
    value = "(unset)" if variable.value is None else variable.value
    return variable.name, value, " ".join(_source(variable))


def _source(variable: Variable) -> Iterable[str]:
    yield variable.source
    if variable.package:
        yield f"of {variable.package}"
    if variable.file and variable.source != "kernel.json":
        yield short(variable.file)


VERB = Verb(
    "Show details of a kernel: its location, command, environment, and variables.",
    _add_options,
    _run,
    examples=("opencv", "-n opencv", "opencv --json"),
    by_path=("opencv", "-p .venv", "opencv --json"),
)
