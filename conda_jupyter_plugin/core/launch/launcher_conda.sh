
# Prints what sources the scripts of the folder $1: in the order of their bytes as conda does, or backwards
# where $2 says so. Evaluated in one function, as in conda's: what one script declares, the next one knows.
__kernel_source_all() {
    __kernel_plain_options
    __kernel_order=${2-} __kernel_lines= LC_ALL=C
    # Before the dot files, the dot files, behind them.
    set -- "$1"/[\ --]*.sh "$1"/.*sh "$1"/[!\ -.]*.sh
    for __kernel_file in "$@"; do
        case $__kernel_file in *.sh) [ -e "$__kernel_file" ] || continue ;; *) continue ;; esac
        __kernel_quote "$__kernel_file"
        __kernel_sourcing=". $__kernel_quoted"
        __kernel_quote "__kernel_ended $__kernel_quoted"
        __kernel_trap="trap $__kernel_quoted EXIT"
        case $__kernel_order in
        # A script of the environment that is left stops nothing.
        backwards) __kernel_lines="$__kernel_trap
$__kernel_sourcing || :
set +eu
$__kernel_lines" ;;
        # Not in a list of commands: there bash knows no ERR trap.
        *) __kernel_lines="$__kernel_lines$__kernel_trap
$__kernel_sourcing
set +eu
" ;;
        esac
    done
    printf '%s' "$__kernel_lines"
}

# Prints what takes away what `conda env config vars` and packages set for the environment $1; what they hid
# at level $2 comes back, as `conda deactivate` has it.
__kernel_forget() {
    [ -e "$1/conda-meta/state" ] || [ -d "$1/etc/conda/env_vars.d" ] || return 0
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
        printf 'unset __CONDA_SHLVL_%s_%s\n' "$2" "$__kernel_name"
        if [ -n "$__kernel_hidden" ]; then
            __kernel_quote "$__kernel_hidden"
            printf 'export %s=%s\n' "$__kernel_name" "$__kernel_quoted"
        else
            printf 'unset %s\n' "$__kernel_name"
        fi
    done 2>/dev/null
}

__kernel_is_active() {
    case ${CONDA_SHLVL:-0} in *[!0-9]* | ???*) return 1 ;; esac
    [ -n "${CONDA_PREFIX-}" ] && [ "${CONDA_SHLVL:-0}" -gt 0 ]
}

# Prints what leaves the active environments and puts the folders $1 on PATH in the place of the outermost;
# $2 is conda's own folder, and without $3 that place is taken already.
__kernel_leave() {
    __kernel_plain_options
    if [ -n "$3" ] && [ -d "$CONDA_PREFIX/etc/conda/deactivate.d" ]; then
        __kernel_source_all "$CONDA_PREFIX/etc/conda/deactivate.d" backwards
        __kernel_quote_all __kernel_one_level_down "$@"
        printf 'eval "$(%s)"\n' "$__kernel_command"
    else
        __kernel_one_level_down "$@"
    fi
}

# Prints the steps of conda's `activate.py`, `build_deactivate`, for one level, and what comes next. Where $3
# says that its place on PATH counts, the folders $1 take it, or nothing if it was stacked upon another one.
__kernel_one_level_down() {
    __kernel_plain_options
    # To a shell, 08 is no number.
    __kernel_level=${CONDA_SHLVL#0}
    __kernel_below=$((__kernel_level - 1))
    eval "__kernel_stacked=\${CONDA_STACKED_$__kernel_level-} __kernel_lower=\${CONDA_PREFIX_$__kernel_below-}"
    __kernel_forget "$CONDA_PREFIX" "$__kernel_below"
    if [ -z "$3" ]; then :; elif [ -n "$__kernel_stacked" ]; then
        __kernel_replace_on_path "$CONDA_PREFIX/bin" ""
    else
        __kernel_replace_on_path "$CONDA_PREFIX/bin" "$1"
        set -- "$1" "$2" ""
    fi
    __kernel_quote "$__kernel_lower"
    printf 'CONDA_PREFIX=%s CONDA_SHLVL=%s\n' "$__kernel_quoted" "$__kernel_below"
    printf 'unset CONDA_STACKED_%s CONDA_PREFIX_%s\n' "$__kernel_level" "$__kernel_below"
    if [ "$__kernel_below" -gt 0 ] && [ -n "$__kernel_lower" ]; then
        __kernel_quote_all __kernel_leave "$@"
        printf 'eval "$(%s)"\n' "$__kernel_command"
    elif [ -n "$3" ]; then
        __kernel_quote_all __kernel_put_in_front "$1" "$2"
        printf '%s\n' "$__kernel_command"
    fi
}

# Puts the folders $1 on PATH, and conda's own $2 behind them where it is missing: conda's `activate.py`,
# `_add_prefix_to_path`.
__kernel_put_in_front() {
    case "${PATH-}:" in
    *condabin:*) export PATH="$1:$PATH" ;;
    *) export PATH="$1$2${PATH:+:$PATH}" ;;
    esac
}

# What there is in a shell that activates: a prompt, though not for programs, and conda's function.
PS1=${PS1-}
if [ -r @PROFILE@ ] && ! declare -F conda >/dev/null 2>&1; then
    conda() {
        . @PROFILE@
        conda "$@"
    }
fi
