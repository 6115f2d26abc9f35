"""Whatever a file, a record or a user says, it is understood or refused: nothing else happens."""

import json
import os
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conda_jupyter_plugin.core.environment.environment import creation_time
from conda_jupyter_plugin.core.environment.platforms import foreign_platform
from conda_jupyter_plugin.core.environment.versions import python_version, read_pyvenv
from conda_jupyter_plugin.core.errors import BrokenKernelspecError, UsageError
from conda_jupyter_plugin.core.kernelspec.kernel_json import problem_of, read_spec
from conda_jupyter_plugin.core.kernelspec.record import read_record, write_record
from conda_jupyter_plugin.core.launch.variables import Value
from conda_jupyter_plugin.core.models import Environment, Owner
from conda_jupyter_plugin.core.naming.display_names import check_template
from conda_jupyter_plugin.core.naming.valid_names import check_chosen, kernel_name
from conda_jupyter_plugin.core.system.path_text import is_system_text

from ..strategies import kernel_jsons, odd_texts, pyvenvs, specs, values

# A folder is used again for each example: each writes its own file.
quick = settings(
    max_examples=150,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

_parts = st.sampled_from(["{language}", "{environment}", "{", "}", "{x}", "!r", ":>9", "a"])


@quick
@given(odd_texts)
def test_every_text_becomes_a_name_that_jupyter_takes(text):
    name = kernel_name(text)

    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,99}", name)
    assert kernel_name(name) == name


@quick
@given(odd_texts)
def test_a_chosen_name_is_valid_or_refused(text):
    try:
        check_chosen(text, force=True)
    except UsageError:
        return
    assert re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,99}", text)


@quick
@given(kernel_jsons)
def test_a_kernel_json_is_a_kernelspec_or_broken(tmp_path, content):
    path = tmp_path / "kernel.json"
    path.write_bytes(content)

    try:
        spec = read_spec(path)
    except BrokenKernelspecError:
        return
    assert problem_of(spec) is None
    assert all(map(is_system_text, spec["argv"]))


@quick
@given(specs)
def test_a_record_is_an_owner_or_none_and_an_owner_is_written_as_it_is_read(spec):
    if problem_of(spec):
        return
    owner = read_record(spec)
    assert owner is None or isinstance(owner, Owner)
    if owner:
        assert os.fsencode(owner.prefix)
        assert os.path.basename(owner.kernel) == owner.kernel not in ("", ".", "..")
        again = json.loads(json.dumps(dict(write_record(owner))))
        read = read_record({**spec, "metadata": {"conda_jupyter_plugin": again}})
        assert (read.prefix, read.kernel, read.label, read.origin) == (
            owner.prefix,
            owner.kernel,
            owner.label,
            owner.origin,
        )
        assert dict(write_record(read)) == again


def as_site_py_reads(content):
    """CPython's own loop, in `site.py`: `venv`."""
    found = {}
    for line in re.split("\r\n|\r|\n", content.decode("utf-8-sig", "replace")):
        key, equals, value = line.partition("=")
        if equals:
            found[key.strip().lower()] = value.strip()
    return found


@quick
@given(pyvenvs)
def test_a_pyvenv_cfg_says_what_python_reads_in_it(tmp_path, content):
    (tmp_path / "pyvenv.cfg").write_bytes(content)

    version = python_version(read_pyvenv(tmp_path))

    found = as_site_py_reads(content)
    said = [found.get(key, "") for key in ("version", "version_info")]
    if version is None:
        assert not any(re.match(r"[0-9]+\.[0-9]+(?![0-9])", text) for text in said if "\n" not in text)
    else:
        assert any(text.startswith(version) for text in said)


@quick
@given(st.binary(max_size=200) | st.just(b"==> 2026-11-23 18:03:35 <==\n"))
def test_what_conda_notes_in_an_environment_is_read_or_passed_over(tmp_path, content):
    (tmp_path / "conda-meta").mkdir(exist_ok=True)
    for path in (tmp_path / "conda-meta" / "history", tmp_path / ".condarc"):
        path.write_bytes(content)
    environment = Environment(tmp_path, "opencv", "conda")

    assert isinstance(creation_time(environment), float | None)
    assert foreign_platform(environment) is None


@quick
@given(
    odd_texts
    | st.lists(st.sampled_from(["{language}", "{environment}", "{", "}", "{x}", "!r", ":>9", "a"])).map(
        "".join
    )
)
def test_a_template_can_be_used_or_is_refused(template):
    if check_template(template) is None:
        shown = template.format(language="R", environment="stats", kernel="ir", prefix="/envs/stats")
        assert shown.strip() and shown.isprintable()


@quick
@given(odd_texts)
def test_a_value_is_written_as_it_is_read(text):
    value = Value.of_kernelspec(text)

    assert Value.of_kernelspec(value.for_kernelspec()) == value
    assert len(value.literals) == len(value.names) + 1


@pytest.mark.parametrize("what", [None, [], {}, 1, "x"])
def test_what_is_no_object_is_no_kernelspec(what):
    assert problem_of(what)


@quick
@given(values)
def test_any_json_is_judged(value):
    assert problem_of(value) is None or isinstance(problem_of(value), str)
