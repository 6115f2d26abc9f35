"""Writes and removes whole kernelspecs, originals and records.

Whoever changes something at a location holds its lock: `store.locked`.
"""
