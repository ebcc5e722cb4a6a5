"""What the panels of several pages show, made from rows; called by the views."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import yaml
from django.utils.timezone import localtime

from ..models import ConflictResolution, HedgehogFabric
from ..sync.sides import MISSING
from ..ui.code import diff_lines, yaml_lines
from ..ui.findings import MAX_SHOWN, finding_rows

__all__ = [
    'changes_content',
    'difference_content',
    'findings_content',
    'import_content',
    'made_by',
    'shown_value',
    'side',
    'spec_text',
    'state_text',
]

MAX_CHANGES = 200


def findings_content(
    findings: Sequence[Mapping[str, Any]],
    total: int | None = None,
    anchor: str = '',
    fabric: HedgehogFabric | None = None,
) -> dict[str, Any] | None:
    """Rows for a panel of findings, worst first; None when there is nothing to tell."""
    if not findings:
        return None
    order = {'error': 0, 'warning': 1, 'info': 2}
    ranked = sorted(findings, key=lambda each: order.get(each.get('severity'), 0))
    shown = ranked[:MAX_SHOWN]
    return {
        'rows': finding_rows(shown, anchor, fabric),
        'more': (total if total is not None else len(findings)) - len(shown),
    }


def changes_content(plan: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """The files a plan writes, moves and deletes; None for an operation without any."""
    changes = (plan or {}).get('changes') or []
    if not changes:
        return None
    total = plan.get('changes_total', len(changes))
    rows = [{**change, 'source': change.get('from', '')} for change in changes[:MAX_CHANGES]]
    return {'rows': rows, 'more': total - len(rows)}


def difference_content(diff: str, most: int) -> dict[str, Any]:
    """A difference in colours, and whether some of it is left out."""
    return {'diff_html': diff_lines(diff[:most]) if diff else '', 'diff_cut': len(diff) > most}


def import_content(report: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What an import into NetBox's devices makes, differs, and leaves; None for no import."""
    if report is None:
        return None
    return {
        'created': [(name, count) for name, count in report['created'].items() if count],
        'devices': report['devices'][:MAX_CHANGES],
        'same': report['same'],
        'differences': report['differences'][:MAX_CHANGES],
        'more': max(report['differences_total'] - MAX_CHANGES, 0),
        # The operations of earlier versions told nothing of it.
        'extras': report.get('extras', [])[:MAX_CHANGES],
        'extras_more': max(report.get('extras_total', 0) - MAX_CHANGES, 0),
    }


def side(title: str, text: str, *, absent: str, note: str = '', **options: Any) -> dict[str, Any]:
    """One column of a comparison."""
    return {
        'title': title,
        'note': note,
        'html': yaml_lines(text, **options) if text else '',
        'absent': absent,
    }


def spec_text(spec: Any) -> str:
    """A spec as readable YAML, keys as they stand; empty for none."""
    return '' if spec is None else _yaml(spec)


def shown_value(value: Any) -> str:
    """A field's value as people write it; empty where there is none."""
    if value is MISSING:
        return ''
    return _yaml(value).removesuffix('...\n').strip() if value is not None else 'null'


def made_by(conflict: ConflictResolution, side: str) -> dict[str, Any]:
    """Who made one side of a conflict, when (in local time) and in which commit, if known."""
    known = conflict.provenance.get(side) or {}
    when = localtime(datetime.fromisoformat(known['when'])) if known.get('when') else None
    return {
        'author': known.get('author') or '',
        'when': when,
        'commit': known.get('commit') or '',
    }


def state_text(state: Mapping[str, Any] | None) -> str:
    """The text of one side of a conflict; made from its spec where no text was kept."""
    if not state:
        return ''
    return state.get('text') or _yaml(state.get('spec') if 'spec' in state else state)


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, default_flow_style=False, allow_unicode=True)
