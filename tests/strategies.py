"""What hypothesis and the fuzzer make inputs of: text, JSON, records and files as nobody would write them."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

from conda_jupyter_plugin.core.kernelspec.record import METADATA_KEY

from .hostile import RECORD
from .support import python_spec

# Lone surrogates too: JSON has them, and names of files.
texts = st.text(st.characters(exclude_categories=()), max_size=40)
_ODD = ("", ".", "..", "/", "../x", "\0", "\x1b[31m", "\ud800", "\udcff", "a" * 300)
odd_texts = texts | st.sampled_from([*_ODD, "{", "{0.__class__}", "${A}", "$$"])
leaves = st.none() | st.booleans() | st.integers() | st.floats() | odd_texts
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=8,
)
fields = st.dictionaries(st.sampled_from([*RECORD, "label", "conda", "scripts", "origin", "choices"]), values)
choices = st.fixed_dictionaries(
    {},
    optional={
        "kernel_name": values,
        "display_name": values,
        "env": values | st.dictionaries(odd_texts, odd_texts, max_size=3),
        "activate": values,
        "spec": values | st.fixed_dictionaries({"argv": st.lists(odd_texts, max_size=3)}),
        "share": values,
    },
)


def _spec(record: Any, chosen: Any, changes: dict[str, Any]) -> dict[str, Any]:
    whole = {**RECORD, **record, **({"choices": chosen} if chosen else {})}
    return {**python_spec(), "metadata": {METADATA_KEY: whole}, **changes}


_keys = st.sampled_from(["argv", "env", "metadata", "display_name", "language", "own"])
specs = st.builds(_spec, fields, choices, st.dictionaries(_keys, values, max_size=2))
"""A kernel.json's content, which is a kernelspec or nearly one."""

kernel_jsons = (
    st.binary(max_size=200)
    | values.map(lambda value: json.dumps(value).encode())
    | specs.map(lambda spec: json.dumps(spec).encode())
    | st.builds(lambda spec, cut: json.dumps(spec).encode()[:cut], specs, st.integers(0, 600))
)
"""The bytes of a kernel.json."""

_LINES = ("version = 3.12.1", "version_info = 3.11.2.final.0", "version =", "3.9", "VERSION=3.10", "", "=")
_lines = st.sampled_from([*_LINES, "home = /usr/bin"])
pyvenvs = st.binary(max_size=100) | st.lists(_lines | texts, max_size=6).flatmap(
    lambda lines: st.sampled_from(["\n", "\r\n", "\r", "\n\n", " \n"]).map(
        lambda end: end.join(lines).encode("utf-8", "surrogatepass")
    )
)
"""The bytes of a pyvenv.cfg."""

_kernels = st.dictionaries(
    st.sampled_from(["good", "bad"]) | odd_texts, st.lists(odd_texts, max_size=7) | values, max_size=4
)
stamp_files = kernel_jsons | st.fixed_dictionaries(
    {"version": st.just(1) | values, "kernels": _kernels | values}
).map(lambda stamps: json.dumps(stamps).encode())
"""The bytes of a file of stamps."""
