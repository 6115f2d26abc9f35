"""From the JSON of a request to the words of the command that carries it out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ...core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

_LONGEST = 4096
_MANAGERS = ("conda", "venv")


def words_of(request: object, folder: str) -> list[str]:
    """Turn a request into the words of a command.

    Args:
        request: A JSON object with a `verb` and its fields; see docs/reference/rest.md.
        folder: The server's root folder, for notebooks and new virtual environments.

    Raises:
        UsageError: The verb, a field or a value is not valid.
    """
    if not isinstance(request, dict):
        raise UsageError("The request must be a JSON object with the field 'verb'.")
    fields = _Fields(request)
    verb = fields.text("verb")
    make = _VERBS.get(verb)
    if make is None:
        raise UsageError(f"There is no verb {verb!r}.", f"Use {', '.join(_VERBS)}.")
    words = make(fields, folder)
    fields.check_all_known()
    return [verb, *words, "--json", *([] if verb == "check" else ["--yes"])]


class _Fields:
    """The fields of a request. Each is taken once; one that nothing takes is an error."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request
        self._known: set[str] = set()

    def text(self, name: str) -> str:
        """Take a text that no command can mistake for an option."""
        return _checked(name, self._take(name))

    def optional(self, name: str) -> list[str]:
        """Take a text that may be missing."""
        value = self._take(name)
        return [] if value is None else [_checked(name, value)]

    def option(self, name: str, option: str) -> list[str]:
        """Take a text that may be missing, as an option with its value, which may begin with a dash."""
        value = self._take(name)
        return [] if value is None else [f"{option}={_plain(name, value)}"]

    def texts(self, name: str) -> list[str]:
        """Take a list of texts; empty if it is missing."""
        value = self._take(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise UsageError(f"The field {name!r} must be a list of texts.")
        return [_checked(name, item) for item in value]

    def switch(self, name: str, option: str) -> list[str]:
        """Take a boolean, as an option."""
        value = self._take(name)
        if value not in (None, True, False):
            raise UsageError(f"The field {name!r} must be true or false.")
        return [option] if value else []

    def check_all_known(self) -> None:
        """Refuse fields that the verb does not have."""
        if unknown := sorted(map(str, self._request.keys() - self._known)):
            raise UsageError(f"This verb has no field {unknown[0]!r}.")

    def _take(self, name: str) -> Any:
        self._known.add(name)
        return self._request.get(name)


def _plain(name: str, value: object) -> str:
    if not isinstance(value, str) or not value.isprintable() or len(value) > _LONGEST:
        raise UsageError(f"The field {name!r} must be a printable text of at most {_LONGEST} characters.")
    return value


def _checked(name: str, value: object) -> str:
    text = _plain(name, value)
    if not text or text.startswith("-"):
        raise UsageError(f"The field {name!r} must not be empty or begin with a dash.")
    return text


def _path(name: str, text: str) -> str:
    if not os.path.isabs(text):
        raise UsageError(f"The field {name!r} must be an absolute path.")
    return text


def _kernel(text: str) -> str:
    """Check a kernel's name: `check` takes what looks like a path for a notebook."""
    if "/" in text or os.sep in text or text.endswith(".ipynb"):
        raise UsageError(f"{text!r} is not the name of a kernel.")
    return text


def _add(fields: _Fields, folder: str) -> list[str]:  # noqa: ARG001
    prefix = _path("prefix", fields.text("prefix"))
    names = [*fields.option("kernel_name", "--kernel-name"), *fields.option("display_name", "--display-name")]
    return [prefix, *fields.switch("install", "--install"), *names]


def _install(fields: _Fields, folder: str) -> list[str]:  # noqa: ARG001
    return [_path("prefix", fields.text("prefix")), fields.text("package")]


def _remove(fields: _Fields, folder: str) -> list[str]:  # noqa: ARG001
    return [_kernel(fields.text("kernel"))]


def _rename(fields: _Fields, folder: str) -> list[str]:  # noqa: ARG001
    kernels = [fields.text("kernel"), *fields.optional("new_name")]
    return [*map(_kernel, kernels), *fields.option("display_name", "--display-name")]


def _check(fields: _Fields, folder: str) -> list[str]:
    return [
        *map(_kernel, fields.texts("kernels")),
        *(_inside(folder, path) for path in fields.texts("notebooks")),
    ] or ["--all"]


def _create(fields: _Fields, folder: str) -> list[str]:
    name, manager = fields.text("name"), fields.text("manager")
    if manager not in _MANAGERS:
        raise UsageError(f"The field 'manager' must be {' or '.join(_MANAGERS)}.")
    if name in (".", "..") or any(character in name for character in "/\\:#"):
        raise UsageError(f"{name!r} is not a valid name.", "Use letters, digits, '.', '_' and '-'.")
    where = name if manager == "conda" else os.path.join(folder, name)
    packages = fields.texts("packages")
    return [manager, where, *packages, *fields.option("python", "--python")]


def _inside(folder: str, path: str) -> str:
    """The file of a path below the server's root folder.

    Raises:
        UsageError: It leads out of that.
    """
    parts = path.strip("/").split("/")
    if ".." in parts or "\\" in path or any(os.path.splitdrive(part)[0] for part in parts):
        raise UsageError(f"{path!r} is not a path in the server's root folder.")
    return os.path.join(folder, *parts)


_VERBS: Mapping[str, Callable[[_Fields, str], list[str]]] = {
    "add": _add,
    "remove": _remove,
    "rename": _rename,
    "check": _check,
    "create": _create,
    "install": _install,
    "sync": lambda fields, folder: [],  # noqa: ARG005
}
