"""Notebooks that are text: their kernel is looked up as that of any other."""

import pytest

from conda_jupyter_plugin.checking.errors import NotebookError
from conda_jupyter_plugin.checking.notebooks.notebooks import read_notebook
from pip_kernel_hook.main import main

SCRIPT = """\
#!/usr/bin/env python
# -*- coding: utf-8 -*-
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: "Python 3.12 (opencv)"
#     language: python
#     name: opencv
#   widgets: {}
# ---

# %%
import pandas_like

# %matplotlib inline
"""

MARKDOWN = """\
---
jupytext:
  formats: md:myst
kernelspec:
  display_name: Python 3.12 (opencv)
  language: python
  name: opencv
---

# A heading

```{code-cell} ipython3
import pandas_like
```

```
import no_code_at_all
```
"""

FENCED = """\
---
jupyter:
  kernelspec:
    name: 'opencv'
    display_name: Python 3.12 (opencv)
---

```python
import pandas_like
```
"""


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.py", SCRIPT),
        ("a.py", SCRIPT.replace("\n", "\r\n")),
        ("a.md", MARKDOWN),
        ("a.md", FENCED),
        ("a.Rmd", FENCED),
        ("a.qmd", FENCED.replace("```python", "```{python}")),
    ],
)
def test_its_header_names_the_kernel_and_its_code_the_modules(home, name, text):
    (home / name).write_bytes(text.encode())

    notebook = read_notebook(home / name)

    assert (notebook.kernel, notebook.display_name) == ("opencv", "Python 3.12 (opencv)")
    assert (notebook.language or "python", notebook.modules) == ("python", ("pandas_like",))
    assert (notebook.flaw, notebook.warnings) == (None, ())


def test_quarto_says_it_in_one_line(home):
    (home / "a.qmd").write_text("---\ntitle: A report\njupyter: opencv\n---\n\n```{python}\n1\n```\n")

    assert read_notebook(home / "a.qmd").kernel == "opencv"


@pytest.mark.parametrize(
    "text", ["", "\n\n", "import os\n", "# ---\n# title: x\n# ---\n", "---\n", "# ---\n# kernelspec:\n# x\n"]
)
def test_a_text_whose_header_names_no_kernel_is_no_notebook(home, text):
    (home / "a.py").write_text(text)

    with pytest.raises(NotebookError, match="is not a notebook"):
        read_notebook(home / "a.py")


def test_it_is_checked_by_its_name_alone(opencv, home, monkeypatch, capsys):
    monkeypatch.chdir(home)
    (home / "a.py").write_text(SCRIPT)

    assert main(["check", "a.py"]) == 0
    assert "a.py: Warning: It imports pandas_like" in capsys.readouterr().out
