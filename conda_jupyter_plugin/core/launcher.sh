# Starts a kernel in its activated environment. Written by conda-jupyter-plugin, which writes it anew
# whenever the environment changes: edit nothing here, use `conda kernel add --env` instead.
#
# It has no variable of its own in this shell, for whatever name it took might be somebody's. As conda's shell
# function does, it works out in a subshell what is to be done, and evaluates that; what it has to remember
# lies in the positional parameters. Options that others have left on count in their scripts, not in here.

shift
set +eu

if [ ! -e "$1" ]; then
    printf '%s\n' "This kernel cannot start, because $1 is gone: '@SYNC@' removes it." >&2
    exit 127
elif [ ! -x "$1" ]; then
    printf '%s\n' "This kernel cannot start, because there is no permission to run $1: mend that with chmod." >&2
    exit 126
fi

__kernel_plain_options() {
    set +euf
    unset IFS GLOBIGNORE
    if [ -n "${BASH_VERSION-}" ]; then shopt -u dotglob failglob nocaseglob nullglob; fi
}

# Sets $__kernel_quoted to the text $1 as a word of shell.
__kernel_quote() {
    __kernel_quoted= __kernel_unquoted=$1
    while :; do
        case $__kernel_unquoted in
        *\'*) __kernel_quoted="$__kernel_quoted${__kernel_unquoted%%\'*}'\\''" ;;
        *) break ;;
        esac
        __kernel_unquoted=${__kernel_unquoted#*\'}
    done
    __kernel_quoted="'$__kernel_quoted$__kernel_unquoted'"
}

# Prints what puts the folders $2 on PATH in the place of the folder $1, or in front where that is not there.
__kernel_replace_on_path() {
    __kernel_path=":${PATH:+$PATH:}"
    case $__kernel_path in
    *":$1:"*) __kernel_path=${__kernel_path%%":$1:"*}:${2:+$2:}${__kernel_path#*":$1:"} ;;
    *) __kernel_path=${2:+:$2}$__kernel_path ;;
    esac
    __kernel_path=${__kernel_path#:}
    __kernel_quote "${__kernel_path%:}"
    printf 'export PATH=%s\n' "$__kernel_quoted"
}

__kernel_ended() {
    printf '%s\n' "This kernel cannot start, because $1 ended the shell with status $?:\
 mend that script, or run '@SYNC@' if it is gone." >&2
}

# A virtual environment around us would lend the kernel its packages: IPython looks at VIRTUAL_ENV.
case ":$PATH:" in
*":${VIRTUAL_ENV:-/}/bin:"*) eval "$(__kernel_plain_options && __kernel_replace_on_path "$VIRTUAL_ENV/bin" "")" ;;
esac
unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
