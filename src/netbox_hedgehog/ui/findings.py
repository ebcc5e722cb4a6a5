"""Findings as rows of a page: where, which code, what to do; called by the panels.

The rows come from JSON columns, so a key may be missing in an old record.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ['MAX_SHOWN', 'finding_rows', 'marked_lines']

MAX_SHOWN = 100

_COLORS = {'error': 'red', 'warning': 'yellow', 'info': 'blue'}
_LABELS = {'error': _('Error'), 'warning': _('Warning'), 'info': _('Info')}


def finding_rows(findings: Iterable[Mapping[str, Any]], anchor: str = '') -> list[dict[str, Any]]:
    """What the template shows of each finding; `anchor` is the prefix of the shown lines' ids."""
    return [_row(finding, anchor) for finding in findings]


def marked_lines(findings: Iterable[Mapping[str, Any]]) -> set[int]:
    return {finding['line'] for finding in findings if finding.get('line')}


def _row(finding: Mapping[str, Any], anchor: str) -> dict[str, Any]:
    severity = finding.get('severity') or 'error'
    line = finding.get('line')
    return {
        'severity': _LABELS.get(severity, severity),
        'color': _COLORS.get(severity, 'gray'),
        'code': finding.get('code') or '',
        'message': finding.get('message') or '',
        'field': finding.get('field') or '',
        'suggestion': finding.get('suggestion') or '',
        'place': _place(finding),
        'line': line or '',
        'anchor': f'{anchor}{line}' if anchor and line else '',
    }


def _place(finding: Mapping[str, Any]) -> str:
    parts = (finding.get('file'), finding.get('line'), finding.get('column'))
    place = ':'.join(str(part) for part in parts if part)
    return place or finding.get('resource') or '—'
