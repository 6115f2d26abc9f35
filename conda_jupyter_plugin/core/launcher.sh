# Starts a kernel in its activated environment. Written by conda-jupyter-plugin, which writes it anew
# whenever the environment changes: edit nothing here, use `conda kernel add --env` instead.
# Its own names begin with __kernel, so that none of yours is mistaken for one of them.

if [ ! -x "$1" ]; then
    printf '%s\n' "This kernel cannot start, because $1 is gone: '@SYNC@' removes it." >&2
    exit 127
fi

# A virtual environment around us would lend the kernel its packages: IPython looks at VIRTUAL_ENV.
if [ -n "$VIRTUAL_ENV" ]; then
    __kernel_path=":$PATH:"
    case $__kernel_path in
    *":$VIRTUAL_ENV/bin:"*)
        __kernel_path=${__kernel_path%%":$VIRTUAL_ENV/bin:"*}:${__kernel_path#*":$VIRTUAL_ENV/bin:"}
        __kernel_path=${__kernel_path#:} PATH=${__kernel_path%:}
        ;;
    esac
fi
unset VIRTUAL_ENV VIRTUAL_ENV_PROMPT
