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
    from typing import Any

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


class _Checked(str):
    """Text that conda refuses to read, and `conda config --set` to write, where it is not valid."""

    def __new__(cls, value: object = "") -> _Checked:
        if problem := cls.problem_of(str(value)):
            from conda.auxlib.type_coercion import TypeCoercionError

            raise TypeCoercionError(value, problem)
        return super().__new__(cls, value)

    def __json__(self) -> str:
        # What conda asks of what it writes into .condarc, from 26.7 on.
        return str(self)

    @staticmethod
    def problem_of(value: str) -> str | None:
        """Say what is wrong with a value, as a sentence."""
        raise NotImplementedError


class Template(_Checked):
    """The display name's template."""

    @staticmethod
    def problem_of(value: str) -> str | None:
        """Say which field the template may not have."""
        if value == DEFAULT_TEMPLATE:
            return None
        from .core.names import check_template

        return check_template(value)


class Place(_Checked):
    """Where kernels are written."""

    @staticmethod
    def problem_of(value: str) -> str | None:
        """Say what else it has to be."""
        good = value in ("user", "system") or os.path.isabs(_expand(value))
        return None if good else "It must be user, system, or the absolute path of an environment."


def declare() -> Iterator[CondaSetting]:
    """Declare the settings to conda, which reads and validates them."""
    from conda.common.configuration import PrimitiveParameter
    from conda.plugins.types import CondaSetting

    # `conda config --set` writes types that it knows; before 26.7 these have to be made known.
    with suppress(Exception):
        from ruamel.yaml.representer import RoundTripRepresenter

        for known in (Auto, Template, Place):
            RoundTripRepresenter.add_representer(known, lambda yaml, value: yaml.represent_str(str(value)))
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
        parameter=PrimitiveParameter(DEFAULT_TEMPLATE, element_type=Template),
    )
    yield CondaSetting(
        name="kernel_location",
        description="Where kernels are written: `user`, `system`, or the absolute path of the environment "
        "that Jupyter is installed in.",
        parameter=PrimitiveParameter("user", element_type=Place),
    )


def read_auto() -> Auto:
    """Read `plugins.kernel_auto` alone.

    Raises:
        CondaError: A value that conda's validation refuses.
        UsageError: Not a single value.
    """
    auto: Auto = _read("kernel_auto")
    return auto


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
