"""What people refuses; the text is shown to the person as it is."""


class PeopleError(Exception):
    """An act that is not possible, with what to do instead, in Chinese."""
