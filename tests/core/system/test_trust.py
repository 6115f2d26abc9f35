import os

import pytest

from conda_jupyter_plugin.core.system.refusals import RefusedError
from conda_jupyter_plugin.core.system.trust import check_trusted

from ...conftest import needs_root
from ...support import write_program

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")

FILES = ("", "bin/python", "condabin/conda", "conda-meta")


@pytest.fixture
def conda(own_folder):
    """The root of a conda that nobody else can change."""
    root = own_folder / "shared" / "conda"
    write_program(root / "bin" / "python3.12")
    (root / "bin" / "python").symlink_to("python3.12")
    write_program(root / "condabin" / "conda")
    (root / "conda-meta").mkdir()
    return root


PLACES = ["..", ".", "bin", "bin/python3.12", "condabin", "condabin/conda", "conda-meta"]


def test_what_is_this_users_alone_is_trusted(conda):
    check_trusted(conda, FILES)


def test_what_is_not_there_cannot_be_put_there(conda):
    check_trusted(conda, ("lib/python3.12/none",))


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o775])
def test_what_others_may_write_is_not(conda, place, mode):
    (conda / place).chmod(mode)
    os.chown(conda / place, -1, os.getgid() if os.getuid() else 4321) if mode == 0o775 else None

    if mode == 0o775 and os.getuid():
        pytest.skip("only root can make a group that is not its own")
    with pytest.raises(RefusedError, match="was not run, because other users can change"):
        check_trusted(conda, FILES)


@needs_root
@pytest.mark.parametrize("place", PLACES)
def test_what_belongs_to_somebody_else_is_not(conda, place):
    os.chown(conda / place, 65534, 65534)

    with pytest.raises(RefusedError) as caught:
        check_trusted(conda, FILES)

    assert str(conda if place != ".." else conda.parent).rstrip("/") in str(caught.value)


@pytest.mark.parametrize("through", ["a link to it", "a link in it", "a link on the way"])
def test_a_link_counts_as_what_it_leads_to(conda, own_folder, through):
    open_to_all = own_folder / "open"
    open_to_all.mkdir()
    open_to_all.chmod(0o777)
    write_program(open_to_all / "conda" / "bin" / "python")
    root = conda
    if through == "a link to it":
        root = own_folder / "link"
        root.symlink_to(open_to_all / "conda")
    elif through == "a link in it":
        (conda / "bin" / "python").unlink()
        (conda / "bin" / "python").symlink_to("../../../open/conda/bin/python")
    else:
        (open_to_all / "back").symlink_to(conda)
        root = own_folder / "open" / ".." / "open" / "back"

    with pytest.raises(RefusedError, match=f"can change {open_to_all}"):
        check_trusted(root, FILES)
