"""What a kernel prints, and how it ends, told as a clause; texts as the programs print them."""

import signal

import pytest
from jupyter_client.kernelspec import NoSuchKernel

from conda_jupyter_plugin.checking.reasons import why_died, why_refused, why_unstartable
from conda_jupyter_plugin.checking.starting import Start

SITE = "/envs/opencv/lib/python3.12/site-packages"


def traceback(error, *files):
    frames = "".join(f'  File "{file}", line 1, in <module>\n    import x\n' for file in files)
    return f"Traceback (most recent call last):\n{frames}{error}\n"


@pytest.mark.parametrize(
    ("printed", "kind", "reason"),
    [
        (
            "/envs/opencv/bin/python: No module named ipykernel_launcher\n",
            "package",
            "the kernel package ipykernel is missing",
        ),
        (
            "/envs/opencv/bin/python3.12: No module named bash_kernel.__main__; 'bash_kernel' is a package\n",
            "package",
            "the kernel package bash_kernel is missing",
        ),
        (
            traceback("ModuleNotFoundError: No module named 'zmq.backend'", f"{SITE}/ipykernel/kernelapp.py"),
            "import",
            "the module zmq.backend is missing",
        ),
        (
            traceback("ImportError: No module named zmq", "/old/lib/python2.7/site-packages/ipykernel/x.py"),
            "import",
            "the module zmq is missing",
        ),
        (
            traceback("ModuleNotFoundError: No module named 'imp'", f"{SITE}/ipykernel/iostream.py"),
            "outdated",
            "ipykernel is too old for Python 3.12 (ModuleNotFoundError: No module named 'imp')",
        ),
        (
            traceback("ImportError: cannot import name 'Mapping' from 'collections'", f"{SITE}/IPython/a.py"),
            "outdated",
            None,
        ),
        (
            traceback("AttributeError: module 'asyncio' has no attribute 'coroutine'", f"{SITE}/zmq/a.py"),
            "outdated",
            "zmq is too old for Python 3.12 (AttributeError: module 'asyncio' has no attribute 'coroutine')",
        ),
        (
            traceback(
                "ImportError: libzmq.so.5: cannot open shared object file",
                f"{SITE}/zmq/backend/x.py",
            ),
            "import",
            "a module cannot be imported: libzmq.so.5: cannot open shared object file",
        ),
        (
            "/envs/bin/R: error while loading shared libraries: libblas.so.3: cannot open shared object\n",
            "import",
            "the library libblas.so.3 is missing",
        ),
        (
            "dyld[61]: Library not loaded: @rpath/libxeus.9.dylib\n  Referenced from: /x\n",
            "import",
            "the library @rpath/libxeus.9.dylib is missing",
        ),
        (
            "bash: /envs/opencv/bin/python: cannot execute binary file: Exec format error\n",
            "foreign",
            "its program was built for another platform",
        ),
        ("bash: /envs/opencv/bin/python: Bad CPU type in executable\n", "foreign", None),
        (
            "bash: /envs/opencv/bin/xcpp: /gone/python: bad interpreter: No such file or directory\n",
            "gone",
            "the interpreter of /envs/opencv/bin/xcpp is gone",
        ),
        ("zmq.error.ZMQError: Address already in use (addr='tcp://127.0.0.1:5')\n", "port", None),
        (
            "Error in loadNamespace(x) : there is no package called \u2018IRkernel\u2019\nExecution halted\n",
            "import",
            "the R package IRkernel is missing",
        ),
    ],
)
def test_what_is_printed_tells_why(printed, kind, reason):
    trouble = why_died(Start(1.0, status=1, printed=f"some warning\n{printed}"))

    assert trouble.kind == kind
    assert reason in (None, trouble.reason)


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (-signal.SIGSEGV, "it was killed by SIGSEGV"),
        (-signal.SIGKILL, "it was killed by SIGKILL, which usually means that memory ran out"),
        (128 + signal.SIGABRT, "it was killed by SIGABRT"),
        (3, "it exited with status 3"),
        (0, "it exited without answering"),
        (255, "it exited with status 255"),
    ],
)
def test_how_it_ended_tells_why(status, reason):
    assert why_died(Start(1.0, status=status, printed="a\n\nb\n")).reason == reason


def test_the_last_lines_are_kept_where_they_tell_more():
    printed = "".join(f"{number}\n" for number in range(20))

    assert why_died(Start(1.0, status=3, printed=printed)).lines == ("15", "16", "17", "18", "19")


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FileNotFoundError(2, "No such file or directory", "/envs/opencv/bin/R"), "gone"),
        (PermissionError(13, "Permission denied", "/envs/opencv/bin/R"), "permission"),
        (OSError(8, "Exec format error", "/envs/opencv/bin/R"), "foreign"),
        (RuntimeError("anything\nelse"), "unstartable"),
    ],
)
def test_what_cannot_be_run_at_all_is_told(error, kind):
    assert why_unstartable(error, {}).kind == kind


def test_the_stand_ins_sentence_is_the_launchers():
    gone = "/envs/opencv/bin/python is gone"
    said = f"This kernel cannot start, because {gone}. Run 'conda kernel sync' to remove the kernel."

    assert why_refused(said).reason == gone


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (NoSuchKernel("opencv"), "provisioner", "provisioner slurm is not installed"),
        (RuntimeError("no host\n answers"), "unstartable", "slurm cannot start it: no host answers"),
        (TimeoutError(), "unstartable", "slurm cannot start it: TimeoutError"),
    ],
)
def test_what_a_provisioner_says_is_told_and_not_taken_for_its_absence(error, kind, reason):
    trouble = why_unstartable(error, {"metadata": {"kernel_provisioner": {"provisioner_name": "slurm"}}})

    assert trouble.kind == kind
    assert reason in trouble.reason
