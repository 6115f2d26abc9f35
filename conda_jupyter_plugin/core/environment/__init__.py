"""Describes a prefix: its manager, its name, its versions, and whether it exists."""
