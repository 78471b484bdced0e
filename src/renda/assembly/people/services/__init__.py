"""Verbs of people: the only code that changes organs, persons, memberships, terms."""
