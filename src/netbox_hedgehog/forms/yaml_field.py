"""The YAML text of one document as a form field; called by the resource form.

A browser sends every line end as CR LF. What a person did not touch must reach Git as it was, so
the line ends of the text that was shown are put back line by line.
"""

import difflib
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

__all__ = ['YamlField', 'YamlTextarea', 'restore_line_ends', 'say_findings']

_LINE = re.compile(r'([^\r\n]*)(\r\n|\r|\n|$)')


class YamlTextarea(forms.Textarea):
    """A monospace text area; the page's script adds line numbers to it."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        defaults = {
            'class': 'font-monospace hh-yaml',
            'rows': 28,
            'spellcheck': 'false',
            'autocapitalize': 'off',
            'autocomplete': 'off',
            'wrap': 'off',
        }
        super().__init__({**defaults, **(attrs or {})})


class YamlField(forms.CharField):
    """Keeps the text exactly: nothing is stripped."""

    widget = YamlTextarea

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault('label', _('YAML'))
        super().__init__(strip=False, **kwargs)


def restore_line_ends(sent: str, shown: str) -> str:
    """The sent text with the line ends of the shown text, wherever a line was left alone."""
    lines = sent.replace('\r\n', '\n').replace('\r', '\n').split('\n')
    if '\r' not in shown:
        return '\n'.join(lines)
    bodies, ends = zip(*_LINE.findall(shown), strict=True)
    usual = max(set(ends) - {''}, key=ends.count)
    found = [usual] * (len(lines) - 1)
    matcher = difflib.SequenceMatcher(None, bodies, lines, autojunk=False)
    for block in matcher.get_matching_blocks():
        for offset in range(block.size):
            if block.b + offset < len(found) and ends[block.a + offset]:
                found[block.b + offset] = ends[block.a + offset]
    return ''.join(line + end for line, end in zip(lines, [*found, ''], strict=True))


def say_findings(findings: list[dict[str, Any]]) -> ValidationError:
    """One error a finding, each with its line and column."""
    return ValidationError([ValidationError(_sentence(finding)) for finding in findings])


def _sentence(finding: dict[str, Any]) -> str:
    if not finding.get('line'):
        return str(finding['message'])
    return _('Line {line}, column {column}: {message}').format(
        line=finding['line'], column=finding.get('column') or 1, message=finding['message']
    )
