"""What makes an environment's stamps differ, and what does not."""

import pytest

from conda_jupyter_plugin.server.watching import is_as_it_was, stamps_of

from ..support import write_spec


@pytest.fixture
def opencv(make_environment):
    """The prefix of an environment with a kernel."""
    prefix = make_environment().prefix
    (prefix / "conda-meta" / "state").write_text("{}")
    return prefix


CHANGES = {
    "a package": lambda prefix: (prefix / "conda-meta" / "numpy.json").touch(),
    "a program": lambda prefix: (prefix / "bin" / "R").touch(),
    "a variable": lambda prefix: (prefix / "conda-meta" / "state").write_text('{"env_vars": {}}'),
    "a kernel": lambda prefix: write_spec(prefix / "share/jupyter/kernels/ir", {}),
    "a kernel's file": lambda prefix: (prefix / "share/jupyter/kernels/python3/logo.png").touch(),
    "its removal": lambda prefix: prefix.rename(prefix.with_name("other")),
    "a base interpreter": lambda prefix: (prefix / "pyvenv.cfg").touch(),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_seen(opencv, change):
    stamps = stamps_of([], [opencv])
    assert is_as_it_was(stamps)

    CHANGES[change](opencv)

    assert not is_as_it_was(stamps)


def test_an_environment_that_is_not_there_yet_is_seen_when_it_comes(tmp_path, make_environment):
    stamps = stamps_of([], [tmp_path / "envs" / "opencv"])
    assert is_as_it_was(stamps)

    make_environment("opencv")

    assert not is_as_it_was(stamps)


def test_a_folder_is_seen_to_change_by_what_comes_and_goes_in_it(tmp_path):
    (tmp_path / "envs").mkdir()
    stamps = stamps_of([tmp_path / "envs", tmp_path / "later"], [])

    (tmp_path / "envs" / "opencv").mkdir()

    assert not is_as_it_was(stamps)
    assert is_as_it_was(stamps_of([tmp_path / "envs", tmp_path / "later"], []))
