"""The verbs: each takes a registry and returns a result."""
