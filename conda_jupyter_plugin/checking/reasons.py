"""Finds out why a kernel does not work, from its output and its exit status."""

from __future__ import annotations

import errno
import re
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.dataclass import dataclass
from ..core.errors import UnreadableError
from ..core.failures import passing_over
from ..core.kernelspec.kernel_json import provisioner_of
from ..core.kernelspec.kernel_packages import package_is_missing, package_of_module
from ..core.system.reading import names_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Any, Literal

    from .starting import Start

    Cause = Literal["gone", "script", "package", "outdated", "import", "foreign", "permission", "port"]
    Way = Literal["died", "silent", "elsewhere", "not activated", "refused", "provisioner", "unstartable"]
    Kind = Cause | Way | Literal["search path", "chosen search path"]

_LINES = 5

# Gone from the standard library since 3.8: https://docs.python.org/3/whatsnew/
_FORMER_MODULES = frozenset(
    {"asynchat", "asyncore", "binhex", "cgi", "cgitb", "crypt", "distutils", "formatter", "imp", "imghdr"}
    | {
        "lib2to3",
        "macpath",
        "nntplib",
        "parser",
        "pipes",
        "smtpd",
        "sndhdr",
        "symbol",
        "telnetlib",
        "uu",
        "xdrlib",
    }
)


@dataclass(frozen=True)
class Trouble:
    """A failure of a kernel.

    Attributes:
        kind: Its kind, which determines the fix.
        reason: A clause.
        package: The package or module that is the matter.
        lines: What was printed at last, where that tells more than the clause.
    """

    kind: Kind
    reason: str
    package: str = ""
    lines: tuple[str, ...] = ()


def why_unstartable(error: Exception, spec: Mapping[str, Any]) -> Trouble:
    """Say why a kernel's command could not be run at all.

    Args:
        error: What jupyter_client raised.
        spec: The kernel.json.
    """
    if isinstance(error, OSError) and error.errno == errno.ENOENT:
        return Trouble("gone", f"its program {error.filename} is gone")
    if isinstance(error, OSError) and error.errno == errno.ENOEXEC:
        return Trouble("foreign", "its program was built for another platform")
    if isinstance(error, OSError) and error.errno == errno.EACCES:
        return Trouble("permission", f"you do not have permission to run {error.filename}")
    name = provisioner_of(spec)
    # Jupyter knows no kernel whose provisioner it does not have.
    if name and type(error).__name__ == "NoSuchKernel":
        reason = f"its kernel provisioner {name} is not installed"
        return Trouble("provisioner", reason)
    said = " ".join(str(error).split()) or type(error).__name__
    return Trouble("unstartable", f"{name or 'Jupyter'} cannot start it: {said}")


def why_died(start: Start, borrowed: Iterable[Path] = ()) -> Trouble:
    """Say why a kernel died before it answered.

    Args:
        start: How its start went.
        borrowed: What is in the folders outside its environment that PYTHONPATH names.
    """
    if trouble := _by_search_path(start.printed, borrowed):
        return trouble
    for find in _FINDERS:
        if trouble := find(start.printed):
            return trouble
    return Trouble("died", _ending(start.status), lines=last_lines(start.printed))


def why_refused(said: str) -> Trouble:
    """Say why a kernel answers and does not work: most likely it is the launcher's stand-in.

    Args:
        said: What it said instead.
    """
    return _by_launcher(said) or Trouble("refused", said)


def last_lines(printed: str) -> tuple[str, ...]:
    """The last lines with content."""
    lines = [line.rstrip() for line in printed.splitlines() if line.strip()]
    return tuple(lines[-_LINES:])


def _ending(status: int | None) -> str:
    if status is None:
        return "it died"
    if status < 0 or 128 < status < 160:
        number = -status if status < 0 else status - 128
        name = next((known.name for known in signal.Signals if known.value == number), f"signal {number}")
        why = ", which usually means that memory ran out" if name == "SIGKILL" else ""
        return f"it was killed by {name}{why}"
    return f"it exited with status {status}" if status else "it exited without answering"


def _by_launcher(printed: str) -> Trouble | None:
    if match := re.search(r"cannot start, because (the kernel package (\S+) is missing)\.", printed):
        return Trouble("package", match[1], match[2])
    if match := re.search(r"This kernel cannot start, because (.+?)\. (?:Fix|Run|Remove) ", printed):
        if "permission" in match[1]:
            return Trouble("permission", match[1])
        return Trouble("script" if "ended the shell" in match[1] else "gone", match[1])
    return None


def _by_network(printed: str) -> Trouble | None:
    last = "\n".join(last_lines(printed))
    if re.search(r"Address already in use|EADDRINUSE|Only one usage of each socket address", last):
        return Trouble("port", "another program uses a port that it needs")
    return None


