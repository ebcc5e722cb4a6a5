"""Findings as rows of a page: where, which code, what to do; called by the panels.

The rows come from JSON columns, so a key may be missing in an old record.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..models import HedgehogFabric
from .places import file_address

__all__ = ['MAX_SHOWN', 'finding_rows', 'marked_lines']

MAX_SHOWN = 100

_COLORS = {'error': 'red', 'warning': 'yellow', 'info': 'blue'}
_LABELS = {'error': _('Error'), 'warning': _('Warning'), 'info': _('Info')}


def finding_rows(
    findings: Iterable[Mapping[str, Any]], anchor: str = '', fabric: HedgehogFabric | None = None
) -> list[dict[str, Any]]:
    """What the template shows of each finding, and where it leads.

    `anchor` is the prefix of the ids of the lines shown on the page itself; without it a finding
    leads to the page of its file in `fabric`.
    """
    return [_row(finding, _href(finding, anchor, fabric)) for finding in findings]


def marked_lines(findings: Iterable[Mapping[str, Any]]) -> set[int]:
    return {finding['line'] for finding in findings if finding.get('line')}


def _href(finding: Mapping[str, Any], anchor: str, fabric: HedgehogFabric | None) -> str:
    line, path = finding.get('line'), finding.get('file')
    if anchor:
        return f'#{anchor}{line}' if line else ''
    return file_address(fabric, path, line) if fabric is not None and path else ''


def _row(finding: Mapping[str, Any], href: str) -> dict[str, Any]:
    severity = finding.get('severity') or 'error'
    return {
        'severity': _LABELS.get(severity, severity),
        'color': _COLORS.get(severity, 'gray'),
        'code': finding.get('code') or '',
        'message': finding.get('message') or '',
        'field': finding.get('field') or '',
        'suggestion': finding.get('suggestion') or '',
        'place': _place(finding),
        'line': finding.get('line') or '',
        'about': _object(finding) if finding.get('file') else '',
        'href': href,
    }


def _object(finding: Mapping[str, Any]) -> str:
    parts = (finding.get('resource') or '').split('/')
    return ' '.join((parts[1], parts[-1])) if len(parts) == 4 else ''


def _place(finding: Mapping[str, Any]) -> str:
    parts = (finding.get('file'), finding.get('line'), finding.get('column'))
    place = ':'.join(str(part) for part in parts if part)
    return place or finding.get('resource') or '—'
