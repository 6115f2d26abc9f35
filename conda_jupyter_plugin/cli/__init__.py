"""The verbs' options, dispatch and output, shared by `conda kernel` and `pip-kernel`."""
