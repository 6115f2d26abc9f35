"""What a shell completes when its user presses Tab: words, options, and the names of kernels.

`argcomplete` does it, which is loaded only while a shell asks. A shell asks by running the command itself,
with the line in variables: https://kislyuk.github.io/argcomplete/.
"""

from __future__ import annotations

import os
import shlex

TYPE_CHECKING = False
if TYPE_CHECKING:
    from argparse import ArgumentParser
    from typing import Any

    from .host import Host

SHELLS = ("bash", "zsh", "fish")


def is_asked() -> bool:
    """Whether it is a shell that runs this command, to complete its line."""
    return "_ARGCOMPLETE" in os.environ


def complete(parser: ArgumentParser) -> None:
    """Answer the shell.

    Args:
        parser: The command's parser.

    Raises:
        SystemExit: Always.
    """
    import argcomplete

    argcomplete.autocomplete(parser, always_complete_options="long")
    raise SystemExit(1)


class KernelNames:
    """Completes the names of kernels.

    Args:
        host: The command.
        managed: Whether those that this project did not make are left out: they are not to be removed.
    """

    def __init__(self, host: Host, *, managed: bool = False) -> None:
        self._host = host
        self._managed = managed

    def __call__(self, **_: Any) -> list[str]:
        """Name the kernels that Jupyter sees."""
        from ..core.jupyter.locations import visible
        from ..core.jupyter.registry import Registry

        location = self._host.default_location()
        registry = Registry(location, visible(self._host.active_prefix, location), {})
        items = [item for one in registry.visibly() for item in one.here]
        return sorted({item.name for item in items if item.owner or not self._managed})


def script(command: str, shell: str) -> str:
    """Write what switches completion on in a shell.

    Args:
        command: `pip-kernel`, or `conda kernel`.
        shell: One of `SHELLS`.

    Returns:
        Commands of that shell, to be evaluated whenever it starts.
    """
    program, *word = shlex.split(command)
    if not word:
        from argcomplete.shell_integration import shellcode

        return shellcode([program], shell=shell)
    return _OF_A_WORD[shell].replace("@PROGRAM@", program).replace("@WORD@", word[0])


# conda completes its own words by itself, or by another package: what that does goes on.
_BASH = """\
_@PROGRAM@_@WORD@() {
    if [ "${COMP_WORDS[1]}" != @WORD@ ] || [ "$COMP_CWORD" -lt 2 ]; then
        if [ -n "$_@PROGRAM@_@WORD@_others" ]; then "$_@PROGRAM@_@WORD@_others" "$@"; fi
        return
    fi
    local IFS=$'\\013'
    COMPREPLY=($(IFS="$IFS" COMP_LINE="$COMP_LINE" COMP_POINT="$COMP_POINT" COMP_TYPE="$COMP_TYPE" \\
        _ARGCOMPLETE_COMP_WORDBREAKS="$COMP_WORDBREAKS" _ARGCOMPLETE_SHELL=bash _ARGCOMPLETE=2 \\
        "${CONDA_EXE:-@PROGRAM@}" @WORD@ 8>&1 9>/dev/null 1>/dev/null 2>/dev/null))
}
if ! complete -p @PROGRAM@ 2>/dev/null | grep -q _@PROGRAM@_@WORD@; then
    _@PROGRAM@_@WORD@_others=$(complete -p @PROGRAM@ 2>/dev/null | sed -n 's/.* -F \\([^ ]*\\) .*/\\1/p')
    complete -o nospace -o default -o bashdefault -F _@PROGRAM@_@WORD@ @PROGRAM@
fi
"""

_ZSH = """\
autoload -Uz compinit
(( $+functions[compdef] )) || compinit
_@PROGRAM@_@WORD@() {
    if [[ ${words[2]} != @WORD@ ]] || (( CURRENT < 3 )); then
        if [[ -n $_@PROGRAM@_@WORD@_others ]]; then $_@PROGRAM@_@WORD@_others "$@"; else _default; fi
        return
    fi
    local found
    found=("${(@f)$(COMP_LINE=$BUFFER COMP_POINT=$CURSOR _ARGCOMPLETE=2 _ARGCOMPLETE_SHELL=zsh \\
        _ARGCOMPLETE_IFS=$'\\n' _ARGCOMPLETE_SUPPRESS_SPACE=1 \\
        "${CONDA_EXE:-@PROGRAM@}" @WORD@ 8>&1 9>/dev/null 1>/dev/null 2>/dev/null)}")
    if [[ -n $found ]]; then _describe @WORD@ found; else _default; fi
}
if [[ ${_comps[@PROGRAM@]} != _@PROGRAM@_@WORD@ ]]; then
    _@PROGRAM@_@WORD@_others=${_comps[@PROGRAM@]}
    compdef _@PROGRAM@_@WORD@ @PROGRAM@
fi
"""

_FISH = """\
function __@PROGRAM@_@WORD@
    set -lx _ARGCOMPLETE 2
    set -lx _ARGCOMPLETE_SHELL fish
    set -lx _ARGCOMPLETE_IFS \\n
    set -lx _ARGCOMPLETE_SUPPRESS_SPACE 1
    set -lx COMP_LINE (commandline -p)
    set -lx COMP_POINT (string length (commandline -cp))
    set -l program @PROGRAM@
    set -q CONDA_EXE; and set program $CONDA_EXE
    $program @WORD@ 8>&1 9>/dev/null 1>/dev/null 2>/dev/null
end
complete -c @PROGRAM@ -n "__fish_seen_subcommand_from @WORD@" -f -a "(__@PROGRAM@_@WORD@)"
"""

_OF_A_WORD = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
