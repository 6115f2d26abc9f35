"""What the name that is shown calls an environment, so that no two look alike in a list of kernels."""

from __future__ import annotations

from .environment import same_prefix
from .environment_names import longer_names

TYPE_CHECKING = False
if TYPE_CHECKING:
    from .models import Environment
    from .registry import Registry


def choose_label(registry: Registry, environment: Environment) -> str | None:
    """Choose what tells an environment from those whose kernels Jupyter sees already, which keep theirs.

    Args:
        registry: The location and the rules.
        environment: The environment.

    Returns:
        Its name with as many names of folders around it as are needed; None where its name is enough.
    """
    for item in registry.here.owned_by(environment.prefix):
        owner = item.owner
        if owner and owner.environment == environment.name and not owner.choices.display_name:
            return owner.label
    former = registry.former_of(environment.prefix)
    for name in longer_names(environment):
        others = (prefix for prefix in registry.called(name) if former is None or prefix != former)
        if all(same_prefix(prefix, environment.prefix) for prefix in others):
            return None if name == environment.name else name
    return None
