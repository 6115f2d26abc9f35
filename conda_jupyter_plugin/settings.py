"""The settings `plugins.kernel_*`: declared to conda, and read."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .core.names import DEFAULT_TEMPLATE, check_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conda.plugins.types import CondaSetting

Auto = Literal["named", "all", "off"]


@dataclass(frozen=True)
class Settings:
    """What the user has set.

    Attributes:
        auto: Which environments become kernels by themselves.
        template: The display name's template.
        location: Where kernels are written: `user`, `system` or a prefix.
    """

    auto: Auto
    template: str
    location: str


def declare() -> Iterator[CondaSetting]:
    """Declare the settings to conda, which reads and validates them."""
    from conda.common.configuration import PrimitiveParameter
    from conda.plugins.types import CondaSetting

    # YAML 1.1, and people, write `off` for false.
    yield CondaSetting(
        name="kernel_auto",
        description="Which environments become Jupyter kernels by themselves: `named` (those in an envs "
        "directory, and base), `all` or `off`.",
        parameter=PrimitiveParameter("named", element_type=(str, bool), validation=_check_auto),
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


def read() -> Settings:
    """Read the settings.

    Returns:
        What is set, else the defaults.

    Raises:
        CondaError: A value that conda's validation refuses.
    """
    from conda.base.context import context

    plugins = context.plugins
    auto: Auto = plugins.kernel_auto or "off"
    return Settings(auto, plugins.kernel_display_name, plugins.kernel_location)


def _check_auto(value: object) -> bool | str:
    return value in ("named", "all", "off", False) or "It must be named, all or off."


def _check_template(value: str) -> bool | str:
    return check_template(value) or True


def _check_location(value: str) -> bool | str:
    expanded = os.path.expandvars(os.path.expanduser(value))
    good = value in ("user", "system") or os.path.isabs(expanded)
    return good or "It must be user, system, or the absolute path of an environment."
