"""Kernels started for real, and what is wrong with those that do not work."""
