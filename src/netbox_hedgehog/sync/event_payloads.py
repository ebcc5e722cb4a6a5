"""What events carry: the operation they are about, and what was found, up to a hundred of each."""

from collections.abc import Sequence
from typing import Any

from ..choices import TemplateModeChoices
from ..models import ConflictResolution, HedgehogFabric, SyncOperation, YAMLDuplicateGroup
from .outside import Outside

__all__ = [
    'MAX_NAMED',
    'changes_in',
    'conflicts_in',
    'groups_in',
    'payload_of',
    'short_fabric',
    'templates_in',
]

# Paths and objects named in a payload; the totals are beside them.
MAX_NAMED = 100


def payload_of(operation: SyncOperation) -> dict[str, Any]:
    """Returns what every event of an operation carries."""
    return {
        'fabric': short_fabric(operation.fabric),
        'operation_id': str(operation.operation_id),
        'operation_type': operation.operation_type,
        'trigger_type': operation.trigger_type,
        'status': operation.status,
        'reason': operation.last_reason,
        'message': operation.last_error_message,
        'commit': operation.commit_sha,
        'resources_created': operation.resources_created,
        'resources_updated': operation.resources_updated,
        'resources_deleted': operation.resources_deleted,
        'documents_held': operation.documents_held,
        'conflicts_detected': operation.conflicts_detected,
        'conflicts_resolved': operation.conflicts_resolved,
    }


def groups_in(groups: Sequence[YAMLDuplicateGroup]) -> dict[str, Any]:
    """Returns groups of duplicates."""
    return {
        'groups': [
            {
                'id': group.pk,
                'resource': group.identity,
                'comparison': group.comparison,
                'status': group.resolution_status,
                'files': group.files_total,
                'why': group.why,
            }
            for group in groups[:MAX_NAMED]
        ],
        'groups_total': len(groups),
    }


def conflicts_in(conflicts: Sequence[ConflictResolution]) -> dict[str, Any]:
    """Returns conflicts."""
    return {
        'conflicts': [
            {
                'id': conflict.pk,
                'type': conflict.conflict_type,
                'severity': conflict.severity,
                'resource': conflict.resource_key or None,
                'path': conflict.path,
                'status': conflict.resolution_status,
            }
            for conflict in conflicts[:MAX_NAMED]
        ],
        'conflicts_total': len(conflicts),
    }


def changes_in(outside: Outside) -> dict[str, Any]:
    """Returns what others changed in Git."""
    return {
        'base': outside.base,
        'head': outside.head,
        'paths': list(outside.paths[:MAX_NAMED]),
        'paths_total': len(outside.paths),
        'authors': list(outside.authors),
    }


def templates_in(fabric: HedgehogFabric, paths: Sequence[str]) -> dict[str, Any]:
    """Returns the files of templates that changed."""
    return {
        'paths': list(paths[:MAX_NAMED]),
        'paths_total': len(paths),
        'applies': fabric.template_change_mode == TemplateModeChoices.APPLY,
    }


def short_fabric(fabric: HedgehogFabric | None) -> dict[str, Any] | None:
    """Returns how a fabric is named."""
    return {'id': fabric.pk, 'name': str(fabric)} if fabric is not None else None
