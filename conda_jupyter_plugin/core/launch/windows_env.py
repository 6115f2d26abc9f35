"""The `env` of kernel.json on Windows, where the launcher cannot become the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .variables import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..models import Activation


def windows_env(activation: Activation, given: Mapping[str, str]) -> dict[str, str]:
    """Put an activation and what a kernelspec says of variables together.

    Args:
        given: The kernelspec's own variables, in Jupyter's way of writing `$`: they have the last word. One
            that refers to itself is put around what the activation sets, and so is PATH in any case.

    Returns:
        All variables, in Jupyter's way of writing `$`. Windows takes names in capitals and others for one.
    """
    variables = {**activation.variables, **activation.own}
    values = {name.upper(): Value((text,)) for name, text in variables.items()}
    front = "".join(f"{folder};" for folder in activation.front)
    behind = "".join(f";{folder}" for folder in activation.last_path)
    values["PATH"] = Value((front, behind), ("PATH",))
    names = {name.upper(): name for name in variables} | {"PATH": "PATH"}
    for name, text in given.items():
        key, value = name.upper(), Value.of_kernelspec(text)
        if any(reference.upper() == key for reference in value.names):
            values[key] = value.with_reference(key, values[key]) if key in values else value
        else:
            values[key] = values[key].with_reference(key, value) if key == "PATH" else value
        names.setdefault(key, name)
    return {names[key]: value.for_kernelspec() for key, value in values.items()}
