"""The one kind of error that a person is meant to read."""


class CuttingsError(Exception):
    """Something that the person at the keyboard can put right.

    The message is one line: what failed, with which value, and what to do next.
    """
