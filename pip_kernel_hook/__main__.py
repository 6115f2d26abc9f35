"""`python -m pip_kernel_hook` is `pip-kernel`."""

import sys

from .main import main

sys.exit(main())
