"""Results as JSON documents, with the version of their schema."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from ..core.system.path_text import for_everybody
from .streams import write

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from ..core.errors import KernelError
    from ..core.results import Registration, Result

SCHEMA_VERSION = 1
"""Increased when a field is removed or changes its meaning; adding fields does not count."""


def row_as_json(row: Registration) -> dict[str, Any]:
    """Turn a kernel into the fields that the JSON output has."""
    return {
        "name": row.name,
        "display_name": row.display_name,
        "language": row.language,
        "path": text_or_none(row.path),
        "prefix": text_or_none(row.prefix),
        "environment": row.environment,
        "manager": row.manager,
        "managed": row.managed,
        "status": row.status,
        "kernel": row.kernel,
        "reason": row.reason,
        "provisioner": row.provisioner,
    }


def result_as_json(result: Result) -> dict[str, Any]:
    """Turn a result into the JSON document of `add`, `remove`, `sync` and `create`."""
    document: dict[str, Any] = {"success": not result.errors}
    for kind in ("registered", "refreshed", "removed", "unchanged"):
        document[kind] = [row_as_json(row) for row in getattr(result, kind)]
    if result.dry_run:
        document["dry_run"] = True
    if result.source:
        document["source"] = result.source
    if result.warnings:
        document["warnings"] = list(result.warnings)
    if result.without_kernel:
        document["without_kernel"] = [text_or_none(item.prefix) for item in result.without_kernel]
    return {**document, **errors_as_json(result.errors)}


def errors_as_json(errors: Iterable[KernelError]) -> dict[str, Any]:
    """Turn errors into the field `errors`, if there are any."""
    return {"errors": documents} if (documents := [error_as_json(error) for error in errors]) else {}


def error_as_json(error: KernelError) -> dict[str, Any]:
    """Turn a failure into JSON, with the keys that conda's own errors have."""
    return {
        "error": str(error),
        "message": error.message,
        "hint": error.hint,
        "code": error.code,
        "exception_name": type(error).__name__,
    }


def failure_as_json(error: KernelError) -> dict[str, Any]:
    """Turn a failure into the JSON document that a command prints instead of its result."""
    return {"success": False, **error_as_json(error)}


def print_json(document: Mapping[str, Any]) -> None:
    """Print one JSON document."""
    write(json.dumps({"schema_version": SCHEMA_VERSION, **document}, indent=2), sys.stdout)


def text_or_none(path: Path | None) -> str | None:
    """Write a path, or its absence, as JSON can hold it."""
    return None if path is None else for_everybody(str(path))
