"""Reads the files of `--file` with conda's own readers."""

from __future__ import annotations

import io
import warnings
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING, Any

from ..core.dataclass import dataclass
from ..core.failures import log_swallowed

if TYPE_CHECKING:
    from collections.abc import Iterable

_EXPLICIT = "@EXPLICIT"


@dataclass(frozen=True)
class File:
    """The request of a file.

    Attributes:
        specs: Its conda packages.
        name: The environment's name that it sets.
        prefix: The environment's folder that it sets.
        channels: The channels that it names.
        explicit: Whether it lists exact packages, which conda takes no further spec beside.
    """

    specs: tuple[str, ...] = ()
    name: str | None = None
    prefix: str | None = None
    channels: tuple[str, ...] = ()
    explicit: bool = False


def read_request_file(path: str) -> File:
    """Read a file as conda does, which says itself what it finds wrong with it.

    Args:
        path: What was given: a path or an URL.

    Returns:
        What it asks for; nothing where conda cannot read it.
    """
    lines = _read_lines(path)
    if _EXPLICIT in lines:
        return File(lines, explicit=True)
    try:
        with redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _read_environment(path)
    # Any plugin may be the reader.
    except Exception:
        log_swallowed()
        return File(lines)


def _read_lines(path: str) -> tuple[str, ...]:
    from conda.gateways.disk.read import yield_lines

    with suppress(OSError, ValueError):
        return tuple(yield_lines(path))
    return ()


def _read_environment(path: str) -> File:
    from conda.base.context import context

    manager = context.plugin_manager
    if not hasattr(manager, "get_environment_specifier"):
        return _read_before_25_7(path)
    specifier = manager.get_environment_specifier(source=path, name=context.environment_specifier)
    environment = specifier.environment_spec(path).env
    return File(
        (*_names(environment.requested_packages), *_names(environment.explicit_packages)),
        _text(environment.name),
        _text(environment.prefix),
        tuple(environment.config.channels),
        explicit=bool(environment.explicit_packages),
    )


def _read_before_25_7(path: str) -> File:
    from conda.env.specs import detect

    environment = detect(filename=path).environment
    specs = tuple(environment.dependencies.get("conda", ()))
    return File(specs, _text(environment.name), channels=tuple(environment.channels))


def _names(packages: Iterable[Any]) -> Iterable[str]:
    return (package.name for package in packages)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
