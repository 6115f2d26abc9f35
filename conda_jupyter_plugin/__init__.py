"""Makes every conda and virtual environment a Jupyter kernel by itself.

conda imports this package on every command, so it imports nothing.
"""


def __getattr__(name: str) -> str:
    if name == "__version__":
        from importlib.metadata import version

        return version("conda-jupyter-plugin")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
