"""Several users of one machine: commands as another user, with folders of a test in the machine's places."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

NOBODY = 65534
"""A user that every system has, and who may write nowhere but in what is given to that user."""

# A mount namespace ends with its process: what is put in place there is seen by nobody else.
_IN_PLACE = """
while [ "$1" != -- ]; do
    mount --bind "$1" "$2" || exit 125
    case $3 in ro) mount -o remount,ro,bind "$2" || exit 125 ;; esac
    shift 3
done
shift
cd /
exec "$@"
"""


def why_none() -> str:
    """Says why there can be none here; nothing where there can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can be somebody else"
    done = subprocess.run(["unshare", "-m", "true"], capture_output=True)
    return "" if done.returncode == 0 else "there are no mount namespaces here"


@dataclass(frozen=True)
class User:
    """Somebody who runs commands.

    Attributes:
        home: The home folder.
        number: The user's number; 0 for the administrator.
        in_place: What lies in which place for this user, and whether it can be written: `rw` or `ro`.
    """

    home: Path
    number: int = 0
    in_place: Mapping[Path, tuple[Path, str]] = field(default_factory=dict)

    def run(self, *command: object, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs a command with next to no variables, as a timer's or a container's.

        Args:
            *command: The program and its arguments.
            check: Whether an exit status other than 0 is a failure.
            **variables: Variables besides.
        """
        mounts = [str(word) for place, (what, how) in self.in_place.items() for word in (what, place, how)]
        person = ["--reuid", str(self.number), "--regid", str(self.number), "--clear-groups"]
        someone = ["setpriv", *person, "--no-new-privs"] if self.number else []
        words = ["unshare", "-m", "sh", "-c", _IN_PLACE, "sh", *mounts, "--", *someone, *map(str, command)]
        around = {"HOME": str(self.home), "PATH": "/usr/bin:/bin", "CONDA_OVERRIDE_CUDA": "", **variables}
        done = subprocess.run(words, env=around, capture_output=True, text=True, timeout=300)
        assert not check or done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done
