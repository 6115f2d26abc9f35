import os
import threading

import pytest

from conda_jupyter_plugin.core.dataclass import replace
from conda_jupyter_plugin.core.errors import LocationError, LockedError
from conda_jupyter_plugin.core.jupyter.installed import installed_at, read_installed
from conda_jupyter_plugin.core.jupyter.locations import Location
from conda_jupyter_plugin.core.models import Choices
from conda_jupyter_plugin.core.rendered import Rendered, RenderedFile
from conda_jupyter_plugin.core.storage import store
from conda_jupyter_plugin.core.storage.comparing import matches

from ...support import LOGO, bash_spec, python_spec, snapshot, write_spec

RECORD = {
    "version": 1,
    "prefix": "/envs/opencv",
    "environment": "opencv",
    "manager": "conda",
    "kernel": "python3",
}


@pytest.fixture
def location(tmp_path):
    return Location(tmp_path / "data")


def rendered(**files):
    contents = {"kernel.json": b'{"argv": ["python"]}', **files}
    items = {name.replace("__", "/"): RenderedFile(content) for name, content in contents.items()}
    return Rendered("opencv", "Python 3.12 (opencv)", "python", items)


def write(location, what):
    with store.locked(location):
        store.write_kernelspec(location, location.kernels / what.name, what)
    return location.kernels / what.name


def owner_of(folder, record):
    return read_installed(
        write_spec(folder, {**python_spec(), "metadata": {"conda_jupyter_plugin": record}})
    ).owner


def test_every_kernelspec_of_a_location_is_read_in_order(location):
    for name in ("stats", "opencv"):
        write_spec(location.kernels / name, python_spec())

    assert [item.name for item in installed_at(location)] == ["opencv", "stats"]


def test_a_location_that_does_not_exist_holds_nothing(location):
    assert installed_at(location) == ()


def test_a_folder_without_a_kernel_json_is_passed_over(location):
    (location.kernels / "notes").mkdir(parents=True)

    assert installed_at(location) == ()


def test_a_kernelspec_with_a_record_has_an_owner(tmp_path):
    owner = owner_of(tmp_path, RECORD)

    assert (str(owner.prefix), owner.environment, owner.manager, owner.kernel) == (
        "/envs/opencv",
        "opencv",
        "conda",
        "python3",
    )


def test_a_kernelspec_without_a_record_has_none(tmp_path):
    assert read_installed(write_spec(tmp_path, python_spec())).owner is None


@pytest.mark.parametrize(
    "record",
    [
        None,
        "x",
        [],
        {},
        {**RECORD, "version": "1"},
        {**RECORD, "prefix": None},
        {**RECORD, "manager": "pixi"},
        {**RECORD, "manager": []},
        {**RECORD, "environment": 1},
        {**RECORD, "kernel": []},
    ],
)
def test_a_record_that_is_off_makes_no_owner(tmp_path, record):
    assert owner_of(tmp_path, record) is None


def test_recorded_choices_are_read(tmp_path):
    choices = {"kernel_name": "cv", "display_name": "CV", "env": {"A": "b"}, "activate": False}

    assert owner_of(tmp_path, {**RECORD, "choices": choices}).choices == Choices(
        "cv", "CV", {"A": "b"}, False
    )


@pytest.mark.parametrize(
    "choices",
    [None, [], {"kernel_name": 1, "display_name": [], "env": [], "activate": "no"}, {"env": {"A": 1}}],
)
def test_choices_that_are_off_are_passed_over(tmp_path, choices):
    assert owner_of(tmp_path, {**RECORD, "choices": choices}).choices == Choices()


def test_a_broken_kernel_json_is_read_with_its_problem(tmp_path):
    item = read_installed(write_spec(tmp_path, "{"))

    assert (item.problem, item.owner) == (f"{tmp_path / 'kernel.json'} is not valid JSON.", None)


def test_what_was_written_matches(location):
    what = rendered(logo=LOGO, css__a=b"a")

    assert matches(write(location, what), what)


@pytest.mark.parametrize(
    "change",
    [
        lambda folder: (folder / "logo").write_bytes(b"other"),
        lambda folder: (folder / "logo").unlink(),
        lambda folder: (folder / "logo").chmod(0o755),
        lambda folder: (folder / "more").touch(),
    ],
    ids=["changed", "missing", "executable", "more"],
)
def test_what_was_changed_does_not_match(location, change):
    what = rendered(logo=LOGO)
    folder = write(location, what)

    change(folder)

    assert not matches(folder, what)


def test_a_file_that_cannot_be_read_does_not_match(location):
    what = rendered(logo=LOGO)
    folder = write(location, what)
    (folder / "logo").unlink()
    (folder / "logo").symlink_to("gone")

    assert not matches(folder, what)


