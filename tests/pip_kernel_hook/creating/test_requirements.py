import pytest

from conda_jupyter_plugin.core.errors import UsageError
from pip_kernel_hook.creating.requirements import requirements_of
from pip_kernel_hook.main import build_parser


def asked(*typed):
    return requirements_of(build_parser().parse_args(["create", "nb", *typed]))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ([], []),
        (["numpy<2", "pandas"], ["numpy<2", "pandas"]),
        (["--python", "3.12", "numpy"], ["numpy"]),
        (["-q", "-y", "numpy", "--env", "A=1", "pandas"], ["numpy", "pandas"]),
        ([".[extra]", "-e", "."], [".[extra]", "-e", "."]),
        (["-e", ".[extra]"], ["-e", ".[extra]"]),
        (["-e", "git+https://example.org/x"], ["-e", "git+https://example.org/x"]),
        (["numpy", "--", "--pre", "-i", "url"], ["numpy", "--pre", "-i", "url"]),
        (["-r", "https://example.org/r.txt"], ["-r", "https://example.org/r.txt"]),
    ],
)
def test_what_is_typed_is_what_pip_gets(typed, expected):
    assert list(asked(*typed).words) == expected


def test_options_and_constraints_ask_for_nothing(home):
    (home / "c.txt").write_text("ipykernel<7\n")

    nothing = asked("-c", "c.txt", "--", "--pre")

    assert (nothing.words, nothing.options, [*nothing.constraints]) == ((), ("--pre",), ["c.txt"])


def test_what_holds_for_a_whole_list_does_not_hold_for_the_kernel_package():
    whole = asked("numpy", "--", "--no-deps", "--require-hashes", "-i", "url")

    assert whole.words == ("numpy", "--no-deps", "--require-hashes", "-i", "url")
    assert whole.options == ("-i", "url")


@pytest.mark.parametrize(
    ("line", "options"),
    [
        ("--index-url https://example.org/simple  # ours", ["--index-url", "https://example.org/simple"]),
        ("--index-url=https://example.org/simple", ["--index-url", "https://example.org/simple"]),
        ("-i https://${USER_OF_INDEX}@example.org", ["-i", "https://me@example.org"]),
        ("--extra-index-url https://example.org", ["--extra-index-url", "https://example.org"]),
        ("--no-index", ["--no-index"]),
        ("--trusted-host example.org", ["--trusted-host", "example.org"]),
        ("-f wheels", ["-f", "sub/wheels"]),
        ("--find-links='wheels'", ["--find-links", "sub/wheels"]),
        ("--find-links https://example.org/w", ["--find-links", "https://example.org/w"]),
        ("# --no-index\nnumpy --no-index-at-all\n--only-binary :all:", []),
    ],
)
@pytest.mark.parametrize("is_named_in_another", [False, True])
def test_where_a_file_says_that_packages_come_from(line, options, is_named_in_another, home, monkeypatch):
    monkeypatch.setenv("USER_OF_INDEX", "me")
    (home / "sub" / "wheels").mkdir(parents=True)
    (home / "sub" / "r.txt").write_text(f"numpy\n{line}\n-r r.txt\n")
    (home / "all.txt").write_text("-r sub/r.txt\n")

    found = asked("-r", "all.txt" if is_named_in_another else "sub/r.txt")

    assert list(found.sources) == options


@pytest.mark.parametrize("typed", [["-r", "no.txt"], ["-c", "no.txt"], ["-e", "no"], ["-r", "folder"]])
def test_what_is_not_there_is_bad_usage(typed, home):
    (home / "folder").mkdir()

    with pytest.raises(UsageError, match=typed[1]):
        asked(*typed)


def test_an_option_of_pips_that_stands_among_ours_is_shown_its_place(capsys):
    with pytest.raises(SystemExit):
        asked("numpy", "--pre")

    assert "--pre (pass options for pip after --: -- --pre)" in " ".join(capsys.readouterr().err.split())
