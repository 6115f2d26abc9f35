"""What makes an environment's fingerprints differ, and what does not."""

import shutil

import pytest

from conda_jupyter_plugin.server.watching import fingerprints_of, fingerprints_of_kernels, is_as_it_was

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
    seen = fingerprints_of([], [opencv])
    assert is_as_it_was(seen)

    CHANGES[change](opencv)

    assert not is_as_it_was(seen)


def test_an_environment_that_is_not_there_yet_is_seen_when_it_comes(tmp_path, make_environment):
    seen = fingerprints_of([], [tmp_path / "envs" / "opencv"])
    assert is_as_it_was(seen)

    make_environment("opencv")

    assert not is_as_it_was(seen)


def test_a_folder_is_seen_to_change_by_what_comes_and_goes_in_it(tmp_path):
    (tmp_path / "envs").mkdir()
    seen = fingerprints_of([tmp_path / "envs", tmp_path / "later"], [])

    (tmp_path / "envs" / "opencv").mkdir()

    assert not is_as_it_was(seen)
    assert is_as_it_was(fingerprints_of([tmp_path / "envs", tmp_path / "later"], []))


OF_KERNELS = {
    "one comes": lambda kernels: write_spec(kernels / "stats", {}),
    "one goes": lambda kernels: shutil.rmtree(kernels / "opencv"),
    "it is replaced": lambda kernels: (kernels / "opencv").replace(kernels / "stats"),
    "its command": lambda kernels: (kernels / "opencv/kernel.json").write_text("{ }"),
    "its launcher": lambda kernels: (kernels / "opencv/start-activated.sh").write_text("exit"),
    "a file beside": lambda kernels: (kernels / "opencv/kernel.js").touch(),
}


@pytest.mark.parametrize("change", OF_KERNELS)
def test_a_change_of_what_is_registered_is_seen(tmp_path, change):
    write_spec(tmp_path / "opencv", {})
    (tmp_path / "opencv/start-activated.sh").touch()
    seen = fingerprints_of_kernels([tmp_path, tmp_path / "not there"])
    assert is_as_it_was(seen)

    OF_KERNELS[change](tmp_path)

    assert not is_as_it_was(seen)
