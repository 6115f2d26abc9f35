"""Parses the command line: words, options and help."""
