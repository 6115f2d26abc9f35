"""The pip-side door: `pip-kernel` and `virtualenv --kernel`, for environments without conda."""
