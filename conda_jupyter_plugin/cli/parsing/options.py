"""The options that mean the same everywhere."""

from __future__ import annotations

import json
import os
from argparse import ArgumentTypeError
from typing import TYPE_CHECKING

from ...core.dataclass import replace
from ...core.errors import UsageError
from ...core.models import Choices, Provisioner
from ...core.naming.valid_names import InvalidNameError

if TYPE_CHECKING:
    from argparse import Namespace, _ActionsContainer
    from collections.abc import Iterator, Sequence

    from ...core.jupyter.registry import Registry

FORCING = (
    "Allow a --kernel-name that is reserved or belongs to another kernel, and let other users read"
    " the variables of the kernel."
)
"""The help of `--force` for commands that register kernels."""


def add_choice_options(parser: _ActionsContainer) -> None:
    """Add the options for a kernel's settings."""
    group = parser.add_argument_group("Kernel Options")
    group.add_argument(
        "--kernel-name",
        metavar="NAME",
        help="Name of the kernel. Default: the environment's name. Another name adds an additional kernel.",
    )
    add_display_name_option(group)
    add_repeatable(
        group,
        "--env",
        dest="kernel_env",
        metavar="VAR=VALUE",
        help="Set a variable for the kernel. Can be given more than once. ${NAME} in VALUE is expanded when"
        " the kernel starts, as in PATH=/opt/bin:${PATH}. Write $${NAME} for a literal ${NAME}.",
    )
    add_repeatable(
        group,
        "--unset",
        dest="kernel_unset",
        metavar="VAR",
        help="Remove a variable that --env has set. Can be given more than once.",
    )
    activation = group.add_mutually_exclusive_group()
    activation.add_argument(
        "--activate",
        dest="kernel_activate",
        action="store_const",
        const=True,
        help="Start the kernel in its activated environment again. This is the default.",
    )
    activation.add_argument(
        "--no-activate",
        dest="kernel_activate",
        action="store_const",
        const=False,
        help="Start the kernel without activating its environment.",
    )
    group.add_argument(
        "--provisioner",
        metavar="NAME",
        help="Start the kernel with a Jupyter provisioner, on another host or in a container:"
        " distributed-provisioner, kubernetes-provisioner, ... Pass an empty NAME to let Jupyter start the"
        " kernel again.",
    )
    add_repeatable(
        group,
        "--provisioner-config",
        dest="provisioner_config",
        metavar="KEY=VALUE",
        help="Set an option of the provisioner. Can be given more than once. VALUE is JSON or else text. A"
        " KEY given twice becomes a list.",
    )


def add_display_name_option(parser: _ActionsContainer) -> None:
    """Add `--display-name`."""
    parser.add_argument(
        "--display-name",
        "--kernel-display-name",
        dest="kernel_display_name",
        metavar="TEXT",
        help='Name that Jupyter shows. Default: e.g. "Python 3.12 (opencv)". Pass an empty string to restore'
        " it.",
    )


def add_repeatable(parser: _ActionsContainer, *names: str, dest: str, metavar: str, help: str) -> None:  # noqa: A002
    """Add an option that can be given more than once; as argparse has its words."""
    parser.add_argument(*names, dest=dest, metavar=metavar, action="append", default=[], help=help)


WRITING = (
    "Write to the user's Jupyter folder. This is the default.",
    "Write to the system-wide Jupyter folder, for all users of this machine.",
    "Write to the environment at PREFIX, for the Jupyter installed there.",
)
SEARCHING = (
    "Only kernels in the user's Jupyter folder.",
    "Only kernels in the system-wide Jupyter folder.",
    "Only kernels in the environment at PREFIX, for the Jupyter installed there.",
)
LISTING = (
    "Look in the user's Jupyter folder first.",
    "Look in the system-wide Jupyter folder first.",
    "List the kernels that the Jupyter in the environment at PREFIX sees.",
)


def add_location_options(parser: _ActionsContainer, purposes: Sequence[str]) -> None:
    """Add the options for the location of kernelspecs.

    Args:
        purposes: What each of the three options does.
    """
    user, system, prefix = purposes
    group = parser.add_argument_group("Kernel Location").add_mutually_exclusive_group()
    group.add_argument("--user", dest="kernel_location", action="store_const", const="user", help=user)
    group.add_argument("--system", dest="kernel_location", action="store_const", const="system", help=system)
    group.add_argument("--jupyter-prefix", metavar="PREFIX", help=prefix)


def add_jupyter_option(parser: _ActionsContainer) -> None:
    """Add which Jupyter is meant to see the kernels."""
    parser.add_argument(
        "--jupyter-prefix",
        metavar="PREFIX",
        help="Environment of the Jupyter that uses the kernels. Default: that of `jupyter` on PATH.",
    )
    parser.set_defaults(kernel_location=None)


def positive_number(text: str) -> int:
    """Parse a positive integer for argparse."""
    if not text.isascii() or not text.isdigit() or not int(text):
        raise ArgumentTypeError(f"must be a positive integer, not {text}")
    return int(text)


