"""What conda's own files say, read without a conda: its environments, its settings, an activation."""
