"""The small program that starts a kernel in its activated environment.

It is written once, at registration, with everything that is fixed worked out. At start it costs one shell,
which becomes the kernel by `exec`, so that Jupyter's signals reach the kernel itself.
"""

from __future__ import annotations

import os
import re
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from .. import system
from ..dataclass import replace
from ..kernelspec.kernel_packages import ALWAYS_THERE
from .variables import is_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ..kernelspec.kernel_packages import Source
    from ..models import Activation
    from .variables import Value

_STAND_IN = "stand_in.py"
_SCRIPTS = ("launcher.sh", "launcher_conda.sh", _STAND_IN)

_NOT_LET_GO = frozenset(
    {"_", "EUID", "UID", "PPID", "GROUPS", "RANDOM", "SRANDOM", "SECONDS", "LINENO", "SHLVL", "SHELLOPTS"}
    | {"FUNCNAME", "DIRSTACK", "HISTCMD", "OPTIND", "PIPESTATUS"}
)
"""Variables that bash sets itself, or adapts when it becomes another program: man bash, Shell Variables."""

CARRIER = "CONDA_JUPYTER_PLUGIN_"
_OF_THE_LOADER = (
    "DYLD_LIBRARY_PATH",
    "DYLD_FALLBACK_LIBRARY_PATH",
    "DYLD_FRAMEWORK_PATH",
    "DYLD_FALLBACK_FRAMEWORK_PATH",
    "DYLD_INSERT_LIBRARIES",
)


def read_scripts() -> None:
    """Read the launcher's parts, which are kept: their files may be gone when they are needed."""
    for name in _SCRIPTS:
        _text(name)


def carried(given: Mapping[str, Value]) -> dict[str, str]:
    """Name what has to be carried past the shell under other names, in Jupyter's way of writing references.

    On macOS programs in `/bin` are started without any `DYLD_` variable.
    https://developer.apple.com/library/archive/documentation/Security/Conceptual/System_Integrity_Protection_Guide/RuntimeProtections/RuntimeProtections.html

    Args:
        given: The kernelspec's variables.
    """
    names = _to_carry(given)
    return {
        CARRIER + name: given[name].for_kernelspec() if name in given else f"${{{name}}}" for name in names
    }


def _to_carry(given: Iterable[str]) -> Iterable[str]:
    of_the_kernelspec = (name for name in given if name.startswith("DYLD_"))
    return dict.fromkeys((*_OF_THE_LOADER, *of_the_kernelspec)) if system.MACOS else ()


def render_launcher(
    activation: Activation, given: Mapping[str, Value], source: Source = ALWAYS_THERE
) -> bytes:
    """Write the launcher's text.

    Args:
        given: Variables that kernel.json sets: they have the last word, whatever the activation says. One
            that refers to itself is put around what the activation makes of it.
        source: What the kernel is made from, and does not start without.

    Returns:
        A shell script, to be sourced with its own path and the kernel's command as arguments.
    """
    given = {name: value for name, value in given.items() if is_name(name)}
    referring = {name: parts for name, value in given.items() if (parts := value.parts_around(name))}
    literals = {name: value.literals[0] for name, value in given.items() if not value.names}
    kept = [name for name, value in given.items() if value.names and name not in value.names]
    scripts = _SCRIPTS[: 2 if activation.conda else 1]
    lines = [_fill_in(_text(name), activation, source) for name in scripts]
    lines += (_carry(name) for name in _to_carry(given))
    lines += (_take_off(name, *parts) for name, parts in referring.items())
    lines += (f'set -- "${{{name}+yes}}" "${{{name}-}}" "$@"\n' for name in reversed(kept))
    become = [
        "trap - EXIT HUP INT QUIT PIPE TERM USR1 USR2\n",
        '[ -z "${BASH_VERSION-}" ] || trap - DEBUG ERR RETURN\n',
        *(f'if [ -n "$1" ]; then export {name}="$2"; fi\nshift 2\n' for name in kept),
        *(_put_around(name, *parts) for name, parts in referring.items()),
        *_exports({name: text for name, text in literals.items() if not _is_not_let_go(name)}),
        _become({name: text for name, text in literals.items() if _is_not_let_go(name)}),
    ]
    lines += [*_conda(activation), *become] if activation.conda else _venv(activation, become)
    # It is never read by the shell, which has become the kernel by then.
    lines.append(f": <<'__kernel_stand_in'\n{_text(_STAND_IN)}__kernel_stand_in\n")
    text = "".join(lines)
    try:
        return os.fsencode(text)
    except UnicodeEncodeError:
        # Some value is not a path, nor of this locale.
        return text.encode("utf-8", "surrogateescape")


def _is_not_let_go(name: str) -> bool:
    return name in _NOT_LET_GO or (name.startswith(("BASH", "EPOCH")) and name != "BASH_ENV")


def _fill_in(text: str, activation: Activation, source: Source) -> str:
    """Put in what a part of the launcher leaves open: all at once, for a path may look like any of it."""
    words = {
        "SYNC": "conda kernel sync" if activation.conda else "pip-kernel sync",
        "PROFILE": shlex.quote(activation.script),
        "KERNELSPEC": shlex.quote(source.file),
        "MISSING": shlex.quote(source.missing),
        "MODULES": " ".join(source.modules),
    }
    return re.sub(f"@({'|'.join(words)})@", lambda match: words[match[1]], text)


