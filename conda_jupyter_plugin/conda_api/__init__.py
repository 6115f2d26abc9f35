"""All calls to conda in one place, and its files read without conda."""
