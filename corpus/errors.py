"""The one kind of error that a person is meant to read."""


class CuttingsError(Exception):
    """Something that the person at the keyboard can put right.

    The message is one line: what failed, with which value, and what to do next.
    """


def reason(error: Exception) -> str:
    """What went wrong, without the number and the path that an OSError repeats."""
    return (isinstance(error, OSError) and error.strerror) or str(error)