def positive_seconds(text: str) -> float:
    """Parse a positive number of seconds for argparse."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"must be a positive number of seconds, not {text}")
    return seconds


def add_force_option(parser: _ActionsContainer, purpose: str) -> None:
    """Add `--force` with its help."""
    parser.add_argument("--force", dest="kernel_force", action="store_true", help=purpose)


def choices(args: Namespace) -> Choices:
    """Read the user's choices from parsed options.

    Args:
        args: The parsed options; each may be missing.

    Raises:
        UsageError: A variable, or the display name, is none.
    """
    env = dict(_pairs("--env", "VAR=VALUE", getattr(args, "kernel_env", ()), "OMP_NUM_THREADS=4"))
    unset = tuple(getattr(args, "kernel_unset", ()))
    for number, name in enumerate(unset, 1):
        if not _is_variable(name):
            which = _which("--unset", number, unset)
            raise UsageError(f"{which} does not name a variable.", "For example: --unset OMP_NUM_THREADS")
    display_name = _display_name(args)
    name = getattr(args, "kernel_name", None)
    if name == "":
        raise InvalidNameError.empty()
    return Choices(
        kernel_name=name,
        display_name=display_name,
        env=env,
        activate=getattr(args, "kernel_activate", None),
        unset=unset,
        provisioner=_provisioner(args),
        force=getattr(args, "kernel_force", False),
    )


def read_names(args: Namespace) -> Choices:
    """Read a kernel's new names from the parsed options of `rename`.

    Raises:
        UsageError: The display name is none.
    """
    return Choices(kernel_name=args.new, display_name=_display_name(args), force=args.kernel_force)


def _display_name(args: Namespace) -> str | None:
    given = getattr(args, "kernel_display_name", None)
    text = given and _as_utf8(given)
    if text and (not text.strip() or not text.isprintable()):
        raise UsageError(f"{text!r} is not a printable name.", "Pass printable text to --display-name.")
    return text


def _as_utf8(text: str) -> str:
    """Decode an argument as UTF-8 if possible, in any locale, because kernel.json is UTF-8 too."""
    try:
        return os.fsencode(text).decode("utf-8")
    except UnicodeError:
        return text


def _pairs(option: str, form: str, words: Sequence[str], example: str) -> Iterator[tuple[str, str]]:
    """Take apart the names and values that an option was given.

    Raises:
        UsageError: One has no name in front; it may be a secret, and is not shown.
    """
    for number, word in enumerate(words, 1):
        name, equals, value = word.partition("=")
        if not equals or not _is_variable(name):
            which = _which(option, number, words)
            raise UsageError(f"{which} is not of the form {form}.", f"For example: {option} {example}")
        yield name, value


def _which(option: str, number: int, words: Sequence[str]) -> str:
    return f"The value of {option}" if len(words) == 1 else f"Value {number} of {option}"


def _provisioner(args: Namespace) -> Provisioner | None:
    name, words = getattr(args, "provisioner", None), getattr(args, "provisioner_config", ())
    if not name and words:
        raise UsageError("--provisioner-config requires --provisioner.", "Add --provisioner NAME.")
    if name and (not name.isprintable() or name.strip() != name):
        raise UsageError(
            f"{name!r} is not a valid provisioner name.", "`jupyter kernelspec provisioners` lists them."
        )
    given: dict[str, list[object]] = {}
    for key, value in _pairs("--provisioner-config", "KEY=VALUE", words, "launch_timeout=60"):
        given.setdefault(key, []).append(_json_or_text(value))
    config = {key: values if len(values) > 1 else values[0] for key, values in given.items()}
    if name is None:
        return None
    return Provisioner(name, config)


def _json_or_text(value: str) -> object:
    try:
        return json.loads(value, parse_constant=str)
    except (ValueError, RecursionError):
        return value


def _is_variable(name: str) -> bool:
    return name.isidentifier() and name.isascii()


def read_choices(args: Namespace, registry: Registry) -> Choices:
    """Read the user's choices from parsed options, and find the provisioner among them.

    Args:
        args: The parsed options; each may be missing.
        registry: The location to write to, which says whose kernels they are.

    Raises:
        UsageError: An option's value is none.
        ProvisionerError: The provisioner is not where it would be used, and `--force` does not ask for it.
    """
    chosen = choices(args)
    if chosen.provisioner is None or not chosen.provisioner.name:
        return chosen
    from ...checking.errors import ProvisionerError
    from ...checking.jupyter.jupyters import jupyter_of
    from ...checking.jupyter.provisioners import find_provisioners
    from ...core.launch.provisioning import settled_config

    given, jupyter = chosen.provisioner, jupyter_of(registry.location.data)
    found = find_provisioners(jupyter.prefix)
    if given.name not in found and not getattr(args, "kernel_force", False):
        raise ProvisionerError(given.name, jupyter.prefix, sorted(found))
    config, launchers = settled_config(given.name, given.config), found.get(given.name)
    return replace(chosen, provisioner=replace(given, config=config, launchers=launchers))
