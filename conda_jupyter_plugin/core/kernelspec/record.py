"""The record in a kernel: its environment and its choices, written and read here.

It is in kernel.json, under `metadata.conda_jupyter_plugin`. A later version may add fields, which survive a
refresh; where it changes what a field means it raises `version`, and such a record is left to it. What a
later release wrote in a format that is known follows its environment, and is left as it is otherwise.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ... import __version__
from ..dataclass import asdict
from ..environment.environment import same_prefix
from ..errors import BrokenKernelspecError
from ..failures import passing_over
from ..models import Choices, Environment, Origin, Owner, Provisioner
from ..system.path_text import for_this_process, is_system_text
from .kernel_json import problem_of, read_spec

if TYPE_CHECKING:
    from collections.abc import Container, Mapping
    from typing import Any

    from ..models import Installed, Kernel

METADATA_KEY = "conda_jupyter_plugin"

FORMAT_VERSION = 1

_FIELDS = (
    "version",
    "release",
    "prefix",
    "environment",
    "manager",
    "kernel",
    "label",
    "further",
    "adopted",
    "made",
    "program",
    "conda",
    "scripts",
    "origin",
    "choices",
)
_FIELDS_OF_ORIGIN = ("host", "mount", "file_system")
_FIELDS_OF_CHOICES = ("kernel_name", "display_name", "env", "activate", "spec", "share", "provisioner")


def has_record(spec: Mapping[str, Any]) -> bool:
    """Whether this project wrote a kernel.json, in a known or unknown format."""
    return METADATA_KEY in spec.get("metadata", {})


def is_recorded(folder: Path) -> bool:
    """Whether a kernelspec's folder is one that this project wrote."""
    with passing_over(BrokenKernelspecError):
        return has_record(read_spec(folder / "kernel.json"))
    return False


def is_later(spec: Mapping[str, Any]) -> bool:
    """Whether a kernel.json was written in a later version of the format."""
    record = spec.get("metadata", {}).get(METADATA_KEY)
    version = record.get("version") if isinstance(record, dict) else None
    return isinstance(version, int) and version > FORMAT_VERSION


def is_left_to_later(item: Installed, kernel: Kernel) -> bool:
    """Whether a registration of a kernel is a later version's affair, unless its environment has moved."""
    if item.owner is None or item.later:
        return item.later
    return is_of_later_release(item.owner) and same_prefix(item.owner.prefix, kernel.environment.prefix)


def is_of_later_release(owner: Owner) -> bool:
    """Whether a later release of this project wrote a kernel."""
    return owner.release != __version__ and _release_key(owner.release) > _release_key(__version__)


def _release_key(text: str) -> tuple[list[int], str, int]:
    """Give what releases are sorted by: their numbers, then what comes before the release itself.

    https://packaging.python.org/en/latest/specifications/version-specifiers
    """
    match = re.match(r"((?:[0-9]{1,9}\.)*[0-9]{1,9})\.?(a|b|rc|dev|post|)([0-9]{0,9})(\+.*)?$", text)
    if match is None:
        return [], "", 0
    numbers = [int(number) for number in match[1].split(".")]
    while numbers and not numbers[-1]:
        numbers.pop()
    # A development release comes before the first alpha.
    return numbers, {"dev": "", "": "x", "post": "y"}.get(match[2], match[2]), int(match[3] or 0)


def write_record(owner: Owner) -> Mapping[str, Any]:
    """Write down whose a kernelspec is.

    Args:
        owner: Whose it is; what is recorded of it already and is not known here stays.

    Returns:
        What goes into kernel.json's metadata, under `METADATA_KEY`.
    """
    earlier = owner.recorded
    choices = _updated(earlier.get("choices"), _FIELDS_OF_CHOICES, _write_choices(owner.choices))
    origin = asdict(owner.origin) if owner.origin else {}
    record = {
        "version": FORMAT_VERSION,
        "release": __version__,
        "prefix": str(owner.prefix),
        "environment": owner.environment,
        "manager": owner.manager,
        "kernel": owner.kernel,
        "label": owner.label,
        "further": owner.additional or None,
        "adopted": owner.adopted or None,
        "made": str(owner.made) if owner.made else None,
        "program": str(owner.program) if owner.program else None,
        "conda": str(owner.conda) if owner.conda and owner.manager == "conda" else None,
        "scripts": owner.scripts,
        "origin": _updated(earlier.get("origin"), _FIELDS_OF_ORIGIN, origin) or None,
        "choices": choices or None,
    }
    return _updated(earlier, _FIELDS, {key: value for key, value in record.items() if value is not None})


def _updated(earlier: object, known: Container[str], now: Mapping[str, Any]) -> dict[str, Any]:
    """The new record, in the order of an earlier one and with its unknown fields."""
    before = earlier if isinstance(earlier, dict) else {}
    return {**{key: value for key, value in before.items() if key in now or key not in known}, **now}


