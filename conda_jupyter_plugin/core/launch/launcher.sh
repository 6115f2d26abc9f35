# Starts a kernel in its activated environment. Written by conda-jupyter-plugin, which rewrites it
# whenever the environment changes. Do not edit it. Use `conda kernel add --env` instead.
#
# It has no variable of its own in this shell, for whatever name it took might be somebody's. As conda's shell
# function does, it works out in a subshell what is to be done, and evaluates that; what it has to remember
# is in the positional parameters. Options that others have left on count in their scripts, not in here.

shift
set +eu

# Says why the kernel cannot start, and ends with the status $2. Where a Python with Jupyter is found, such as
# the one that started this, it first stands in for the kernel and says so to whoever runs a cell.
__kernel_refuse() {
    printf '%s\n' "This kernel cannot start, because $1" >&2
    set -f
    IFS='
'
    # One word of the command is on each line.
    # shellcheck disable=SC2046
    set -- "This kernel cannot start, because $1" "$2" $(__kernel_words $$)
    for __kernel_launcher in "$@"; do
        case $__kernel_launcher in */start-activated.sh) break ;; esac
    done
    __kernel_code=$(sed -e "1,/^: <<'__kernel_stand_in'\$/d" -e '/^__kernel_stand_in$/d' "$__kernel_launcher" 2>/dev/null)
    # Isolated: nothing that is beside the notebook is imported.
    for __kernel_python in $(__kernel_words "$PPID" | head -n 1) python3 python; do
        case ${__kernel_code:+$__kernel_python} in *python*) ;; *) continue ;; esac
        if command "$__kernel_python" -I -c 'import jupyter_client, zmq' >/dev/null 2>&1; then
            __kernel_sentence=$1 __kernel_status=$2
            shift 2
            exec "$__kernel_python" -I -c "$__kernel_code" "$__kernel_sentence" "$__kernel_status" "$__kernel_launcher" "$@"
        fi
    done
    exit "$2"
}

# Prints the words of a process's command, each on a line.
__kernel_words() {
    if [ -r "/proc/$1/cmdline" ]; then tr '\000' '\012' <"/proc/$1/cmdline"; else ps -o args= -p "$1" | tr ' ' '\012'; fi
}

# Prints the folder on the way to $1 that may not be entered; nothing where $1 is gone.
__kernel_closed() {
    while [ -n "$1" ] && [ ! -e "$1" ]; do set -- "${1%/*}"; done
    if [ -d "$1" ] && [ ! -x "$1" ]; then printf '%s' "$1"; fi
}

# Whether one of these files is there.
__kernel_is_any() {
    while [ $# -gt 0 ] && [ ! -e "$1" ]; do shift; done
    [ $# -gt 0 ]
}

if [ ! -e "$1" ]; then
    set -- "$1" "$(__kernel_closed "$1")"
    if [ -z "$2" ]; then __kernel_refuse "$1 is gone. Run '@SYNC@' to remove the kernel." 127; fi
    __kernel_refuse "you do not have permission to enter $2. Fix that with chmod." 126
elif [ ! -x "$1" ]; then
    __kernel_refuse "you do not have permission to run $1. Fix that with chmod." 126
elif [ ! -e @KERNELSPEC@ ] && ! __kernel_is_any @MODULES@ && [ -z "$(__kernel_closed @KERNELSPEC@)" ]; then
    __kernel_refuse @MISSING@ 1
fi

__kernel_plain_options() {
    set +euf
    unset IFS GLOBIGNORE
    if [ -n "${BASH_VERSION-}" ]; then
        trap - DEBUG ERR RETURN
        shopt -u dotglob failglob nocaseglob nullglob
    fi
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

# Sets $__kernel_command to a command of these words.
__kernel_quote_all() {
    __kernel_command=
    for __kernel_word in "$@"; do
        __kernel_quote "$__kernel_word"
        __kernel_command="$__kernel_command $__kernel_quoted"
    done
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
    set -- "$1 ended the shell with status $?. Fix that script, or run '@SYNC@' if it is gone." "$?"
    case ${BASH_COMMAND-} in
    '' | '. "$1"')
        trap - EXIT
        __kernel_refuse "$@"
        ;;
    # In the midst of another command it is a signal that ends a shell, and whom it ends does not live on.
    *) printf '%s\n' "This kernel cannot start, because $1" >&2 ;;
    esac
}

# Keeps these words for `__kernel_resume`, which becomes the kernel with them.
__kernel_keep() {
    local __kernel_quoted __kernel_unquoted __kernel_command __kernel_word
    __kernel_quote_all __kernel_become "$@"
    eval "__kernel_resume() { $__kernel_command; }"
}

# A virtual environment around us would lend the kernel its packages: IPython looks at VIRTUAL_ENV.
case ":$PATH:" in
*":${VIRTUAL_ENV:-/}/bin:"*) eval "$(__kernel_plain_options && __kernel_replace_on_path "$VIRTUAL_ENV/bin" "")" ;;
esac
unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
