"""What kernels an environment holds, what is recorded of those that are registered, and what they start."""
