"""The panel "Environments" beside a real conda: environments are created, and given a kernel, by it."""

from __future__ import annotations

from conda_base import Conda
from front_end import Environments, Lab
from jupyter_server import serving
from notebook_file import write_notebook
from playwright.sync_api import Page, expect


def test_conda_creates_an_environment(page: Page, trusted_conda: Conda, python: str) -> None:
    work = trusted_conda.home / "work"
    work.mkdir()
    with serving(work, trusted_conda.shell_variables()) as address:
        lab = Lab(page, address)
        lab.show_kernels()
        panel = Environments(page).open()
        panel.press("New environment...")
        kinds = page.locator(".jp-Dialog select option")
        expect(kinds).to_have_text(
            [f"conda environment ({trusted_conda.prefix})", f"virtual environment in {work}"]
        )
        panel.fill(name="opencv", python=python)

        title = f"Python {python} (opencv)"
        expect(lab.offer(title)).to_have_count(1)
        expect(panel.environment("opencv")).to_contain_text(f"conda, Python {python}")
        notebook = lab.start(title)
        assert notebook.run("import os; print(os.environ['CONDA_PREFIX'])") == str(
            trusted_conda.env_prefix("opencv")
        )


def test_conda_installs_the_kernel_that_a_notebook_needs(
    page: Page, trusted_conda: Conda, python: str
) -> None:
    trusted_conda.run("create", "-y", "-n", "plain", f"python={python}")
    work = trusted_conda.home / "work"
    work.mkdir()
    write_notebook(work / "a.ipynb", "plain", "")
    with serving(work, trusted_conda.shell_variables()) as address:
        notebook = Lab(page, address).open("a.ipynb")
        advice = page.locator(".jp-Dialog .cjp-Advice")
        advice.get_by_role("button", name="Install ipykernel into plain").click()

        assert notebook.run("import sys; print(sys.prefix)") == str(trusted_conda.env_prefix("plain"))
