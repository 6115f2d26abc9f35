"""`completion`: a shell completion script."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

from ..streams import write_lines
from ..verb import Verb

if TYPE_CHECKING:
    from argparse import Namespace

    from ..host import Host
    from ..parsing.parser import VerbParser


# conda, or another package, completes conda's own words. That keeps working.
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


def _add_options(parser: VerbParser, host: Host) -> None:  # noqa: ARG001
    parser.add_argument("shell", choices=tuple(_OF_A_WORD), help="Shell to generate the script for.")


def _run(args: Namespace, host: Host) -> int:
    write_lines(completion_script(host.command, args.shell), sys.stdout)
    return 0


def completion_script(command: str, shell: str) -> str:
    """Write the completion script of a shell.

    Args:
        command: `pip-kernel`, or `conda kernel`.
        shell: `bash`, `zsh` or `fish`.

    Returns:
        Commands of that shell, to be evaluated whenever it starts.
    """
    program, *word = shlex.split(command)
    if not word:
        from argcomplete.shell_integration import shellcode

        return shellcode([program], shell=shell)
    return _OF_A_WORD[shell].replace("@PROGRAM@", program).replace("@WORD@", word[0])


VERB = Verb(
    "Generate a shell completion script.",
    _add_options,
    _run,
    examples=(
        "bash >> ~/.bashrc",
        "zsh >> ~/.zshrc",
        "fish > ~/.config/fish/conf.d/conda-kernel.fish",
    ),
    by_path=(
        "bash >> ~/.bashrc",
        "zsh >> ~/.zshrc",
        "fish > ~/.config/fish/completions/pip-kernel.fish",
    ),
)
