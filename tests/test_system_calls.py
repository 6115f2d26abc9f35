"""The table of the guarantees is what stopping the verbs at their system calls prints."""

import subprocess
import sys
from pathlib import Path

from .stops import needs_strace

PROJECT = Path(__file__).parents[1]


def rows(text):
    """The rows of the table, without its numbers."""
    table, _, _ = text.partition("| command | existing kernels |")[2].partition("| all |")
    return [line.split(" | ")[:2] for line in table.splitlines()]


@needs_strace
def test_every_scenario_of_the_table_is_gone_through(home, exhaustive):
    some = [] if exhaustive else ["--sample", "1"]
    done = subprocess.run(
        [sys.executable, "-m", "tests.system_calls", *some],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    guarantees = (PROJECT / "docs" / "explanation" / "guarantees.md").read_text("utf-8")
    assert rows(done.stdout) == rows(guarantees)
