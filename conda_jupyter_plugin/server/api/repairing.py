"""`install`: a package that a kernel lacks, or a newer version of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...cli.documents import print_json, result_as_json
from ...cli.verb import Verb
from ...core.results import Result
from .installing import install_into

if TYPE_CHECKING:
    from argparse import Namespace

    from ...cli.host import Host
    from ...cli.parsing.parser import VerbParser
    from .host import ServerHost


def _add_options(parser: VerbParser, host: Host) -> None:
    host.add_environment_options(parser)
    parser.add_argument("package")
    host.add_output_options(parser, changes=True)


def _run(args: Namespace, host: ServerHost) -> int:
    environment = host.environment_at(args.prefix)
    install_into(environment, args.package, host.conda_of(environment))
    print_json(result_as_json(Result()))
    return 0


VERB = Verb("Install a package into an environment.", _add_options, _run)  # type: ignore[arg-type]