def test_a_kernelspec_is_written_with_all_its_files(location):
    folder = write(location, rendered(logo=LOGO, css__a=b"a"))

    assert {name: content for name, (content, _) in snapshot(folder).items()} == {
        "kernel.json": b'{"argv": ["python"]}',
        "logo": LOGO,
        "css/a": b"a",
    }


def test_a_program_is_written_as_one(location):
    what = rendered()
    program = {"start": RenderedFile(b"", executable=True)}
    folder = write(location, replace(what, files={**what.files, **program}))

    assert snapshot(folder)["start"] == (b"", True)


def test_a_kernelspec_of_the_same_name_is_replaced_as_a_whole(location):
    write(location, rendered(old=b""))

    assert set(snapshot(write(location, rendered(new=b"")))) == {"kernel.json", "new"}


def test_others_are_left_alone(location):
    other = write_spec(location.kernels / "bash", bash_spec())
    before = snapshot(other)

    write(location, rendered())

    assert snapshot(other) == before


def test_nothing_but_the_kernelspec_is_left_where_jupyter_looks(location):
    write(location, rendered(old=b""))
    write(location, rendered())

    assert [path.name for path in location.kernels.iterdir()] == ["opencv"]


def test_a_failed_write_leaves_what_was_there(location):
    folder = write(location, rendered(logo=LOGO))
    before = snapshot(folder)

    with pytest.raises(LocationError):
        write(location, rendered(a=b"", a__b=b""))

    assert snapshot(folder) == before


def test_a_removed_kernelspec_is_gone_as_a_whole(location):
    folder = write(location, rendered(logo=LOGO))

    with store.locked(location):
        store.remove_kernelspec(location, location.kernels / "opencv")

    assert not folder.exists()


def test_removing_a_link_leaves_what_it_leads_to(location, tmp_path):
    elsewhere = write_spec(tmp_path / "elsewhere", python_spec())
    location.kernels.mkdir(parents=True)
    (location.kernels / "opencv").symlink_to(elsewhere)

    with store.locked(location):
        store.remove_kernelspec(location, location.kernels / "opencv")

    assert (elsewhere / "kernel.json").exists() and not (location.kernels / "opencv").is_symlink()


def test_removing_what_is_not_there_is_an_error(location):
    with store.locked(location), pytest.raises(LocationError, match="opencv"):
        store.remove_kernelspec(location, location.kernels / "opencv")


def test_a_lock_that_another_holds_is_an_error_after_a_while(location):
    with store.locked(location), pytest.raises(LockedError, match="Another process"):
        run_in_thread(lambda: store.locked(location, seconds=0.1).__enter__())


def test_a_lock_is_free_again_after_a_failure(location):
    with pytest.raises(ZeroDivisionError), store.locked(location):
        _ = 1 / 0

    with store.locked(location, seconds=0.1):
        pass


def test_a_second_writer_waits_for_the_first(location):
    order = []

    def second():
        with store.locked(location):
            order.append("second")

    with store.locked(location):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join()

    assert order == ["first", "second"]


@pytest.mark.parametrize("in_the_way", ["data", "data/.conda-jupyter-plugin"])
def test_a_file_in_the_way_of_the_lock_is_an_error(tmp_path, in_the_way):
    (tmp_path / in_the_way).parent.mkdir(exist_ok=True)
    (tmp_path / in_the_way).touch()

    with (
        pytest.raises(LocationError, match="try again"),
        store.locked(Location(tmp_path / "data")),
    ):
        pass


def run_in_thread(function):
    """Runs a function in another thread, and raises here what it raised."""
    caught = []

    def run():
        try:
            function()
        except Exception as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if caught:
        raise caught[0]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("umask", [0, 0o22, 0o77])
def test_what_is_private_is_its_owners_alone_whatever_the_umask(location, umask):
    before = os.umask(umask)
    try:
        folder = write(location, replace(rendered(), private=True))
    finally:
        os.umask(before)

    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


@pytest.mark.parametrize("kind", ["noexec", "modeless"])
def test_what_a_file_system_cannot_hold_is_not_compared(mount, tmp_path, kind):
    location = Location(mount(kind, tmp_path / "share"))
    files = {"kernel.json": RenderedFile(b"{}"), "run": RenderedFile(b"", executable=True)}
    for private in (False, True):
        what = Rendered("opencv", "", "", files, private=private)
        folder = write(location, what)

        assert matches(folder, what)
        assert not matches(folder, replace(what, files={**files, "run": RenderedFile(b"other")}))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_what_others_can_read_is_no_private_kernelspec(location):
    what = replace(rendered(), private=True)
    folder = write(location, what)
    assert matches(folder, what)

    (folder / "kernel.json").chmod(0o644)

    assert not matches(folder, what)
