"""Notebooks that ask for a kernel by its previous name are found and changed; nothing else in them is."""

import json
import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conda_jupyter_plugin.checking.errors import NotebookError
from conda_jupyter_plugin.checking.notebooks.renaming import Mention, change_mention, find_mentions

NOTEBOOK = {
    "plain": '{"cells":[],"metadata":{"kernelspec":{"name":"opencv"}},"nbformat":4}',
    "indented": '{\n "metadata": {\r\n  "kernelspec" : {\n   "display_name": "opencv",\n'
    '   "name"\t: "opencv"\n  }\n }\n}\n',
    "capitals": '{"metadata":{"kernelspec":{"name":"OpenCV"}}}',
    "said before": '{"cells":[{"metadata":{"kernelspec":{"name":"opencv"}}}],"metadata":{"a":"}",'
    '"kernelspec":{"language":"python","name":"opencv"}}}',
    "twice": '{"metadata":{"kernelspec":{"name":"x"},"kernelspec":{"name":"y","name":"opencv"}}}',
    "with a mark": '\ufeff{"metadata":{"kernelspec":{"name":"opencv"}}}',
    "not quite utf-8": '{"metadata":{"kernelspec":{"name":"opencv"}},"cells":["\udcff"]}',
    "escapes": '{"a\\"\\\\":"\\u00e9","metadata":{"kernelspec":{"name":"opencv"}}}',
}
TEXTS = {
    "a.py": "# ---\n# jupyter:\n#   kernelspec:\n#     display_name: opencv\n"
    "#     name: opencv\n# ---\n\nx = 'opencv'\n",
    "a.md": "---\nkernelspec:\n  name: 'opencv'\n---\n\n# opencv\n",
    "a.qmd": "---\r\ntitle: opencv\r\njupyter: opencv\r\n---\r\n",
    "a.R": "#' ---\n#' jupyter:\n#'   kernelspec:\n#'     name: opencv\n#' ---\n",
}
OTHERS = {
    "b.ipynb": '{"metadata":{"kernelspec":{"name":"opencv2"}}}',
    "c.ipynb": '{"metadata":{"kernelspec":{"display_name":"opencv"}}}',
    "d.ipynb": '{"kernelspec":{"name":"opencv"}}',
    "e.ipynb": '{"metadata":{"kernelspec":{"name":["opencv"]}}}',
    "f.ipynb": '{"metadata":{"kernelspec":"opencv"}}',
    "g.py": "name = 'opencv'  # kernelspec jupyter\n",
    "h.txt": '{"metadata":{"kernelspec":{"name":"opencv"}}}',
    ".ipynb_checkpoints/i.ipynb": NOTEBOOK["plain"],
    "node_modules/j.ipynb": NOTEBOOK["plain"],
    "lab/pyvenv.cfg": "",
    "lab/lib/k.ipynb": NOTEBOOK["plain"],
}


@pytest.fixture
def work(home):
    """A folder for notebooks."""
    (home / "work").mkdir(parents=True)
    return home / "work"


def write(work, name, text):
    path = work / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def found_in(work):
    errors = []
    return list(find_mentions(work, "opencv", errors)), errors


def change_all(work, new="cv"):
    (mentions, errors) = found_in(work)
    return [change_mention(mention, "opencv", new) for mention in mentions], errors


@pytest.mark.parametrize("text", NOTEBOOK.values(), ids=list(NOTEBOOK))
def test_the_name_of_a_notebooks_kernel_changes_and_no_other_byte(work, text):
    path = write(work, "a.ipynb", text)

    assert change_all(work) == ([Mention(path, is_changed=True)], [])

    before = text.encode("utf-8", "surrogateescape")
    position = before.lower().rindex(b'"opencv"')
    assert path.read_bytes() == before[:position] + b'"cv"' + before[position + len(b'"opencv"') :]


@pytest.mark.parametrize("name", TEXTS)
def test_so_does_that_of_a_text_notebook(work, name):
    path = write(work, name, TEXTS[name])

    assert change_all(work) == ([Mention(path, is_changed=True)], [])

    lines = TEXTS[name].splitlines(keepends=True)
    changed = path.read_bytes().decode().splitlines(keepends=True)
    different = [(old, new) for old, new in zip(lines, changed, strict=True) if old != new]
    assert [(old.replace("opencv", "cv"), "name" in old or "jupyter" in old) for old, _ in different] == [
        (different[0][1], True)
    ]


def test_what_asks_for_no_such_kernel_is_left_alone(work):
    for name, text in OTHERS.items():
        write(work, name, text)

    assert found_in(work) == ([], [])


def test_notebooks_below_are_found_in_the_order_of_their_paths(work):
    paths = [write(work, name, NOTEBOOK["plain"]) for name in ("z.ipynb", "a/b.ipynb", "a/c/d.ipynb")]

    assert [mention.path for mention in found_in(work)[0]] == paths


def test_one_that_cannot_be_read_is_an_error_and_stops_no_other(work):
    write(work, "a.ipynb", '{"kernelspec"')
    good = write(work, "b.ipynb", NOTEBOOK["plain"])

    changed, errors = change_all(work)

    assert changed == [Mention(good, is_changed=True)]
    assert [type(error) for error in errors] == [NotebookError]


def test_it_keeps_its_modes_and_nothing_lies_beside_it(work):
    path = write(work, "a.ipynb", NOTEBOOK["plain"])
    path.chmod(0o640)

    change_all(work)

    assert (stat.S_IMODE(path.stat().st_mode), os.listdir(work)) == (0o640, ["a.ipynb"])


def test_a_link_is_not_followed(work, home):
    elsewhere = write(home / "elsewhere", "a.ipynb", NOTEBOOK["plain"])
    (work / "link.ipynb").symlink_to(elsewhere)
    (work / "folder").symlink_to(elsewhere.parent)

    assert found_in(work) == ([], [])


def test_what_becomes_a_link_meanwhile_is_left_alone(work, home):
    elsewhere = write(home / "elsewhere", "a.ipynb", NOTEBOOK["plain"])
    path = write(work, "a.ipynb", NOTEBOOK["plain"])
    (mention,), _ = found_in(work)
    path.unlink()
    path.symlink_to(elsewhere)

    assert change_mention(mention, "opencv", "cv") == mention
    assert (path.is_symlink(), elsewhere.read_text()) == (True, NOTEBOOK["plain"])


def test_a_disk_that_is_full_leaves_the_notebook_as_it_was(work, monkeypatch):
    path = write(work, "a.ipynb", NOTEBOOK["plain"])
    (mention,), _ = found_in(work)

    def fail(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(NotebookError, match="cannot be changed \\(no space left on device\\)"):
        change_mention(mention, "opencv", "cv")
    assert (path.read_text(), os.listdir(work)) == (NOTEBOOK["plain"], ["a.ipynb"])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["name", "metadata"]), inner),
    max_leaves=10,
)


@given(
    document=st.dictionaries(st.text(), JSON),
    indent=st.sampled_from([None, 1, "\t"]),
    ascii_only=st.booleans(),
)
def test_whatever_else_a_notebook_holds_stays(tmp_path_factory, document, indent, ascii_only):
    work = tmp_path_factory.mktemp("work")
    document = {**document, "metadata": {"kernelspec": {"name": "opencv", "other": document}}}
    text = json.dumps(document, indent=indent, ensure_ascii=ascii_only)
    path = write(work, "a.ipynb", text.encode("utf-8", "replace").decode())
    before = json.loads(path.read_bytes())

    change_all(work)

    before["metadata"]["kernelspec"]["name"] = "cv"
    assert json.loads(path.read_bytes()) == before
