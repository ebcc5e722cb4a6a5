"""Says what is wrong with a text, and where: findings made of the parser's marks and errors.

Serves `loading.py`. Marks count lines and columns from 0, findings from 1.
"""

from typing import Any

import yaml

from ..findings import Finding, Severity

__all__ = ['error_at', 'shown', 'syntax_finding']


_WHAT_TO_DO = {
    'found character that cannot start any token': 'indent with blanks, and quote such values',
    'mapping values are not allowed': 'quote the value, or put it below its key, indented',
    'did not find expected <document start>': 'put a line `---` between two documents',
    'did not find expected key': 'check the indentation, and that quotes and brackets close',
    'control characters are not allowed': 'remove the character, or write it as an escape',
}


def error_at(mark: Any, code: str, message: str, document: int) -> Finding:
    """An error at a mark of the parser."""
    return Finding(
        Severity.ERROR, code, message, document=document, line=mark.line + 1, column=mark.column + 1
    )


def shown(text: str) -> str:
    """A piece of text in quotes, cut where it is long."""
    return repr(text if len(text) <= 60 else f'{text[:57]}...')


def syntax_finding(error: yaml.YAMLError, data: bytes, document: int) -> Finding:
    """Why the parser could not read on, where, and what usually helps."""
    mark = getattr(error, 'problem_mark', None) or getattr(error, 'context_mark', None)
    if mark is not None:
        where = f'{context}: ' if (context := getattr(error, 'context', None)) else ''
        problem = getattr(error, 'problem', None) or 'this is not YAML'
        message = f'{where}{problem}; {_what_to_do(problem)}'
        return error_at(mark, 'YamlSyntax', message, document)
    reason = getattr(error, 'reason', None) or str(error)
    before = data[: getattr(error, 'position', 0)]
    line, column = before.count(b'\n') + 1, len(before) - (before.rfind(b'\n') + 1) + 1
    message = f'{reason}; {_what_to_do(reason)}'
    return Finding(
        Severity.ERROR, 'YamlSyntax', message, document=document, line=line, column=column
    )


def _what_to_do(problem: str) -> str:
    hints = (hint for known, hint in _WHAT_TO_DO.items() if known in problem)
    return next(hints, 'correct the YAML here')
