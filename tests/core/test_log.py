import logging

import pytest

from conda_jupyter_plugin.core.environment.environment import is_there
from conda_jupyter_plugin.core.failures import log_swallowed, passing_over, show_log
from conda_jupyter_plugin.core.verbs.add import add
from conda_jupyter_plugin.core.verbs.list import list_kernels

LOGGER = logging.getLogger("conda_jupyter_plugin")


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch):
    """What a test changes of the logger is undone."""
    monkeypatch.setattr(LOGGER, "handlers", [])
    monkeypatch.setattr(LOGGER, "propagate", True)
    level = LOGGER.level
    yield
    LOGGER.setLevel(level)


def test_what_is_passed_over_is_logged_at_debug_level_with_its_traceback(caplog):
    caplog.set_level(logging.DEBUG, LOGGER.name)

    with passing_over(ValueError):
        raise ValueError("odd")

    (record,) = caplog.records
    assert (record.name, record.levelno) == ("conda_jupyter_plugin", logging.DEBUG)
    assert "Traceback" in caplog.text and "ValueError: odd" in caplog.text


def test_anything_else_is_not_passed_over():
    with pytest.raises(KeyError), passing_over(ValueError):
        raise KeyError("odd")


def test_by_default_nothing_is_shown(capsys):
    with passing_over(ValueError):
        raise ValueError("odd")

    assert capsys.readouterr() == ("", "")


def test_shown_on_demand_it_goes_to_stderr(capsys):
    show_log()
    with passing_over(ValueError):
        raise ValueError("odd")

    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("Skipped:\nTraceback") and err.endswith("ValueError: odd\n")


def test_a_broken_logger_breaks_nothing(monkeypatch):
    def fail(*_, **__):
        raise OSError("the disk is full")

    monkeypatch.setattr(LOGGER, "debug", fail)

    log_swallowed()


def test_an_environment_that_cannot_be_looked_into_can_be_found_in_the_log(tmp_path, caplog):
    caplog.set_level(logging.DEBUG, LOGGER.name)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")

    assert is_there(tmp_path / "loop")

    assert "UnreadableError" in caplog.text


def test_so_can_the_cause_of_a_broken_kernel(make_environment, open_registry, caplog):
    caplog.set_level(logging.DEBUG, LOGGER.name)
    environment = make_environment()
    add(open_registry(), environment)
    (environment.prefix / "share/jupyter/kernels/python3/kernel.json").write_text("{")

    assert [row.status for row in list_kernels(open_registry())] == ["broken"]

    assert "JSONDecodeError" in caplog.text
