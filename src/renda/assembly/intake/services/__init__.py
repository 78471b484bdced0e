"""Verbs of intake: the only code that changes opinions."""
