"""The name that Jupyter shows for a kernel, and the template that it is made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..environment.environment import same_prefix
from ..environment.names import longer_names
from ..errors import UsageError
from .valid_names import kernel_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from ..jupyter.registry import Registry
    from ..models import Environment, Kernel, Owner

DEFAULT_TEMPLATE = "{language} ({environment})"

_FIELDS = ("language", "environment", "kernel", "prefix")


def display_name(kernel: Kernel, template: str, *, owner: Owner, name: str) -> str:
    """Make the name that is shown: `Python 3.12 (opencv)`.

    Args:
        owner: What is recorded of what tells it apart from others.
        name: The name that it is registered by, which tells a further one apart.
        template: With the fields `{language}` (its label), `{environment}`, `{kernel}` and `{prefix}`.

    Raises:
        UsageError: The template has another field, or is no template.
    """
    if template != DEFAULT_TEMPLATE and (problem := check_template(template)):
        raise UsageError(f"The display name template {template!r} is not valid.", problem)
    shown = owner.label or kernel.environment.name
    if owner.additional:
        stem = f"{kernel_name(kernel.environment.name)}-"
        shown += f"-{name.removeprefix(stem)}" if name.startswith(stem) else f", {name}"
        if "{environment}" not in template:
            template += f" ({name})"
    return template.format(
        language=kernel.label,
        environment=shown,
        kernel=kernel.directory,
        prefix=kernel.environment.prefix,
    )


def look(spec: Mapping[str, Any]) -> tuple[str, str]:
    """Return what VS Code compares: the display name, and the first word of the command.

    https://github.com/microsoft/vscode-jupyter: its list leaves out the second of two.
    """
    return str(spec.get("display_name", "")), str(next(iter(spec.get("argv", ())), ""))


def check_template(template: str) -> str | None:
    """Check a display name's template.

    Returns:
        What is wrong with it, as a sentence, or None.
    """
    known = f"Its fields are {', '.join('{' + field + '}' for field in _FIELDS)}."
    import string

    try:
        parts = list(string.Formatter().parse(template))
    except ValueError:
        return known
    if any(field is not None and (field not in _FIELDS or spec or how) for _, field, spec, how in parts):
        return known
    shown = template.format(**dict.fromkeys(_FIELDS, "x"))
    return None if shown.strip() and shown.isprintable() else "It must be printable text."


def choose_label(registry: Registry, environment: Environment) -> str | None:
    """Choose a label that differs from those of the kernels that Jupyter already sees.

    Returns:
        Its name with as many names of folders around it as are needed; None where its name is enough.
    """
    for item in registry.inventory.owned_by(environment.prefix):
        owner = item.owner
        if owner and owner.environment == environment.name and not owner.choices.display_name:
            return owner.label
    previous = environment.previous
    for name in longer_names(environment):
        others = (
            prefix
            for prefix in registry.environments_shown_as(name)
            if previous is None or prefix != previous
        )
        if all(same_prefix(prefix, environment.prefix) for prefix in others):
            return None if name == environment.name else name
    return None
