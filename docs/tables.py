"""Tables of the reference, made from the code itself: every error, and every setting."""

from __future__ import annotations

from conda_jupyter_plugin.checking import errors as checking_errors
from conda_jupyter_plugin.conda_host import _SETTINGS
from conda_jupyter_plugin.core import errors
from conda_jupyter_plugin.core.naming import valid_names
from conda_jupyter_plugin.core.system import refusals
from pip_kernel_hook import errors as creation_errors

_MODULES = (errors, valid_names, refusals, checking_errors, creation_errors)


def error_rows() -> list[str]:
    """Give a row for each class of failure: its identifier, its exit status, and what it means."""
    found = {one for module in _MODULES for one in vars(module).values() if isinstance(one, type)}
    classes = sorted(_below(errors.KernelError) & found, key=lambda one: one.code)
    rows = [f"| `{one.code}` | {one.exit_status} | {_summary(one)} |" for one in classes]
    return ["| code | exit status | meaning |", "| --- | --- | --- |", *rows]


def setting_rows() -> list[str]:
    """Give a row for each setting: its name, its default, and what it is for."""
    rows = [
        f"| `plugins.{name}` | `{default or []}` | {text} |" for name, (default, text) in _SETTINGS.items()
    ]
    return ["| setting | default | meaning |", "| --- | --- | --- |", *rows]


def _below(parent: type[errors.KernelError]) -> set[type[errors.KernelError]]:
    return {one for child in parent.__subclasses__() for one in (child, *_below(child))}


def _summary(documented: type) -> str:
    return (documented.__doc__ or "").splitlines()[0]
