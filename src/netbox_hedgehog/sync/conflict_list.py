"""Conflicts as `fabrics/{id}/conflicts/` lists them: both sides, and what a decision comes to."""

from collections.abc import Mapping
from typing import Any

from ..choices import ConflictStrategyChoices as Strategy
from ..choices import ResolutionStatusChoices as Status
from ..models import ConflictResolution
from .resolution import Decision, NeedsPerson, clash_values, preview

__all__ = ['STATUSES', 'conflict_row']

# The three words of the API -> the statuses of rows.
STATUSES: Mapping[str, tuple[str, ...]] = {
    'detected': (Status.PENDING, Status.MANUAL_REQUIRED, Status.ESCALATED, Status.FAILED),
    'resolving': (Status.IN_PROGRESS,),
    'resolved': (Status.RESOLVED, Status.ABANDONED),
}
# The strategies that decide a conflict as a whole, and what each does.
_OFFERED = {
    Strategy.GUI_WINS: "NetBox's version is committed.",
    Strategy.GIT_WINS: 'The version in Git stands; the draft goes.',
    Strategy.TIMESTAMP_WINS: 'The side that was changed last wins.',
    Strategy.MERGE_AUTOMATIC: 'What does not clash is merged.',
}


def conflict_row(conflict: ConflictResolution) -> dict[str, Any]:
    """Returns one conflict; `resolution_options` are those that would decide it now."""
    values = dict(clash_values(conflict)) if conflict.open and conflict.resource_key else {}
    resource = conflict.resource
    return {
        'id': conflict.pk,
        'conflict_id': str(conflict.conflict_id),
        'resource_id': conflict.resource_id,
        'resource_name': resource.name if resource else None,
        'resource_kind': resource.kind if resource else None,
        'conflict_type': conflict.conflict_type,
        'severity': conflict.severity,
        'detected_at': conflict.detected_at,
        'status': _word(conflict.resolution_status),
        'auto_resolvable': conflict.auto_resolvable,
        'details': {
            'gui_modification_time': _when(conflict, 'gui'),
            'github_modification_time': _when(conflict, 'git'),
            'conflicting_fields': conflict.conflicting_fields,
            'base_values': _side(values, 'base_value'),
            'gui_values': _side(values, 'gui_value'),
            'github_values': _side(values, 'git_value'),
        },
        'resolution_options': _options(conflict),
    }


def _word(status: str) -> str:
    return next(word for word, statuses in STATUSES.items() if status in statuses)


def _when(conflict: ConflictResolution, side: str) -> str | None:
    return (conflict.provenance.get(side) or {}).get('when')


def _side(values: Mapping[str, Mapping[str, Any]], side: str) -> dict[str, Any]:
    return {path: sides[side] for path, sides in values.items()}


def _options(conflict: ConflictResolution) -> list[dict[str, Any]]:
    if not conflict.open or not conflict.resource_key:
        return []
    options = []
    for strategy, description in _OFFERED.items():
        try:
            found = preview(conflict, Decision(strategy))
        except NeedsPerson:
            continue
        options.append(
            {
                'strategy': strategy,
                'description': description,
                'recommended': strategy == conflict.resolution_strategy,
                'merge_preview': found.text,
            }
        )
    return options