def _conda(activation: Activation) -> Iterator[str]:
    first = "".join(f":{folder}" for folder in activation.first_path)
    front = f"{shlex.quote(os.pathsep.join(activation.path))} {shlex.quote(first)}"
    yield "__kernel_run() {\n"
    yield f'if __kernel_is_active; then eval "$(__kernel_leave {front} outermost)"\n'
    yield f"else __kernel_put_in_front {front}; fi\n"
    for name in filter(is_name, activation.own):
        # What a variable of the environment's hides comes back on deactivation.
        yield f'if [ -n "${{{name}+yes}}" ]; then export __CONDA_SHLVL_0_{name}="${name}"; fi\n'
    yield from (f"unset {name}\n" for name in filter(is_name, activation.unset))
    yield from _exports({**activation.variables, **activation.own})
    yield from (f'{name}={shlex.quote(value)}"${name}"\n' for name, value in activation.prompt.items())
    yield '[ ! -d "$CONDA_PREFIX/etc/conda/activate.d" ] ||'
    yield ' eval "$(__kernel_source_all "$CONDA_PREFIX/etc/conda/activate.d")"\n'
    prefix = shlex.quote(activation.variables.get("CONDA_PREFIX", ""))
    yield f"}}\n__kernel_run activate {prefix}\n"


def _venv(activation: Activation, become: Iterable[str]) -> Iterator[str]:
    script, prefix = shlex.quote(activation.script), shlex.quote(activation.variables.get("VIRTUAL_ENV", ""))
    yield "__kernel_become() {\n"
    yield from become
    yield '}\n__kernel_keep "$@"\n'
    yield f"if [ -r {script} ]; then\n"
    yield f"trap {shlex.quote(f'__kernel_ended {script}')} EXIT\n"
    # In no function: what it declares would be that function's own.
    yield f"set --\n. {script} || :\nset +eu\nfi\n"
    # An environment that was moved, or that has no such script.
    yield f'if ! [ "${{VIRTUAL_ENV-}}" -ef {prefix} ]; then\n'
    yield "case $(command -v deactivate) in deactivate) deactivate ;; esac\n"
    yield f'PATH={shlex.quote(os.pathsep.join(activation.path))}"${{PATH:+:$PATH}}"\nexport PATH\n'
    yield from (f"unset {name}\n" for name in filter(is_name, activation.unset))
    yield from _exports(activation.variables)
    yield "fi\n__kernel_resume\n"


def _exports(variables: Mapping[str, str]) -> Iterator[str]:
    return (f"export {name}={shlex.quote(value)}\n" for name, value in variables.items() if is_name(name))


def _carry(name: str) -> str:
    """Take a variable over that came under another name; a reference to nothing is literal, or empty."""
    carrier = CARRIER + name
    nothing = shlex.quote(f"${{{name}}}")
    taking = f'case "${{{carrier}-}}" in "" | {nothing}) ;; *) export {name}="${carrier}" ;; esac'
    return f"{taking}\nunset {carrier}\n"


def _take_off(name: str, before: Value, behind: Value) -> str:
    """Take what Jupyter has put around a variable off again, for as long as the environment is activated."""
    first, last = _word(before), _word(behind)
    nothing = "".join(f" | {first}{shlex.quote(text)}{last}" for text in (f"${{{name}}}", f"${name}"))
    return (
        f'case "${{{name}-}}" in\n{first}{last}{nothing}) unset {name} ;;\n'
        f"{first}*{last}) {name}=${{{name}#{first}}} {name}=${{{name}%{last}}} ;;\nesac\n"
    )


def _put_around(name: str, before: Value, behind: Value) -> str:
    # Where there is nothing to put it around, no empty place is left in a list of folders.
    first, last = list(before.literals), list(behind.literals)
    if first[-1].endswith(":") and not any(last):
        first[-1] = first[-1].removesuffix(":")
    elif first[-1].endswith(":") or not any(first):
        last[0] = last[0].removeprefix(":")
    alone = _word(replace(before, literals=tuple(first))) + _word(replace(behind, literals=tuple(last)))
    return (
        f'if [ -n "${{{name}-}}" ]; then export {name}={_word(before)}"${name}"{_word(behind)}\n'
        f"else export {name}={alone}; fi\n"
    )


def _word(value: Value) -> str:
    """Write a value as a word of shell."""
    return value.write(shlex.quote, '"${{{}-}}"')


def _become(stubborn: Mapping[str, str]) -> str:
    """End with the kernel's command; what the shell would not let go is handed over by another program."""
    words = [shlex.quote(f"{name}={value}") for name, value in stubborn.items()]
    become = " ".join(["exec", *(["/usr/bin/env", *words] if words else []), '"$@"'])
    return f"unset -f {_functions()} __kernel_run __kernel_become __kernel_resume\n{become}\n"


@cache
def _functions() -> str:
    """Name the functions that the launcher's parts define."""
    return " ".join(dict.fromkeys(re.findall(r"(?m)^(__\w+)\(\)", "".join(map(_text, _SCRIPTS)))))


@cache
def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
