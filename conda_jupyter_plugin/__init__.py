"""Automatically makes every conda and virtual environment a Jupyter kernel.

conda imports this package on every command, so it imports nothing.
"""

__version__ = "0.1.0"
