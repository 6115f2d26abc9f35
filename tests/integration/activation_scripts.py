"""Activation scripts of many kinds, some modelled on what large packages ship.

Each is a pair: what goes into `etc/conda/activate.d` and into `etc/conda/deactivate.d`.
"""

from __future__ import annotations

from pathlib import Path

Scripts = dict[str, tuple[str, str]]

_GDAL = """\
#!/bin/bash
if [[ -n "$GDAL_DATA" ]]; then
    export _CONDA_SET_GDAL_DATA=$GDAL_DATA
fi
if [[ -n "$GDAL_DRIVER_PATH" ]]; then
    export _CONDA_SET_GDAL_DRIVER_PATH=$GDAL_DRIVER_PATH
fi
if [ -d $CONDA_PREFIX/share/gdal ]; then
    export GDAL_DATA=$CONDA_PREFIX/share/gdal
fi
export GDAL_DRIVER_PATH=$CONDA_PREFIX/lib/gdalplugins
if [[ ! -d $GDAL_DRIVER_PATH ]]; then
    unset GDAL_DRIVER_PATH
fi
export CPL_ZIP_ENCODING=UTF-8
"""

_NO_GDAL = """\
#!/bin/bash
unset GDAL_DATA GDAL_DRIVER_PATH CPL_ZIP_ENCODING
if [[ -n "$_CONDA_SET_GDAL_DATA" ]]; then
    export GDAL_DATA=$_CONDA_SET_GDAL_DATA
    unset _CONDA_SET_GDAL_DATA
fi
if [[ -n "$_CONDA_SET_GDAL_DRIVER_PATH" ]]; then
    export GDAL_DRIVER_PATH=$_CONDA_SET_GDAL_DRIVER_PATH
    unset _CONDA_SET_GDAL_DRIVER_PATH
fi
"""

_OPENJDK = """\
export CONDA_BACKUP_JAVA_HOME=${JAVA_HOME-}
export JAVA_HOME=$CONDA_PREFIX/lib/jvm
export CONDA_BACKUP_JAVA_LD_LIBRARY_PATH=${JAVA_LD_LIBRARY_PATH-}
export JAVA_LD_LIBRARY_PATH=$JAVA_HOME/lib/server
"""

_NO_OPENJDK = """\
export JAVA_HOME=$CONDA_BACKUP_JAVA_HOME
unset CONDA_BACKUP_JAVA_HOME
if [ -z $JAVA_HOME ]; then unset JAVA_HOME; fi
export JAVA_LD_LIBRARY_PATH=$CONDA_BACKUP_JAVA_LD_LIBRARY_PATH
unset CONDA_BACKUP_JAVA_LD_LIBRARY_PATH
if [ -z $JAVA_LD_LIBRARY_PATH ]; then unset JAVA_LD_LIBRARY_PATH; fi
"""

_COMPILER = """\
#!/bin/bash
function _get_sourced_filename() {
    if [ -n "${BASH_SOURCE[0]}" ]; then basename "${BASH_SOURCE[0]}"; else echo unknown; fi
}
function _tc_activation() {
    local act_nature=$1; shift
    local thing newval from pass
    for pass in check apply; do
        for thing in "$@"; do
            case "${thing}" in
                *,*) newval="${thing#*,}"; thing="${thing%%,*}" ;;
                *) newval="${CONDA_PREFIX}/bin/x86_64-conda-linux-gnu-${thing}" ;;
            esac
            thing=$(echo ${thing} | tr 'a-z+-.' 'A-ZX__')
            if [ "${pass}" = "apply" ]; then
                eval oldval="\\$${thing}"
                if [ -n "${oldval}" ]; then
                    eval export "CONDA_BACKUP_${thing}=\\"${oldval}\\""
                else
                    eval unset "CONDA_BACKUP_${thing}"
                fi
                eval export "'${thing}=${newval}'"
            fi
        done
    done
    return 0
}
if [ -f /tmp/old-env-$$.txt ]; then rm -f /tmp/old-env-$$.txt || true; fi
_tc_activation activate ar as "CC,${CC:-${CONDA_PREFIX}/bin/x86_64-conda-linux-gnu-cc}" \\
    "CFLAGS,-march=nocona -isystem ${CONDA_PREFIX}/include" "HOST,x86_64-conda-linux-gnu"
unset _tc_activation
"""

_NO_COMPILER = """\
for thing in AR AS CC CFLAGS HOST; do
    eval "backup=\\${CONDA_BACKUP_$thing-}"
    if [ -n "$backup" ]; then export "$thing=$backup"; else unset "$thing"; fi
    unset "CONDA_BACKUP_$thing"
done
"""

