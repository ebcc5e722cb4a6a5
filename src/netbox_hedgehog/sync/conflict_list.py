"""Conflicts as `fabrics/{id}/conflicts/` lists them: both sides, and what a decision comes to."""

from collections.abc import Mapping, Sequence, Set
from typing import Any

from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.kinds import Catalogue
from hedgehog_gitops.workflows.meeting import Meeting

from ..choices import ConflictStrategyChoices as Strategy
from ..choices import ResolutionStatusChoices as Status
from ..models import ConflictResolution, HedgehogFabric
from .own_kinds import known_kinds
from .resolution import (
    Decision,
    NeedsPerson,
    decided_in_files,
    meeting_of,
    outcome,
    values_of,
    waiting_objects,
)

__all__ = ['STATUSES', 'conflict_rows']

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


def conflict_rows(
    fabric: HedgehogFabric, conflicts: Sequence[ConflictResolution]
) -> list[dict[str, Any]]:
    """Returns conflicts of a fabric; `resolution_options` are those that would decide each now.

    What counts for all of them is asked for once.
    """
    if not conflicts:
        return []
    kinds, waiting = known_kinds(fabric), waiting_objects(fabric)
    return [_row(conflict, kinds, waiting) for conflict in conflicts]


def _row(
    conflict: ConflictResolution, kinds: Catalogue, waiting: Set[ResourceKey]
) -> dict[str, Any]:
    about_object = conflict.open and conflict.resource_key
    meeting = meeting_of(conflict, kinds) if about_object else None
    values = dict(values_of(meeting))
    decidable = (
        about_object
        and not decided_in_files(conflict)
        and ResourceKey.parse(conflict.resource_key) in waiting
    )
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
        'resolution_options': _options(conflict, meeting) if decidable else [],
    }


def _word(status: str) -> str:
    return next(word for word, statuses in STATUSES.items() if status in statuses)


def _when(conflict: ConflictResolution, side: str) -> str | None:
    return (conflict.provenance.get(side) or {}).get('when')


def _side(values: Mapping[str, Mapping[str, Any]], side: str) -> dict[str, Any]:
    return {path: sides[side] for path, sides in values.items()}


def _options(conflict: ConflictResolution, meeting: Meeting | None) -> list[dict[str, Any]]:
    options = []
    for strategy, description in _OFFERED.items():
        try:
            found = outcome(conflict, meeting, Decision(strategy))
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
