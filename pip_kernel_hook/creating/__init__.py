"""`pip-kernel create`: a new environment with what is to be in it, all of it or nothing."""
