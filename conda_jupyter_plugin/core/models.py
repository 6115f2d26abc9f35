"""The plain data that flows from room to room."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from .dataclass import dataclass, field, replace

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from typing import Any, Literal

    Manager = Literal["conda", "venv"]
    Status = Literal["ok", "stale", "broken", "unregistered"]
    Activators = Mapping[Manager, Callable[["Environment"], "Activation"]]


class Why(Enum):
    """Why kernels are planned.

    Attributes:
        ASKED: A user asks for it: what is in the way is an error.
        AUTOMATIC: Nobody asked: what cannot run and names that are somebody else's are passed over, and what
            somebody wrote by hand in his own way is left to him.
        SHOWN: It is only listed, including what only a user who asks would get.
    """

    ASKED = "asked"
    AUTOMATIC = "automatic"
    SHOWN = "shown"


@dataclass(frozen=True)
class Environment:
    """A conda prefix or a virtual environment.

    Attributes:
        prefix: The absolute path of the environment.
        name: What its user calls it; see `environment_names`.
        manager: Who made it.
        previous: The prefix that it had before it was renamed or moved, if it was: its kernels there are
            taken over, with what was chosen for them.
    """

    prefix: Path
    name: str
    manager: Manager
    previous: Path | None = None


@dataclass(frozen=True)
class Kernel:
    """A kernelspec that an environment holds.

    Attributes:
        environment: The environment that holds it.
        folder: The kernelspec's folder inside the environment.
        spec: Its kernel.json, as it is.
        label: What it is called among those of its environment that can be started; empty for others.
        is_first: Whether it stands for the whole environment, and so gets its plain name.
        program: The program that it starts, where that has been looked for.
    """

    environment: Environment
    folder: Path
    spec: Mapping[str, Any]
    label: str = ""
    is_first: bool = False
    program: Path | None = None

    @property
    def directory(self) -> str:
        """The folder's own name, such as `python3` or `ir`."""
        return self.folder.name

    @property
    def language(self) -> str:
        """The kernel's language as its kernel.json writes it."""
        return str(self.spec.get("language", ""))


@dataclass(frozen=True)
class Activation:
    """The activation of an environment, except for what depends on the shell.

    Attributes:
        conda: Whether it is conda's activation, which takes the surrounding environment's place on PATH.
        path: The environment's own directories, put in front of PATH.
        first_path: Directories put behind those where no conda environment surrounds.
        last_path: Directories put behind everything.
        variables: Variables to set, the same for every environment of its kind.
        own: Variables of the environment's own: those of `conda env config vars` and of its packages.
        unset: Variables to remove.
        private: Whether values of `conda env config vars` are among its own, which may be secrets.
        prompt: What a shell's prompt gets in front, by the variable; programs do not see it.
        script: What gives a shell the manager's own activation: conda's `profile.d/conda.sh`, or the virtual
            environment's `bin/activate`; empty where nothing does.
        run_scripts: On Windows, runs the environment's scripts and gives the activation with what they set.
        scripts: What tells whether they are still the same, None where there are none to be run.
    """

    conda: bool
    path: tuple[str, ...]
    first_path: tuple[str, ...] = ()
    last_path: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    unset: tuple[str, ...] = ()
    private: bool = False
    prompt: Mapping[str, str] = field(default_factory=dict)
    script: str = ""
    run_scripts: Callable[[], Activation] | None = None
    scripts: str | None = None

    @property
    def front(self) -> tuple[str, ...]:
        """All folders in front of PATH if no conda environment is active."""
        return self.path + self.first_path

    @classmethod
    def unknown(cls, environment: Environment) -> Activation:
        """A placeholder for the activation of the other command's environments."""
        return cls(conda=environment.manager == "conda", path=())


@dataclass(frozen=True)
class Provisioner:
    """The provisioner that starts a kernel, and its options.

    Attributes:
        name: Its name among Jupyter's entry points; empty for none again.
        config: Its settings, as kernel.json holds them.
        launchers: The folder of the engine's own programs that start kernels, where it has such.
    """

    name: str
    config: Mapping[str, Any] = field(default_factory=dict)
    launchers: Path | None = None

    @property
    def stanza(self) -> dict[str, Any]:
        """Its entry in kernel.json, `metadata.kernel_provisioner`."""
        return {"provisioner_name": self.name, "config": dict(self.config)}


