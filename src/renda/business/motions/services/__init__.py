"""Verbs of the room: the only code that changes a suggestion's state."""
