"""Verbs: the only code that changes state."""