@dataclass(frozen=True)
class Choices:
    """The user's choices for a kernel. The record stores them, so that a refresh keeps them.

    Attributes:
        kernel_name: The kernel's name, None where nothing was said; empty for the environment's again.
        display_name: The name that is shown, None where nothing was said; empty for the template's again.
        env: Variables to set for the kernel.
        unset: Variables that were set for the kernel, and are no longer to be.
        activate: Whether the kernel starts in its activated environment; None where nothing was said.
        spec: What somebody wrote by hand, in place of the environment's own kernel.json.
        share: Whether other users may read the values of variables, where they see the kernel.
        provisioner: What starts the kernel, None where nothing was said.
        force: Whether a name may be taken that is reserved, or not ours, and others may read values, now.
    """

    kernel_name: str | None = None
    display_name: str | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    activate: bool | None = None
    spec: Mapping[str, Any] | None = None
    share: bool | None = None
    unset: tuple[str, ...] = ()
    provisioner: Provisioner | None = None
    force: bool = False

    def over(self, earlier: Choices) -> Choices:
        """These choices, completed by earlier ones."""
        return Choices(
            kernel_name=earlier.kernel_name if self.kernel_name is None else self.kernel_name,
            display_name=earlier.display_name if self.display_name is None else self.display_name,
            env={**{name: earlier.env[name] for name in earlier.env if name not in self.unset}, **self.env},
            activate=earlier.activate if self.activate is None else self.activate,
            spec=self.spec or earlier.spec,
            share=self.share or self.force or earlier.share,
            unset=self.unset + earlier.unset,
            provisioner=self.provisioner or earlier.provisioner,
        )

    @property
    def settled(self) -> Choices:
        """The choices to record, without the ones that restore a default."""
        return replace(
            self,
            kernel_name=self.kernel_name or None,
            display_name=self.display_name or None,
            activate=None if self.activate else self.activate,
            unset=(),
            provisioner=self.provisioner if self.provisioner and self.provisioner.name else None,
        )


@dataclass(frozen=True)
class Origin:
    """The host and disk of an environment when its kernel was written.

    Attributes:
        host: The host's name.
        mount: Where the file system that held the environment was mounted.
        file_system: What tells that file system from another one mounted there; empty where nothing does.
    """

    host: str
    mount: str
    file_system: str


@dataclass(frozen=True)
class Owner:
    """The owner of a managed kernelspec, from its `metadata.conda_jupyter_plugin`.

    Attributes:
        prefix: The environment's prefix.
        environment: Its name.
        manager: Who made it.
        kernel: The folder of the kernelspec inside it.
        choices: What the user chose.
        origin: Where the environment lay.
        conda: The prefix of the conda that wrote the kernel of an environment in none of its folders.
        scripts: Which scripts were run for what kernel.json's `env` holds, as `Activation.scripts` tells.
        label: What the name that is shown calls the environment, where another one has its name.
        additional: Whether the environment's kernel was registered under another name before.
        adopted: Whether something that we did not write lay in its place before.
        made: Where the environment was made, if it has moved since: its own files still name that place.
        program: Where the kernel's program was found, if in no environment.
        release: The release of this project that wrote it; empty where none is recorded.
        recorded: All that is recorded, also what this version does not know.
    """

    prefix: Path
    environment: str
    manager: Manager
    kernel: str
    choices: Choices = field(default_factory=Choices)
    origin: Origin | None = None
    conda: Path | None = None
    scripts: str | None = None
    label: str | None = None
    additional: bool = False
    adopted: bool = False
    made: Path | None = None
    program: Path | None = None
    release: str = ""
    recorded: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, kernel: Kernel) -> Owner:
        """Name the owner of a kernel that nothing is recorded of yet."""
        environment = kernel.environment
        return cls(environment.prefix, environment.name, environment.manager, kernel.directory)


@dataclass(frozen=True)
class Installed:
    """An installed kernelspec, managed or not.

    Attributes:
        name: The kernel's name: the folder's in lower case, as Jupyter has it.
        folder: Where it is.
        spec: Its kernel.json; empty where it cannot be read.
        owner: Its recorded owner; None where the kernelspec is not managed.
        problem: Why its kernel.json cannot be used, if so.
        is_unread: Whether its kernel.json is unreadable, and so its owner unknown.
        later: Whether a later version of this project wrote it, in a format that only that one knows.
        checksum: That of its kernel.json's bytes.
        status: That of its kernel.json when it was read; None where it was read in another way.
    """

    name: str
    folder: Path
    spec: Mapping[str, Any]
    owner: Owner | None = None
    problem: str | None = None
    is_unread: bool = False
    later: bool = False
    checksum: int = 0
    status: os.stat_result | None = None
