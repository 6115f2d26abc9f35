"""`overview`: all kernels and all known environments, and what can make a new one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ...checking.jupyter.allowed import mark_hidden
from ...checking.jupyter.jupyters import jupyter_at
from ...cli.documents import errors_as_json, print_json, row_as_json, text_or_none
from ...cli.verb import Verb
from ...core.environment.versions import language_version
from ...core.errors import UnreadableError
from ...core.failures import passing_over
from ...core.kernelspec.kernel_packages import kernel_package_for
from ...core.models import Environment
from ...core.verbs.list import list_kernels, without_rows

if TYPE_CHECKING:
    from argparse import Namespace
    from typing import Any

    from ...cli.host import Host
    from ...cli.parsing.parser import VerbParser
    from ...core.results import Registration
    from .host import ServerHost


def _add_options(parser: VerbParser, host: Host) -> None:
    host.add_output_options(parser)


def _run(args: Namespace, host: ServerHost) -> int:  # noqa: ARG001
    registry, environments = host.registry, host.all_environments()
    allowed = jupyter_at(Path(sys.prefix)).allowed
    rows = tuple(mark_hidden(list_kernels(registry, environments), allowed))
    print_json(
        {
            "kernels": [{**row_as_json(row), "version": _version_of_kernel(row)} for row in rows],
            "environments": [
                _bare_as_json(host.rules.named(environment))
                for environment in without_rows(environments, rows)
            ],
            "conda": text_or_none(host.conda),
            "folder": text_or_none(host.folder),
            **errors_as_json(registry.unreadable()),
        }
    )
    return 0


def _bare_as_json(environment: Environment) -> dict[str, Any]:
    """Turn an environment without a kernel into JSON."""
    return {
        "prefix": text_or_none(environment.prefix),
        "environment": environment.name,
        "manager": environment.manager,
        "version": _version(environment, "python"),
        "package": kernel_package_for(environment),
    }


def _version_of_kernel(row: Registration) -> str | None:
    if row.prefix is None or row.environment is None or row.manager is None:
        return None
    return _version(Environment(row.prefix, row.environment, row.manager), row.language)


def _version(environment: Environment, language: str) -> str | None:
    with passing_over(UnreadableError):
        return language_version(environment, language)
    return None


VERB = Verb("List all kernels and environments.", _add_options, _run)  # type: ignore[arg-type]
