"""The three ways a rule speaks, and the two words several rules share.

Every rule module makes its Problems here; the first argument is the code, the rule's name.
"""

from ...documents import FieldPath
from ...findings import Severity
from ..problem import Problem

__all__ = ['error', 'info', 'required', 'warning']


def error(code: str, message: str, path: FieldPath, suggestion: str = '') -> Problem:
    """Something the cluster refuses."""
    return Problem(Severity.ERROR, code, message, path, suggestion)


def warning(code: str, message: str, path: FieldPath, suggestion: str = '') -> Problem:
    """Something the cluster drops, changes or no longer supports."""
    return Problem(Severity.WARNING, code, message, path, suggestion)


def info(code: str, message: str, path: FieldPath, suggestion: str = '') -> Problem:
    """Something the cluster accepts, and a person should know."""
    return Problem(Severity.INFO, code, message, path, suggestion)


def required(path: FieldPath, why: str, suggestion: str = '') -> Problem:
    """A field which the schema leaves open and the webhook asks for."""
    return error('FieldRequired', f'{path[-1]} is missing: {why}', path, suggestion)
