"""The settings `plugins.kernel_*`: declared to conda, and read.

conda asks for the declarations on every command, so no class is made for them.
"""

from __future__ import annotations

import os
from functools import partial
from typing import TYPE_CHECKING

# The same as in `core.names`, which is not to be loaded for every command.
DEFAULT_TEMPLATE = "{language} ({environment})"

NAMED, ALL, OFF = _AUTO = ("named", "all", "off")
"""Which environments become kernels by themselves."""

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from conda.plugins.types import CondaSetting

    from .core.locations import Location


def declare() -> Iterator[CondaSetting]:
    """Declare the settings to conda, which reads and validates them."""
    from conda.common.configuration import PrimitiveParameter
    from conda.plugins.types import CondaSetting

    for name, (default, check, description) in _SETTINGS.items():
        parameter = PrimitiveParameter(default, validation=check)
        # `conda config --set` calls this alone, and so would write what it refuses to read.
        parameter.typify = partial(_typify, check)
        yield CondaSetting(name=name, description=description, parameter=parameter)


def _typify(check: Callable[[str], str | bool], name: str, source: str, value: object) -> str:
    from conda.common.configuration import CustomValidationError

    problem = check(str(value))
    if isinstance(problem, str):
        raise CustomValidationError(name, value, source, problem)
    return str(value)


def _check_auto(value: str) -> str | bool:
    good = _auto(value) in _AUTO
    return good or f"Valid choices are: {', '.join(map(repr, _AUTO))}."


def _auto(value: str) -> str:
    # YAML 1.1, and so some of those who write it, say `off` for false.
    return OFF if value == "False" else value


def _check_template(value: str) -> str | bool:
    if value == DEFAULT_TEMPLATE:
        return True
    from .core.names import check_template

    return check_template(value) or True


def _check_location(value: str) -> str | bool:
    good = value in ("user", "system") or os.path.isabs(_expand(value))
    return good or "It must be user, system, or the absolute path of an environment."


def read_auto() -> str:
    """Read `plugins.kernel_auto` alone.

    Returns:
        `NAMED`, `ALL` or `OFF`.

    Raises:
        CondaError: A value that conda's validation refuses.
        UsageError: Not a single value.
    """
    return _auto(str(_read("kernel_auto")))


def read_template() -> str:
    """Read `plugins.kernel_display_name`.

    Raises:
        CondaError: A value that conda's validation refuses.
        UsageError: Not a single value.
    """
    return str(_read("kernel_display_name"))


def default_location() -> Location:
    """Read `plugins.kernel_location`.

    Raises:
        CondaError: A value that conda's validation refuses.
        UsageError: Not a single value.
        LocationError: The folder is not there.
    """
    from .core.locations import prefix_location, system_location, user_location

    location = str(_read("kernel_location"))
    if location == "user":
        return user_location()
    return system_location() if location == "system" else prefix_location(_expand(location))


def _read(name: str) -> Any:
    from conda import CondaError
    from conda.base.context import context

    from .core.errors import UsageError

    try:
        return getattr(context.plugins, name)
    except CondaError:
        raise
    except Exception as error:  # conda's own validation fails on lists and mappings
        raise UsageError(
            f"The setting plugins.{name} is not a single value.",
            "`conda config --show-sources` shows where it is set.",
        ) from error


def _expand(path: str) -> str:
    return os.path.expandvars(os.path.expanduser(path))


_SETTINGS: Mapping[str, tuple[str, Callable[[str], str | bool], str]] = {
    "kernel_auto": (
        NAMED,
        _check_auto,
        "Which environments become Jupyter kernels by themselves: `named` (those in an envs directory, and"
        " base), `all` or `off`.",
    ),
    "kernel_display_name": (
        DEFAULT_TEMPLATE,
        _check_template,
        "Template of the name that Jupyter shows, with the fields {language}, {environment}, {kernel} and"
        " {prefix}.",
    ),
    "kernel_location": (
        "user",
        _check_location,
        "Where kernels are written: `user`, `system`, or the absolute path of the environment that Jupyter is"
        " installed in.",
    ),
}
"""Each setting's default, what says what is wrong with a value, and its description."""
