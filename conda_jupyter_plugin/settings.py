"""The settings `plugins.kernel_*`: declared to conda, and read."""

from __future__ import annotations

import os
from contextlib import suppress
from enum import Enum
from typing import TYPE_CHECKING

# The same as in `core.names`, which is not to be loaded for every command.
DEFAULT_TEMPLATE = "{language} ({environment})"

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conda.plugins.types import CondaSetting

    from .core.locations import Location


class Auto(Enum):
    """Which environments become kernels by themselves; `conda config --set` checks enumerations."""

    NAMED = "named"
    ALL = "all"
    OFF = "off"

    @classmethod
    def _missing_(cls, value: object) -> Auto | None:
        # YAML 1.1, and so some of those who write it, say `off` for false.
        return cls.OFF if value is False else None

    def __str__(self) -> str:
        return str(self.value)


def declare() -> Iterator[CondaSetting]:
    """Declare the settings to conda, which reads and validates them."""
    from conda.common.configuration import PrimitiveParameter
    from conda.plugins.types import CondaSetting

    # `conda config --set` writes enumerations that it knows; up to 26.5 each has to be made known.
    with suppress(Exception):
        from ruamel.yaml.representer import RoundTripRepresenter

        RoundTripRepresenter.add_representer(Auto, lambda yaml, auto: yaml.represent_str(auto.value))
    yield CondaSetting(
        name="kernel_auto",
        description="Which environments become Jupyter kernels by themselves: `named` (those in an envs "
        "directory, and base), `all` or `off`.",
        parameter=PrimitiveParameter(Auto.NAMED),
    )
    yield CondaSetting(
        name="kernel_display_name",
        description="Template of the name that Jupyter shows, with the fields {language}, {environment}, "
        "{kernel} and {prefix}.",
        parameter=PrimitiveParameter(DEFAULT_TEMPLATE, element_type=str, validation=_check_template),
    )
    yield CondaSetting(
        name="kernel_location",
        description="Where kernels are written: `user`, `system`, or the absolute path of the environment "
        "that Jupyter is installed in.",
        parameter=PrimitiveParameter("user", element_type=str, validation=_check_location),
    )


def read_auto() -> Auto:
    """Read `plugins.kernel_auto` alone.

    Raises:
        CondaError: A value that conda's validation refuses.
    """
    from conda.base.context import context

    auto: Auto = context.plugins.kernel_auto
    return auto


def read_template() -> str:
    """Read `plugins.kernel_display_name`.

    Raises:
        CondaError: A value that conda's validation refuses.
    """
    from conda.base.context import context

    return str(context.plugins.kernel_display_name)


def default_location() -> Location:
    """Read `plugins.kernel_location`.

    Raises:
        CondaError: A value that conda's validation refuses.
        LocationError: The folder is not there.
    """
    from conda.base.context import context

    from .core.locations import prefix_location, system_location, user_location

    location = str(context.plugins.kernel_location)
    if location == "user":
        return user_location()
    return system_location() if location == "system" else prefix_location(_expand(location))


def _expand(path: str) -> str:
    return os.path.expandvars(os.path.expanduser(path))


def _check_template(value: str) -> bool | str:
    from .core.names import check_template

    return check_template(value) or True


def _check_location(value: str) -> bool | str:
    good = value in ("user", "system") or os.path.isabs(_expand(value))
    return good or "It must be user, system, or the absolute path of an environment."
