"""All that we ask of conda, in one place; and what its files say where no conda runs."""
