"""What the front end costs: JupyterLab's launcher is shown with it and without it, in turn.

usage: python benchmarks/page.py [ROUNDS]

It needs Chromium, JupyterLab and playwright.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, sync_playwright

_OURS = "conda-jupyter-plugin"
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_WHEN_SHOWN = """
new MutationObserver(() => {
  if (document.querySelector('.jp-LauncherCard')) {
    window.whenShown ??= performance.now();
  }
}).observe(document, { childList: true, subtree: true });
"""


@contextmanager
def serving(home: Path, *options: str) -> Iterator[str]:
    """Runs JupyterLab in a home of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = ["--no-browser", "--allow-root", f"--ServerApp.port={port}", "--IdentityProvider.token="]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *words, *options],
        env={**os.environ, "HOME": str(home)},
        cwd=home,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not _answers(f"http://127.0.0.1:{port}/api/status"):
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/lab?reset"
    finally:
        server.terminate()
        server.wait()


def _answers(address: str) -> bool:
    try:
        with urlopen(address, timeout=5):  # noqa: S310 - it is the server that was started
            return True
    except URLError:
        return False


def shown_after(browser: Browser, address: str) -> float:
    """How many milliseconds it takes until a new browser shows the launcher."""
    context = browser.new_context()
    page = context.new_page()
    page.add_init_script(_WHEN_SHOWN)
    page.goto(address)
    page.wait_for_function("window.whenShown")
    milliseconds = float(page.evaluate("window.whenShown"))
    context.close()
    return milliseconds


def without_ours(folder: Path) -> Path:
    """A folder with all other prebuilt extensions."""
    for extension in Path(sys.prefix, "share", "jupyter", "labextensions").iterdir():
        if extension.name != _OURS:
            (folder / extension.name).symlink_to(extension)
    return folder


def main(words: Sequence[str]) -> None:
    """Measure and print the medians, and the median of the ratios of all rounds."""
    program = next(filter(None, map(shutil.which, _PROGRAMS)), None)
    if program is None:
        sys.exit("There is no Chromium on PATH.")
    rounds = int(words[0]) if words else 15
    with TemporaryDirectory() as folder, sync_playwright() as playwright:
        others, home = Path(folder, "labextensions"), Path(folder, "home")
        others.mkdir()
        home.mkdir()
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        option = f"--LabApp.labextensions_path={without_ours(others)}"
        with serving(home) as with_it, serving(home, option) as without_it:
            pairs = [
                (shown_after(browser, with_it), shown_after(browser, without_it)) for _ in range(rounds + 1)
            ]
        browser.close()
    # The first one fills the caches of the servers.
    del pairs[0]
    print(f"{'':32}{'with it':>10}{'without':>10}{'ratio':>8}")
    ratio = median(own / other for own, other in pairs)
    own, other = (median(times) for times in zip(*pairs, strict=True))
    print(f"{'until the launcher is shown, ms':32}{own:10.0f}{other:10.0f}{ratio:8.2f}")


if __name__ == "__main__":
    main(sys.argv[1:])
