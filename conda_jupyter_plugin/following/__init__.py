"""Kernels follow their environments after each of conda's commands."""