_LIBXML2 = """\
#! /bin/sh
if test -n "${XML_CATALOG_FILES:-}"; then
    xml_catalog_files_libxml2="${XML_CATALOG_FILES}"
    XML_CATALOG_FILES="${XML_CATALOG_FILES} "
else
    xml_catalog_files_libxml2=""
    XML_CATALOG_FILES=""
fi
conda_catalog_files=""
ifs_libxml2="${IFS}"
IFS=" "
rem="${CONDA_PREFIX}"
for pre in ${rem}; do
    while test "${rem#"${pre}"}" = "${rem}"; do
        conda_catalog_files="${conda_catalog_files}%20"
        rem="${rem# }"
    done
    conda_catalog_files="${conda_catalog_files}${pre}"
    rem="${rem#"${pre}"}"
done
IFS="${ifs_libxml2}"
conda_catalog_files="file://${conda_catalog_files}/etc/xml/catalog file:///etc/xml/catalog"
export XML_CATALOG_FILES="${XML_CATALOG_FILES}${conda_catalog_files}"
unset conda_catalog_files ifs_libxml2 rem pre
"""

_NO_LIBXML2 = """\
#! /bin/sh
if test -n "${xml_catalog_files_libxml2:-}"; then
    export XML_CATALOG_FILES="${xml_catalog_files_libxml2}"
else
    unset XML_CATALOG_FILES
fi
unset xml_catalog_files_libxml2
"""

_PROJ = (
    'if [ -n "${PROJ_DATA:-}" ]; then export _CONDA_SET_PROJ_DATA=$PROJ_DATA; fi\n'
    'export PROJ_DATA="$CONDA_PREFIX/share/proj"\nexport PROJ_NETWORK=ON\n',
    "unset PROJ_DATA PROJ_NETWORK\n"
    'if [ -n "${_CONDA_SET_PROJ_DATA:-}" ]; then\n'
    "    export PROJ_DATA=$_CONDA_SET_PROJ_DATA\n    unset _CONDA_SET_PROJ_DATA\nfi\n",
)

PACKAGES: Scripts = {
    "activate_gcc.sh": (_COMPILER, _NO_COMPILER),
    "cuda-nvcc.sh": (
        '[[ "${CUDA_HOME-}" ]] && export CUDA_HOME_CONDA_BACKUP="${CUDA_HOME}"\n'
        'export CUDA_HOME="${CONDA_PREFIX}"\n'
        'export NVCC_PREPEND_FLAGS="${NVCC_PREPEND_FLAGS:+$NVCC_PREPEND_FLAGS }-ccbin=${CXX:-g++}"\n',
        'unset CUDA_HOME; [[ "${CUDA_HOME_CONDA_BACKUP-}" ]] && export CUDA_HOME="$CUDA_HOME_CONDA_BACKUP"\n'
        "unset CUDA_HOME_CONDA_BACKUP NVCC_PREPEND_FLAGS\n",
    ),
    "gdal-activate.sh": (_GDAL, _NO_GDAL),
    "geotiff-activate.sh": (
        'export _CONDA_SET_GEOTIFF_CSV="${GEOTIFF_CSV:-}"\n'
        'export GEOTIFF_CSV="$CONDA_PREFIX/share/epsg_csv"\n',
        'unset GEOTIFF_CSV\nif [ -n "${_CONDA_SET_GEOTIFF_CSV}" ]; then\n'
        "    export GEOTIFF_CSV=$_CONDA_SET_GEOTIFF_CSV\nfi\nunset _CONDA_SET_GEOTIFF_CSV\n",
    ),
    "libxml2_activate.sh": (_LIBXML2, _NO_LIBXML2),
    "openjdk_activate.sh": (_OPENJDK, _NO_OPENJDK),
    "proj4-activate.sh": _PROJ,
    "r-base.sh": (
        'export R_HOME="$CONDA_PREFIX/lib/R"\nR CMD true > /dev/null 2>&1 || true\n',
        "unset R_HOME\n",
    ),
}
"""Modelled on the scripts of gcc, cuda-nvcc, gdal, geotiff, libxml2, openjdk, proj and r-base."""

