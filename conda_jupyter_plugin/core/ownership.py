"""Whether a kernelspec is our registration of a kernel."""

from __future__ import annotations

from .environment import same_prefix
from .models import Environment

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from .models import Installed, Kernel, Owner


def recorded_environment(owner: Owner) -> Environment:
    """Describe an environment as its kernel records it, whatever has become of it."""
    return Environment(owner.prefix, owner.environment, owner.manager)


def is_for(item: Installed, kernel: Kernel, former_prefix: Path | None = None) -> bool:
    """Whether a kernelspec is our registration of a kernel.

    Args:
        item: The kernelspec.
        kernel: The environment's kernel.
        former_prefix: The prefix that the environment had before it was renamed.
    """
    if item.owner is None or item.owner.kernel != kernel.directory:
        return False
    prefix = item.owner.prefix
    return same_prefix(prefix, kernel.environment.prefix) or (
        former_prefix is not None and same_prefix(prefix, former_prefix)
    )
