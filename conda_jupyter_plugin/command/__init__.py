"""`conda kernel`: its parser, and `conda kernel create`."""
