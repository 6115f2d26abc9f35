"""Reads conda's files without conda: environments, configuration, activation."""
