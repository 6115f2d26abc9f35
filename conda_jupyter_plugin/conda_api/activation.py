"""conda's activation of an environment, worked out by conda itself."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, redirect_stderr
from functools import partial
from io import StringIO
from typing import TYPE_CHECKING

from ..core import system
from ..core.environment.environment import conda_root, python_of
from ..core.errors import ActivationError
from ..core.failures import told_as
from ..core.launch.venv_activation import activate_virtual_environment
from ..core.models import Activation, Environment
from .environments import envs_folders, running_conda

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator, Mapping
    from typing import Any

    from ..core.models import Activators

_REST_OF_PATH = "rest-of-path"

_AS_BY_DEFAULT = {"changeps1": True, "env_prompt": "({default_env}) ", "dev": False}
"""Settings that say how a shell is to look, or which conda a developer tries: no kernel's affair."""


def conda_activation(environment: Environment) -> Activation:
    """Work out what `conda activate` does for an environment, wherever it is called.

    Returns:
        Its activation; nothing of the current process's environment is in it.

    Raises:
        ActivationError: conda cannot, whatever the reason.
    """
    with told_as(partial(ActivationError, environment.prefix)):
        return _activate(environment)


def _activate(environment: Environment) -> Activation:
    from conda.core.prefix_data import PrefixData

    plan, own = _ask_conda(environment)
    values, unset = plan["export_vars"], tuple(plan["unset_vars"])
    into_its_conda = _into_its_conda(environment)
    exports = {name: into_its_conda(value) for name, value in values.items()}
    folders = exports.pop("PATH").split(os.pathsep)
    folders = folders[: folders.index(_REST_OF_PATH)]
    activation = Activation(
        conda=True,
        path=tuple(folder for folder in folders if not folder.endswith("condabin")),
        first_path=tuple(into_its_conda(folder) for folder in folders if folder.endswith("condabin")),
        variables={name: value for name, value in exports.items() if name.upper() not in own},
        own={name: value for name, value in exports.items() if name.upper() in own},
        unset=unset,
        private=bool(PrefixData(str(environment.prefix)).get_environment_env_vars()),
        prompt={name: str(value) for name, value in plan["set_vars"].items()},
        script=into_its_conda(os.path.join(running_conda(), "etc", "profile.d", "conda.sh")),
    )
    if not system.WINDOWS:
        return activation
    from .batch_scripts import with_batch_scripts

    return with_batch_scripts(activation, environment)


def _ask_conda(environment: Environment) -> tuple[Mapping[str, Any], Container[str]]:
    """Let conda work out an activation.

    Returns:
        Its plan, and which variables are the environment's own, in capitals.
    """
    from conda.activate import CmdExeActivator, PosixActivator

    activator = CmdExeActivator() if system.WINDOWS else PosixActivator()
    # conda tells the user of a shell what it overwrites there; here is no such user.
    with _settings_by_default(), _bare_environment(), redirect_stderr(StringIO()):
        plan = activator.build_activate(str(environment.prefix))
        own = activator._get_environment_env_vars(str(environment.prefix))
    if _empties_what_it_unsets(activator):
        emptied = dict.fromkeys(plan["unset_vars"], "")
        plan = {**plan, "export_vars": {**plan["export_vars"], **emptied}, "unset_vars": ()}
    return plan, {name.upper() for name in own}


def _empties_what_it_unsets(activator: Any) -> bool:
    """Whether a variable that is not wanted is left there, empty.

    conda's plan says the same either way. So it is in conda's POSIX shells from 25.7 on, which no attribute
    tells but the text of the command: `unset X` became `export X=''`.
    """
    return bool(activator.unset_var_tmpl == "export %s=''")


def _into_its_conda(environment: Environment) -> Callable[[object], str]:
    """Make what gives a path into the running conda as one into the conda that an environment belongs to.

    How that conda was called makes no difference: by a link to it, or by another name of its interpreter.
    """
    own = running_conda()
    root = conda_root(environment.prefix, envs_folders()) or own
    within = os.path.join(own, "")

    def give(value: object) -> str:
        text = str(value)
        if text == str(own):
            return str(root)
        if text == sys.executable:
            return str(python_of(Environment(root, "base", "conda")))
        return str(root / text.removeprefix(within)) if text.startswith(within) else text

    return give


def what_activates() -> str:
    """Name what conda's activation depends on, beside the environment and where conda's folders are."""
    from conda import __version__
    from conda.base.context import context

    with _settings_by_default():
        return f"conda {__version__} {context.envvars_force_uppercase}"


ACTIVATORS: Activators = {"conda": conda_activation, "venv": activate_virtual_environment}
"""Computes the activation of each kind of environment."""


@contextmanager
def _settings_by_default() -> Iterator[None]:
    """Leave out of conda's settings what is no part of an activation, or comes from the caller's shell."""
    from conda.base.context import context

    settings: dict[str, object] = {**_AS_BY_DEFAULT}
    if "CONDA_ENVVARS_FORCE_UPPERCASE" in os.environ:
        settings["envvars_force_uppercase"] = True
    # conda's settings are worked out by the class: what the object itself has counts more.
    own = vars(context)
    before = {name: own[name] for name in settings if name in own}
    own.update(settings)
    try:
        yield
    finally:
        for name in settings:
            del own[name]
        own.update(before)


@contextmanager
def _bare_environment() -> Iterator[None]:
    """Take the current environment away: conda would mix it in, as it does for a shell."""
    current = os.environ
    # Emptying the real one would be a system call for each variable, and felt by other threads' children.
    os.environ = {"PATH": _REST_OF_PATH}  # type: ignore[assignment]  # noqa: B003
    try:
        yield
    finally:
        os.environ = current  # noqa: B003
