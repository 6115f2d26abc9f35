"""The verb that gives a kernel another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import WrongManagerError
from ..kernelspec.record import recorded_environment
from ..planning.renaming import Renaming
from .bringing_about import How, bring_about

if TYPE_CHECKING:
    from ..models import Choices
    from ..results import Result
    from .find import Found


def rename(found: Found, choices: Choices, *, dry_run: bool = False) -> Result:
    """Give a managed kernel another name, or show it by another one; all other choices stay.

    Args:
        choices: The new names.
        dry_run: Whether to only say what would be done.

    Raises:
        WrongManagerError: Its environment is the other command's, or another conda's, affair.
        KernelError: It cannot be renamed so; nothing was changed.
    """
    owner, registry = found.item.owner, found.registry
    if owner and not registry.rules.judges(recorded_environment(owner), owner):
        words = f"rename {found.item.name} {choices.kernel_name or '--display-name TEXT'}"
        # That of another conda is not this one's affair either.
        whose = ", with its own conda" if owner.manager in registry.rules.activators else ""
        raise WrongManagerError(owner.prefix, owner.manager, words + whose)
    request = Renaming(found.item, registry.location, choices)
    done = bring_about([registry], [request], How(dry_run))
    (plan,), result = done.plans, done.result(dry_run=dry_run)
    for error in () if plan.actions else result.errors:
        raise error
    return result
