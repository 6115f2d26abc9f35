"""What the user chooses, with a provisioner that the Jupyter has which would use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..core.dataclass import replace
from .options import choices

if TYPE_CHECKING:
    from argparse import Namespace

    from ..core.jupyter.registry import Registry
    from ..core.models import Choices


def read_choices(args: Namespace, registry: Registry) -> Choices:
    """Read the user's choices from parsed options, and find the provisioner among them.

    Args:
        args: The parsed options; each may be missing.
        registry: The location to write to, which says whose kernels they are.

    Returns:
        The choices.

    Raises:
        UsageError: An option's value is none.
        ProvisionerError: The provisioner is not where it would be used, and `--force` does not ask for it.
    """
    chosen = choices(args)
    if chosen.provisioner is None or not chosen.provisioner.name:
        return chosen
    from ..checking.errors import ProvisionerError
    from ..checking.jupyter.jupyters import jupyter_of
    from ..checking.jupyter.provisioners import find_provisioners
    from ..core.launch.provisioning import settled_config

    given, jupyter = chosen.provisioner, jupyter_of(registry.location.data)
    found = find_provisioners(jupyter.prefix)
    if given.name not in found and not getattr(args, "kernel_force", False):
        raise ProvisionerError(given.name, jupyter.prefix, sorted(found))
    config, launchers = settled_config(given.name, given.config), found.get(given.name)
    return replace(chosen, provisioner=replace(given, config=config, launchers=launchers))
