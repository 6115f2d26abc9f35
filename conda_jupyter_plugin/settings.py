"""The settings `plugins.kernel_*`: checked and read."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

NAMED, ALL, OFF = _AUTO = ("named", "all", "off")
"""The values of `plugins.kernel_auto`: which environments automatically become kernels."""

if TYPE_CHECKING:
    from collections.abc import Container
    from pathlib import Path
    from typing import Any

    from .core.jupyter.locations import Location


def check_setting(name: str, value: str) -> str | bool:
    """Check a value of a setting.

    Returns:
        What is wrong with it, as a sentence; True where nothing is.
    """
    return _CHECKS[name](value) or True


def typify(name: str, source: str, value: object) -> str:
    """Check a value that is to be set; as conda's `Parameter.typify`.

    Raises:
        CustomValidationError: It is not valid.
    """
    from conda.common.configuration import CustomValidationError

    problem = check_setting(name, str(value))
    if isinstance(problem, str):
        raise CustomValidationError(name, value, source, problem)
    return str(value)


def _check_auto(value: str) -> str | None:
    return None if auto_of(value) in _AUTO else f"Valid choices are: {', '.join(map(repr, _AUTO))}."


def auto_of(value: str) -> str:
    """Give a value of `plugins.kernel_auto` as it is meant."""
    # YAML 1.1, and so some of those who write it, say `off` for false.
    return OFF if value == "False" else value


def _check_template(value: str) -> str | None:
    from .core.naming.display_names import check_template

    return check_template(value)


def _check_location(value: str) -> str | None:
    good = value in ("user", "system") or os.path.isabs(expand(value))
    return None if good else "It must be user, system, or the absolute path of an environment."


def read_auto() -> str:
    """Read `plugins.kernel_auto` alone.

    Returns:
        `NAMED`, `ALL` or `OFF`.

    Raises:
        CondaError: A value that conda's validation refuses.
        UsageError: Not a single value.
    """
    return auto_of(str(_read("kernel_auto")))


def read_exclude() -> tuple[str, ...]:
    """Read `plugins.kernel_exclude`: patterns of names and prefixes.

    Raises:
        CondaError: A value that conda's validation refuses.
        UsageError: It is not a list.
    """
    return tuple(map(str, _read("kernel_exclude", "a list of patterns")))


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
    return location_of(str(_read("kernel_location")))


def location_of(value: str) -> Location:
    """Give the place that a value of `plugins.kernel_location` means.

    Raises:
        LocationError: The folder is not there.
    """
    from .core.jupyter.locations import prefix_location, system_location, user_location

    if value == "user":
        return user_location()
    return system_location() if value == "system" else prefix_location(expand(value))


def covers(auto: str, prefix: Path, bases: Container[str], envs_folders: Container[str]) -> bool:
    """Say what `plugins.kernel_auto` means for an environment.

    Args:
        bases: The base environments, each by its canonical path.
        envs_folders: The folders of named environments, by theirs.

    Returns:
        True for a base and what is right in an envs folder under `named`, for every one under `all`.
    """
    from .core.environment.environment import canonical

    if auto != NAMED:
        return auto == ALL
    return canonical(prefix) in bases or canonical(prefix.parent) in envs_folders


def location_prefix() -> str:
    """Read the prefix that `plugins.kernel_location` names, empty where it names none.

    Raises:
        CondaError: A value that conda's validation refuses.
        UsageError: Not a single value.
    """
    location = str(_read("kernel_location"))
    return "" if location in ("user", "system") else expand(location)


def _read(name: str, form: str = "a single value") -> Any:
    from conda import CondaError
    from conda.base.context import context

    try:
        return getattr(context.plugins, name)
    except CondaError:
        raise
    except Exception as error:  # conda's own validation fails on lists and mappings
        from .core.errors import UsageError

        raise UsageError(
            f"The setting plugins.{name} is not {form}.",
            "`conda config --show-sources` shows where it is set.",
        ) from error


def expand(path: str) -> str:
    """Put in what `~` and variables in a path stand for, as conda's settings have it."""
    return os.path.expandvars(os.path.expanduser(path))


_CHECKS = {
    "kernel_auto": _check_auto,
    "kernel_display_name": _check_template,
    "kernel_location": _check_location,
}
