"""Makes actions from environments, records and requests."""
