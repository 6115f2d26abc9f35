import pytest

from conda_jupyter_plugin.settings import check


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("kernel_auto", value) for value in ("named", "all", "off", "False")),
        *(
            ("kernel_display_name", value)
            for value in ("{language}", "{environment}: {kernel} {prefix}", "x")
        ),
        *(("kernel_location", value) for value in ("user", "system", "/opt/lab", "~/lab", "$HOME/lab")),
    ],
)
def test_a_good_value_is_true(name, value, monkeypatch):
    monkeypatch.setenv("HOME", "/home/user")

    assert check(name, value) is True


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("kernel_auto", "sometimes", "Valid choices are: 'named', 'all', 'off'."),
        ("kernel_auto", "", "Valid choices are: 'named', 'all', 'off'."),
        ("kernel_display_name", "{nothing}", "Its fields are {language}, {environment}, {kernel}, {prefix}."),
        ("kernel_display_name", " ", "It must be printable text."),
        ("kernel_location", "lab", "It must be user, system, or the absolute path of an environment."),
        (
            "kernel_location",
            "$NOTHING/lab",
            "It must be user, system, or the absolute path of an environment.",
        ),
    ],
)
def test_a_bad_value_is_told_in_a_sentence(name, value, problem):
    assert check(name, value) == problem
