import pytest

from conda_jupyter_plugin.core.errors import UsageError
from pip_kernel_hook.main import build_parser
from pip_kernel_hook.requirements import words_for_pip


def words(*typed):
    return words_for_pip(build_parser().parse_args(["create", *typed]))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["nb"], ["ipykernel"]),
        (["nb", "numpy<2", "pandas"], ["ipykernel", "numpy<2", "pandas"]),
        (["nb", "--python", "3.12", "numpy"], ["ipykernel", "numpy"]),
        (["-q", "nb", "-y", "numpy", "--env", "A=1", "pandas"], ["ipykernel", "numpy", "pandas"]),
        (["nb", ".[extra]", "-e", "."], ["ipykernel", ".[extra]", "-e", "."]),
        (["nb", "-e", ".[extra]"], ["ipykernel", "-e", ".[extra]"]),
        (["nb", "-e", "git+https://example.org/x"], ["ipykernel", "-e", "git+https://example.org/x"]),
        (["nb", "numpy", "--", "--pre", "-i", "url"], ["ipykernel", "numpy", "--pre", "-i", "url"]),
        (["nb", "--", "-q"], ["ipykernel", "-q"]),
        (["nb", "-r", "https://example.org/r.txt"], ["ipykernel", "-r", "https://example.org/r.txt"]),
    ],
)
def test_what_is_typed_is_what_pip_gets(typed, expected):
    assert words(*typed) == expected


@pytest.mark.parametrize(
    "requirement", ["ipykernel", "ipykernel==6.29", "IPyKernel[test]>=6", "ipykernel @ url"]
)
def test_a_kernel_package_that_is_asked_for_is_not_asked_for_twice(requirement, home, monkeypatch):
    monkeypatch.chdir(home)
    (home / "r.txt").write_text(f"numpy\n{requirement}  # the kernel\n")

    assert words("nb", requirement) == [requirement]
    assert words("nb", "-r", "r.txt") == ["-r", "r.txt"]


def test_a_package_of_a_similar_name_is_another_one(home):
    (home / "r.txt").write_text("ipykernel-extras\n# ipykernel\n")

    assert words("nb", "ipykernel-extras")[0] == "ipykernel"
    assert words("nb", "-r", "r.txt")[0] == "ipykernel"


def test_a_constraint_asks_for_nothing(home):
    (home / "c.txt").write_text("ipykernel<7\n")

    assert words("nb", "-c", "c.txt") == ["ipykernel", "-c", "c.txt"]


@pytest.mark.parametrize("typed", [["-r", "no.txt"], ["-c", "no.txt"], ["-e", "no"], ["-r", "folder"]])
def test_what_is_not_there_is_bad_usage(typed, home):
    (home / "folder").mkdir()

    with pytest.raises(UsageError, match=typed[1]):
        words("nb", *typed)


def test_an_option_of_pips_that_stands_among_ours_is_shown_its_place(capsys):
    with pytest.raises(SystemExit):
        words("nb", "numpy", "--pre")

    assert "--pre (options for pip stand behind --: -- --pre)" in " ".join(capsys.readouterr().err.split())