def _by_system(printed: str) -> Trouble | None:
    last = "\n".join(last_lines(printed))
    if re.search(r"Exec format error|cannot execute binary file|Bad CPU type", last):
        return Trouble("foreign", "its program was built for another platform")
    if match := re.search(r"(\S+): (?:cannot execute: )?(?:Permission denied|required file not found)", last):
        what = match[1].rstrip(":")
        if "Permission" in match[0]:
            return Trouble("permission", f"you do not have permission to run {what}")
        return Trouble("gone", f"the interpreter of {what} is gone")
    if match := re.search(r"(\S+): (\S+): bad interpreter", last):
        return Trouble("gone", f"the interpreter of {match[1]} is gone")
    if match := re.search(r"error while loading shared libraries: ([^:\s]+)|Library not loaded: (\S+)", last):
        library = match[1] or match[2]
        return Trouble("import", f"the library {library} is missing", library)
    return None


def _by_search_path(printed: str, borrowed: Iterable[Path]) -> Trouble | None:
    """Whether a module from elsewhere is in the way: one that fails, or that hides the environment's own."""
    _, traceback, end = printed.rpartition('\n  File "')
    named = re.search(r"No module named '?(\w+)\.|module '(\w+)\S* has no attribute", end)
    hiding = (
        {f"{name}{suffix}" for name in filter(None, named.groups()) for suffix in ("", ".py")}
        if named
        else {}
    )
    for module in borrowed if traceback else ():
        if module.name in hiding or re.search(rf"{re.escape(str(module))}[/\\\"')]", end):
            return Trouble("search path", f"{module} from PYTHONPATH shadows a module that it needs")
    return None


def _by_python(printed: str) -> Trouble | None:
    if match := re.search(
        r"(?m)^\S*(?:python|pypy)\S*: No module named '?([\w.]+)'?(?:\.__main__.*)?\s*$", printed
    ):
        package = package_of_module(match[1])
        return Trouble("package", package_is_missing(package), package)
    errors = list(re.finditer(r"(?m)^((?:\w+\.)*\w*(?:Error|Exception|Exit|Interrupt)): ?(.*)$", printed))
    if ("Traceback (most recent call last)" not in printed and "SyntaxError" not in printed) or not errors:
        return None
    name, text = errors[-1][1], errors[-1][2]
    frames = re.findall(r'(?m)^\s*File "(.+)", line \d+', printed[: errors[-1].start()])
    where = Path(frames[-1]) if frames else None
    if trouble := _outdated(name, text, where):
        return trouble
    if match := re.search(r"No module named '?([\w.]+)", text):
        return Trouble("import", f"the module {match[1]} is missing", match[1].partition(".")[0])
    if name in ("ImportError", "ModuleNotFoundError"):
        return Trouble("import", f"a module cannot be imported: {text}", _distribution(where)[0])
    return Trouble("died", f"it failed with {name}: {text}".rstrip(": "), lines=last_lines(printed))


def _outdated(name: str, text: str, where: Path | None) -> Trouble | None:
    """Whether a package uses what its Python has no more, or not yet."""
    missing = re.search(
        r"No module named '?(\w+)|cannot import name '\w+' from '(\w+)|module '(\w+)' has no attribute", text
    )
    module = next(filter(None, missing.groups()), "") if missing else ""
    is_former = module in (_FORMER_MODULES if missing and missing[1] else sys.stdlib_module_names)
    package, version, python = _distribution(where)
    if not package or not (is_former or name in ("SyntaxError", "IndentationError")):
        return None
    verdict = "is too old for" if is_former else "does not support"
    called = f"{package} {version}".rstrip()
    return Trouble("outdated", f"{called} {verdict} {python} ({name}: {text})", package)


def _distribution(where: Path | None) -> tuple[str, str, str]:
    """The package that a file belongs to, its version, and the Python that it is installed for."""
    if where is None:
        return "", "", ""
    parts = where.parts
    place = next((i for i, part in enumerate(parts) if part in ("site-packages", "dist-packages")), None)
    if place is None or place + 1 >= len(parts):
        return "", "", ""
    site, module = Path(*parts[: place + 1]), parts[place + 1].removesuffix(".py")
    package, version = module, ""
    with passing_over(UnreadableError):
        for entry in names_in(site):
            match = re.fullmatch(r"(.+?)-([^-]+)(?:-.+)?\.(?:dist|egg)-info", entry)
            if match and match[1].lower().replace("-", "_") == module.lower():
                package, version = match[1].lower(), match[2]
    python = re.search(r"python(\d+\.\d+)", str(site))
    return package, version, f"Python {python[1]}" if python else "its Python"


def _by_r(printed: str) -> Trouble | None:
    if match := re.search(r"there is no package called .?([\w.]+)", printed):
        return Trouble("import", f"the R package {match[1]} is missing", f"r-{match[1].lower()}")
    return None


_FINDERS = (_by_launcher, _by_network, _by_python, _by_r, _by_system)
