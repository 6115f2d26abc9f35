"""The kernels in an environment, their records, and their programs."""
