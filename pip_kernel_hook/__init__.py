"""The pip-side host: `pip-kernel` and `virtualenv --kernel`, for environments without conda."""
