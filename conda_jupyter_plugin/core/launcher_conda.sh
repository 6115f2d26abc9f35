
# Sources the scripts of the folder $1 as conda does: in the order of their bytes, or backwards where $2 says so.
__kernel_run_scripts() {
    [ -d "$1" ] || return 0
    __kernel_order=$2 __kernel_locale=${LC_ALL-} __kernel_had_locale=${LC_ALL+yes}
    LC_ALL=C
    set -- "$1"/.*.sh "$1"/*.sh
    # A shell complains of a locale that this machine does not have.
    { if [ -n "$__kernel_had_locale" ]; then LC_ALL=$__kernel_locale; else unset LC_ALL; fi; } 2>/dev/null
    __kernel_count=$#
    if [ "$__kernel_order" = backwards ]; then
        for __kernel_script in "$@"; do set -- "$__kernel_script" "$@"; done
    fi
    for __kernel_script in "$@"; do
        [ "$__kernel_count" -gt 0 ] || break
        __kernel_count=$((__kernel_count - 1))
        if [ -e "$__kernel_script" ]; then __kernel_run_script activate "$CONDA_PREFIX"; fi
    done
    unset __kernel_script __kernel_count
}

# Its own arguments are what a script finds in $1, as in conda's shell function.
__kernel_run_script() { . "$__kernel_script"; }

# Takes away what `conda env config vars` and packages set for the environment $1; what they hid at level $2
# comes back, as `conda deactivate` has it.
__kernel_forget() {
    [ -e "$1/conda-meta/state" ] || [ -d "$1/etc/conda/env_vars.d" ] || return 0
    unset IFS
    # The keys of JSON objects: strings with a colon behind. conda writes names in capitals.
    for __kernel_name in $(cat "$1/conda-meta/state" "$1"/etc/conda/env_vars.d/* | awk '
        { text = text $0 " " }
        END {
            while (match(text, /"([^"\\]|\\.)*"/)) {
                word = substr(text, RSTART + 1, RLENGTH - 2)
                text = substr(text, RSTART + RLENGTH)
                if (text ~ /^[ \t\r]*:/ && word ~ /^[A-Za-z_][A-Za-z0-9_]*$/ && word !~ /^(env_vars|version|PATH)$/)
                    print (word == toupper(word)) ? word : word " " toupper(word)
            }
        }'); do
        eval "__kernel_hidden=\${__CONDA_SHLVL_$2_$__kernel_name-}"
        unset "__CONDA_SHLVL_$2_$__kernel_name"
        if [ -n "$__kernel_hidden" ]; then
            eval "export $__kernel_name=\$__kernel_hidden"
        else
            unset "$__kernel_name"
        fi
    done 2>/dev/null
}

# The same steps as conda's `activate.py`, `build_deactivate`, down to level 0. Sets $__kernel_outer to the
# environment whose place on PATH is to be taken.
__kernel_leave() {
    __kernel_outer= __kernel_level=${CONDA_SHLVL:-0} __kernel_active=yes
    case $__kernel_level in *[!0-9]* | ???*) return 0 ;; esac
    while [ "$__kernel_level" -gt 0 ]; do
        if [ -n "$__kernel_active" ]; then
            __kernel_outer=$CONDA_PREFIX
            __kernel_run_scripts "$CONDA_PREFIX/etc/conda/deactivate.d" backwards
        fi
        __kernel_forget "$CONDA_PREFIX" "$((__kernel_level - 1))"
        eval "__kernel_stacked=\${CONDA_STACKED_$__kernel_level-}"
        unset "CONDA_STACKED_$__kernel_level"
        __kernel_level=$((__kernel_level - 1))
        eval "CONDA_PREFIX=\${CONDA_PREFIX_$__kernel_level-}"
        unset "CONDA_PREFIX_$__kernel_level"
        [ -n "$__kernel_stacked" ] || __kernel_active=
        [ -z "$__kernel_active" ] || __kernel_take_off_path "$__kernel_outer/bin"
    done
}

__kernel_take_off_path() {
    __kernel_path=":$PATH:"
    case $__kernel_path in
    *":$1:"*)
        __kernel_path=${__kernel_path%%":$1:"*}:${__kernel_path#*":$1:"}
        __kernel_path=${__kernel_path#:} PATH=${__kernel_path%:}
        ;;
    esac
}

# Puts the folders $1 on PATH, and $2 behind them where no environment is active: conda's `activate.py`,
# `_replace_prefix_in_path`, else `_add_prefix_to_path`.
__kernel_enter() {
    __kernel_path=":$PATH:"
    case $__kernel_path in
    *":${__kernel_outer:-/}/bin:"*)
        __kernel_path=${__kernel_path%%":$__kernel_outer/bin:"*}:$1:${__kernel_path#*":$__kernel_outer/bin:"}
        ;;
    *)
        case $__kernel_outer$__kernel_path in
        :*condabin:*) __kernel_path=:$1$__kernel_path ;;
        :*) __kernel_path=:$1$2$__kernel_path ;;
        *) __kernel_path=:$1$__kernel_path ;;
        esac
        ;;
    esac
    __kernel_path=${__kernel_path#:}
    export PATH="${__kernel_path%:}"
}

trap 'printf "%s\n" "This kernel cannot start, because $__kernel_script ended the shell with status $?:\
 mend that script, or run '\''@SYNC@'\'' if it is gone." >&2' EXIT
__kernel_leave
