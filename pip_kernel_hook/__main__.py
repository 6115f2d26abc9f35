"""`python -m pip_kernel_hook` is `pip-kernel`."""

import sys

from .program import run

sys.exit(run())
