"""How kernelspecs, and what is kept of them, are written and removed as a whole.

Whoever changes something at a location holds its lock: `store.locked`.
"""
