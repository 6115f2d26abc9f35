import pytest

from conda_jupyter_plugin.core.naming.valid_names import (
    InvalidNameError,
    ReservedNameError,
    check_chosen,
    is_valid,
    kernel_name,
    suffixed,
    why_reserved,
)

HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("opencv", "opencv"),
        ("OpenCV", "opencv"),
        ("open cv", "open-cv"),
        ("a  b//c", "a-b-c"),
        ("py3.12_x-y", "py3.12_x-y"),
        ("Père Noël", "pere-noel"),
        ("Ünïcödé", "unicode"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ﬁt", "fit"),
        ("_private", "private"),
        (".hidden", "hidden"),
        ("-dash-", "dash"),
        ("日本", "kernel"),
        ("日本 3", "3"),
        ("...", "kernel"),
        ("", "kernel"),
        ("x" * 101, "x" * 100),
        ("x" * 99 + "-y", "x" * 99),
    ],
)
def test_any_text_becomes_a_valid_readable_name(text, name):
    assert kernel_name(text) == name


@pytest.mark.parametrize("text", ["Père Noël", "日本", "a" * 300, "..a..", "-", "\n", "%s", "x\udcff"])
def test_what_is_made_is_valid(text):
    assert is_valid(kernel_name(text))


@pytest.mark.parametrize("name", ["opencv", "3d", "a.b_c-d", "x" * 100])
def test_names_that_jupyter_takes_are_valid(name):
    assert is_valid(name)


@pytest.mark.parametrize("name", ["", "Open", "a b", ".a", "-a", "_a", "é", "a\n", "a/b", "x" * 101])
def test_names_that_jupyter_does_not_take_are_not_valid(name):
    assert not is_valid(name)


@pytest.mark.parametrize(
    "name", ["conda-opencv", "conda-", HEX, f"opencv{HEX}", "python3", "python2", "ir", "bash"]
)
def test_names_that_other_tools_claim_are_reserved(name):
    assert why_reserved(name)


@pytest.mark.parametrize(
    "name", ["opencv", "conda", "condas-opencv", HEX[1:], f"{HEX}x", "python3.12", "iris"]
)
def test_other_names_are_free(name):
    assert why_reserved(name) is None


def test_an_invalid_chosen_name_is_an_error_that_shows_a_valid_one():
    with pytest.raises(InvalidNameError) as caught:
        check_chosen("Open CV", force=False)

    assert caught.value.hint == "Try: --kernel-name open-cv"


def test_force_makes_no_invalid_name_valid():
    with pytest.raises(InvalidNameError):
        check_chosen("Open CV", force=True)


@pytest.mark.parametrize("name", ["conda-opencv", HEX, "python3"])
def test_a_reserved_chosen_name_needs_force(name):
    with pytest.raises(ReservedNameError, match="--force"):
        check_chosen(name, force=False)


@pytest.mark.parametrize("name", ["conda-opencv", HEX, "python3"])
def test_force_gives_a_reserved_name(name):
    check_chosen(name, force=True)


@pytest.mark.parametrize(
    ("name", "directory"), [("x" * 100, "ir"), ("x" * 100, "y" * 100), ("opencv", "Père Noël")]
)
def test_a_further_kernels_name_is_valid(name, directory):
    assert is_valid(suffixed(name, directory))
