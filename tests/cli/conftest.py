"""A host to environments of a few files, and a way to run its verbs."""

import argparse
from pathlib import Path

import pytest

from conda_jupyter_plugin.cli.host import Meant, Output, TargetEnvironment
from conda_jupyter_plugin.cli.verb import add_verbs, load_verb
from conda_jupyter_plugin.core.environment.environment import identify
from conda_jupyter_plugin.core.errors import KernelError, NotAnEnvironmentError
from conda_jupyter_plugin.core.jupyter.locations import user_location
from conda_jupyter_plugin.core.launch.venv_activation import activate_virtual_environment
from conda_jupyter_plugin.core.rules import Rules

from ..support import conda_activation, python_spec, write_spec


class FolderHost:
    """A command whose environments are the folders of one folder."""

    command, variables = "folder kernel", ""
    verbs = {}  # noqa: RUF012
    exclude = ()

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = Rules({"conda": conda_activation, "venv": activate_virtual_environment})
        self.active_prefix = None
        self.agrees = True

    def default_location(self):
        return user_location()

    def environments_to_register(self):
        return ()

    def working_environments(self):
        return []

    def add_environment_options(self, parser):
        parser.add_argument("-n", "--name", default="opencv")
        parser.add_argument("--all", action="store_true")

    def add_target_options(self, parser, purpose):
        parser.add_argument("-n", "--name")

    def add_output_options(self, parser, *, changes=False, installs=False):
        for option in ("--json", "--quiet", *(("--dry-run", "--yes") if changes else ())):
            parser.add_argument(option, action="store_true")

    def output(self, args):
        return Output(args.json, args.quiet, getattr(args, "dry_run", False))

    def environments(self, args):
        environment = identify(self.folder / args.name)
        if environment is None:
            raise NotAnEnvironmentError(f"There is no environment {args.name}.")
        return [Meant(environment)]

    def all_environments(self):
        return [found for folder in sorted(self.folder.iterdir()) if (found := identify(folder))]

    def environments_to_add(self, args):
        return self.all_environments()

    def target(self, args):
        return TargetEnvironment(self.folder / args.name, args.name) if args.name else None

    def active_environment(self):
        return identify(self.folder / "opencv")

    def add_command(self, environment):
        return f"{self.command} add -n {environment.name}"

    def install_kernel(self, environment, args):
        write_spec(environment.prefix / "share/jupyter/kernels/python3", python_spec())

    def confirm(self, args):
        if not self.agrees and not args.yes:
            raise KernelError("Stopped.")


@pytest.fixture(autouse=True)
def _in_a_fresh_home(home):
    """Every test of this folder runs in a fresh home."""


@pytest.fixture
def host(tmp_path):
    """The host to the environments of this test."""
    return FolderHost(tmp_path / "envs")


@pytest.fixture
def parse(host):
    """Parses a command line."""

    def parse(*words, as_json=False):
        parser = argparse.ArgumentParser(prog="folder kernel")
        add_verbs(parser, host, as_json=as_json)
        return parser.parse_args(words)

    return parse


@pytest.fixture
def call(host, parse):
    """Runs a command line, and returns its exit status."""

    def call(*words):
        args = parse(*words)
        return load_verb(args.verb, host).run(args, host)

    return call


@pytest.fixture
def kernels(home):
    """The user's folder of kernelspecs."""
    return user_location().kernels


@pytest.fixture
def opencv(make_environment, call, capsys):
    """An environment whose kernel is registered."""
    environment = make_environment()
    call("add")
    capsys.readouterr()
    return environment
