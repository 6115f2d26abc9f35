"""Notebooks: which kernel each asks for, what it imports, and which other kernels fit."""
