"""Kernel names and display names."""
