"""What is recorded in a kernel of whose it is and what was chosen for it: written and read here."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .kernelspec import problem_of
from .models import METADATA_KEY, Choices, Origin, Owner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .models import Kernel

FORMAT_VERSION = 1


def write_record(
    kernel: Kernel, choices: Choices, origin: Origin | None, conda: Path | None
) -> Mapping[str, Any]:
    """Write down whose a kernelspec is.

    Args:
        kernel: The environment's kernel.
        choices: What the user chose.
        origin: Where the environment lies.
        conda: The conda that it belongs to.

    Returns:
        What goes into kernel.json's metadata, under `METADATA_KEY`.
    """
    environment = kernel.environment
    return {
        "version": FORMAT_VERSION,
        "prefix": str(environment.prefix),
        "environment": environment.name,
        "manager": environment.manager,
        "kernel": kernel.directory,
        **({"conda": str(conda)} if conda and environment.manager == "conda" else {}),
        **({"origin": asdict(origin)} if origin else {}),
        **({"choices": chosen} if (chosen := _write_choices(choices)) else {}),
    }


def _write_choices(choices: Choices) -> Mapping[str, Any]:
    recorded = {
        "kernel_name": choices.kernel_name,
        "display_name": choices.display_name,
        "env": dict(choices.env) or None,
        "activate": choices.activate,
        "spec": choices.spec,
        "share": choices.share,
    }
    return {key: value for key, value in recorded.items() if value is not None}


def read_record(spec: Mapping[str, Any]) -> Owner | None:
    """Read whose a kernelspec is.

    Args:
        spec: A kernel.json.

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
    choices, conda = _read_choices(record.get("choices")), record.get("conda")
    return Owner(
        version,
        Path(prefix),
        environment,
        manager,
        kernel,
        choices,
        _read_origin(record.get("origin")),
        Path(conda) if isinstance(conda, str) else None,
    )


def _read_origin(record: object) -> Origin | None:
    if not isinstance(record, dict):
        return None
    host, mount, file_system = (record.get(key) for key in ("host", "mount", "file_system"))
    if isinstance(host, str) and isinstance(mount, str) and isinstance(file_system, str):
        return Origin(host, mount, file_system)
    return None


def _read_choices(record: object) -> Choices:
    if not isinstance(record, dict):
        return Choices()
    texts = {
        key: value for key in ("kernel_name", "display_name") if isinstance(value := record.get(key), str)
    }
    env = record.get("env")
    pairs = env.items() if isinstance(env, dict) else ()
    activate, spec, share = (record.get(key) for key in ("activate", "spec", "share"))
    return Choices(
        **texts,
        env={key: value for key, value in pairs if isinstance(value, str)},
        activate=activate if isinstance(activate, bool) else None,
        spec=spec if isinstance(spec, dict) and not problem_of(spec) else None,
        share=True if share is True else None,
    )