KINDS: dict[str, Scripts] = {
    "none": {},
    "sets": {"a.sh": ("export A=1\nB=not-exported\n", "unset A\n")},
    "unsets": {"a.sh": ("unset GIVEN\n", "export GIVEN=given\n")},
    "appends": {
        "a.sh": (
            'export LD_LIBRARY_PATH="$CONDA_PREFIX/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n'
            'export PATH="$PATH:$CONDA_PREFIX/more/bin"\n',
            'unset LD_LIBRARY_PATH\nexport PATH="${PATH%:$CONDA_PREFIX/more/bin}"\n',
        )
    },
    "depends": {
        "a.sh": ('export CACHE="$HOME/.cache/$CONDA_DEFAULT_ENV"\n', "unset CACHE\n"),
        "b.sh": ('export AGAIN="$CACHE/again:$GIVEN"\n', "unset AGAIN\n"),
    },
    "order": {
        "B.sh": ('export ORDER="$ORDER B"\n', "unset ORDER\n"),
        "a.sh": ('export ORDER="$ORDER a"\n', "unset ORDER\n"),
        "é.sh": ('export ORDER="$ORDER é"\n', "unset ORDER\n"),
        "10.sh": ('export ORDER="$ORDER 10"\n', "unset ORDER\n"),
        "9.sh": ('export ORDER="$ORDER 9"\n', "unset ORDER\n"),
        ".hidden.sh": ('export ORDER="$ORDER hidden"\n', "unset ORDER\n"),
        ".sh": ('export ORDER="$ORDER dot"\n', "unset ORDER\n"),
        ".a.sh": ('export ORDER="$ORDER dot-a"\n', "unset ORDER\n"),
        ".z.sh": ('export ORDER="$ORDER dot-z"\n', "unset ORDER\n"),
        "-dash.sh": ('export ORDER="$ORDER dash"\n', "unset ORDER\n"),
        " space.sh": ('export ORDER="$ORDER space"\n', "unset ORDER\n"),
        "~tilde.sh": ('export ORDER="$ORDER tilde"\n', "unset ORDER\n"),
        "it's [a]*.sh": ('export ORDER="$ORDER odd"\n', "unset ORDER\n"),
        "no-sh": ("export NEVER=1\n", "export NEVER=1\n"),
        "readme.txt": ("export NEVER=1\n", "export NEVER=1\n"),
    },
    "fails": {"a.sh": ("export BEFORE=1\nfalse\nreturn 3\n", "unset BEFORE\nfalse\n")},
    "prints": {"a.sh": ("echo hello; echo trouble >&2\nexport A=1\n", "echo bye\nunset A\n")},
    "bash": {
        "a.sh": (
            'words=(one "two words")\nexport LAST="${words[1]}"\nexport UPPER="${LAST^^}"\n'
            '[[ $LAST == two* ]] && export MATCHED=yes\nexport FIRST="${1-none}"\n',
            "unset LAST UPPER MATCHED FIRST\n",
        )
    },
    "declares": {
        "a.sh": (
            "declare MY_ROOT=/x\ntypeset WORD=word\nlocal -a LIST=(1 2)\ndeclare -A PLACES=([lib]=lib)\n"
            "declare -x NEVER=1 GIVEN=hidden\nset -- changed\n",
            "local LEFT=left\n",
        ),
        "b.sh": (
            'export MY_LIB="$MY_ROOT/${PLACES[lib]}" WORDS="$WORD ${LIST[1]} $1 $#" GIVEN_THEN="$GIVEN"\n',
            "unset MY_LIB WORDS GIVEN_THEN\n",
        ),
    },
    "err_trap": {
        "a.sh": ("trap 'FAILED=\"${FAILED-}x\"' ERR\nfalse\n", "trap - ERR\nunset FAILED\n"),
        "b.sh": ("false\ntrue\n", ""),
        "c.sh": ("return 3\n", ""),
        "d.sh": ("export FAILED\n", ""),
    },
    "prompt": {"a.sh": ('[ -z "$PS1" ] && return\nexport A="$CONDA_SHLVL"\n', "unset A\n")},
    "shell": {
        "a.sh": (
            'export COMMAND="$(basename "$(ps -o comm= -p $$)")" NAME="$(basename "$0")" FLAGS="$-"\n'
            'export ARGUMENTS="$1 $#" KIND="$(type -t conda)" SOURCE="${BASH_SOURCE[0]}"\n',
            "unset COMMAND NAME SOURCE ARGUMENTS KIND FLAGS\n",
        )
    },
    "module": {"a.sh": ("module load cuda/11\n", "module unload cuda/11\n")},
    "names": {
        "a.sh": (
            "for one in level path outer order quoted lower stacked file script line sourcing; do\n"
            '    export "$one=$one" "__kernel_$one=mine"\ndone\n',
            "unset level path outer order quoted lower stacked file script line sourcing ${!__kernel_*}\n",
        )
    },
    "packages": PACKAGES,
}
"""What scripts do, by a word for it."""


LEFT_ON = {
    "nounset": "set -u",
    "noglob": "set -f",
    "errexit": "set -e",
    "failglob": "shopt -s failglob",
    "nullglob": "shopt -s nullglob",
    "nocaseglob": "shopt -s nocaseglob",
    "IFS": "IFS=/",
    "inherited trap": "set -E; trap 'echo ended' ERR",
    "traps": "trap 'exit 5' EXIT; trap 'echo ended' ERR; trap '' INT",
    "GLOBIGNORE": "GLOBIGNORE='*'",
    "readonly": "readonly level=1 order=3 quoted=4 lines=5 name=6 file=7",
}
"""What a deactivation script may leave on in the shell."""


def write_scripts(prefix: Path, scripts: Scripts) -> None:
    """Writes activation scripts into an environment.

    Args:
        prefix: The environment.
        scripts: The pairs, by the file's name in both folders.
    """
    for index, folder in enumerate(("activate.d", "deactivate.d")):
        target = prefix / "etc" / "conda" / folder
        target.mkdir(parents=True, exist_ok=True)
        for name, pair in scripts.items():
            (target / name).write_text(pair[index], encoding="utf-8")