def _write_choices(choices: Choices) -> Mapping[str, Any]:
    recorded = {
        "kernel_name": choices.kernel_name,
        "display_name": choices.display_name,
        "env": dict(choices.env) or None,
        "activate": choices.activate,
        "spec": choices.spec,
        "share": choices.share,
        "provisioner": choices.provisioner and _write_provisioner(choices.provisioner),
    }
    return {key: value for key, value in recorded.items() if value is not None}


def _write_provisioner(provisioner: Provisioner) -> Mapping[str, Any]:
    launchers = {"launchers": str(provisioner.launchers)} if provisioner.launchers else {}
    return {**provisioner.stanza, **launchers}


def read_record(spec: Mapping[str, Any]) -> Owner | None:
    """Read whose a kernelspec is.

    Returns:
        Its owner; None where it is not ours, or not as we write it.
    """
    record = spec.get("metadata", {}).get(METADATA_KEY)
    if not isinstance(record, dict):
        return None
    version, prefix, manager = (record.get(key) for key in ("version", "prefix", "manager"))
    environment, kernel = record.get("environment"), record.get("kernel")
    if not isinstance(version, int) or manager not in ("conda", "venv"):
        return None
    if not isinstance(prefix, str) or not isinstance(environment, str) or not isinstance(kernel, str):
        return None
    prefix, kernel = for_this_process(prefix), for_this_process(kernel)
    if not is_system_text(prefix) or not is_system_text(kernel) or kernel in ("", ".", ".."):
        return None
    if os.path.basename(kernel) != kernel or not prefix:
        return None
    conda, made, scripts, label = (record.get(key) for key in ("conda", "made", "scripts", "label"))
    release, program = record.get("release"), record.get("program")
    return Owner(
        Path(prefix),
        environment,
        manager,
        kernel,
        choices=_read_choices(record.get("choices")),
        origin=_read_origin(record.get("origin")),
        conda=_path(conda) if isinstance(conda, str) else None,
        scripts=scripts if isinstance(scripts, str) else None,
        label=label if isinstance(label, str) else None,
        additional=record.get("further") is True,
        adopted=record.get("adopted") is True,
        made=_path(made) if isinstance(made, str) else None,
        program=_path(program) if isinstance(program, str) else None,
        release=release if isinstance(release, str) else "",
        recorded=record,
    )


def _path(text: str) -> Path | None:
    text = for_this_process(text)
    return Path(text) if is_system_text(text) else None


def _read_origin(record: object) -> Origin | None:
    if not isinstance(record, dict):
        return None
    host, mount, file_system = (record.get(key) for key in ("host", "mount", "file_system"))
    if isinstance(host, str) and isinstance(mount, str) and isinstance(file_system, str):
        return _origin(host, for_this_process(mount), file_system)
    return None


@lru_cache(maxsize=8)
def _origin(host: str, mount: str, file_system: str) -> Origin:
    """Give one for all kernels of a host and file system."""
    return Origin(host, mount, file_system)


_NO_CHOICES = Choices()


def _read_choices(record: object) -> Choices:
    if not isinstance(record, dict):
        return _NO_CHOICES
    texts = (record.get(key) for key in ("kernel_name", "display_name"))
    name, shown = (text if isinstance(text, str) else None for text in texts)
    env = record.get("env")
    pairs = env.items() if isinstance(env, dict) else ()
    activate, spec, share = (record.get(key) for key in ("activate", "spec", "share"))
    return Choices(
        kernel_name=name,
        display_name=shown,
        env={key: value for key, value in pairs if isinstance(value, str)},
        activate=activate if isinstance(activate, bool) else None,
        spec=spec if isinstance(spec, dict) and not problem_of(spec) else None,
        share=True if share is True else None,
        provisioner=_read_provisioner(record.get("provisioner")),
    )


def _read_provisioner(record: object) -> Provisioner | None:
    if not isinstance(record, dict):
        return None
    name, config, launchers = (record.get(key) for key in ("provisioner_name", "config", "launchers"))
    if not isinstance(name, str) or not name or not isinstance(config, dict):
        return None
    return Provisioner(name, config, _path(launchers) if isinstance(launchers, str) else None)


def recorded_environment(owner: Owner) -> Environment:
    """Describe an environment as its kernel records it, whatever has become of it."""
    return Environment(owner.prefix, owner.environment, owner.manager)


def is_for(item: Installed | None, kernel: Kernel) -> bool:
    """Whether a kernelspec registers a kernel, also from before its environment was renamed."""
    if item is None or item.owner is None or item.owner.kernel != kernel.directory:
        return False
    environment = kernel.environment
    return any(same_prefix(item.owner.prefix, prefix) for prefix in prefixes_of(environment))


def prefixes_of(environment: Environment) -> tuple[Path, ...]:
    """Give an environment's prefix, and the one that it had before."""
    return (environment.prefix, environment.previous) if environment.previous else (environment.prefix,)


def have_one_owner(item: Installed, other: Installed) -> bool:
    """Whether two kernelspecs belong to the same kernel of an environment, or both to none."""
    if item.owner is None or other.owner is None:
        return item.owner is other.owner
    return (item.owner.prefix, item.owner.kernel) == (other.owner.prefix, other.owner.kernel)
