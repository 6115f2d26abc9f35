import pytest

from conda_jupyter_plugin.core.environment.platforms import Machine, foreign_platform

RELEASE = "Darwin Kernel Version 24.6.0: root:xnu-11417.140.69~1/RELEASE_ARM64_T6000"
MACHINES = {
    "Linux": (Machine("linux", "x86_64"), {"linux-64"}),
    "Linux on ARM": (Machine("linux", "aarch64"), {"linux-aarch64"}),
    "macOS on Intel": (
        Machine("darwin", "x86_64", "Darwin Kernel Version 24.6.0: RELEASE_X86_64"),
        {"osx-64"},
    ),
    "Apple silicon": (Machine("darwin", "arm64", RELEASE), {"osx-arm64", "osx-64"}),
    "an Intel Python on Apple silicon": (Machine("darwin", "x86_64", RELEASE), {"osx-arm64", "osx-64"}),
    "Windows": (Machine("win32", "AMD64", identifier="Intel64 Family 6"), {"win-64", "win-32"}),
    "Windows on ARM": (Machine("win32", "ARM64"), {"win-arm64", "win-64", "win-32"}),
    "an Intel Python on ARM": (
        Machine("win32", "AMD64", identifier="ARMv8 (64-bit) Family 8"),
        {"win-arm64", "win-64", "win-32"},
    ),
}
SUBDIRS = {
    "linux-64",
    "linux-aarch64",
    "linux-32",
    "osx-64",
    "osx-arm64",
    "win-64",
    "win-32",
    "win-arm64",
    "noarch",
}


@pytest.mark.parametrize(("machine", "subdirs"), MACHINES.values(), ids=MACHINES)
def test_what_a_machine_runs(machine, subdirs):
    assert {subdir for subdir in SUBDIRS if machine.runs(subdir)} == subdirs


@pytest.mark.parametrize(
    ("text", "foreign"),
    [
        ("subdir: osx-64\n", False),
        ("channels: []\nsubdir: 'osx-arm64'\n", False),
        ("subdir: win-64\n", True),
        ("channels: []\n", False),
        (None, False),
    ],
)
def test_an_environment_is_foreign_where_nothing_in_it_runs(make_environment, monkeypatch, text, foreign):
    environment = make_environment()
    monkeypatch.setattr(Machine, "this", lambda: Machine("darwin", "arm64", RELEASE))
    if text:
        (environment.prefix / ".condarc").write_text(text)

    assert bool(foreign_platform(environment)) is foreign
