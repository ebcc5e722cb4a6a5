"""Which file in Git an object is, and how far the two agree; for `resources/{id}/file-mapping/`."""

from typing import Any

from hedgehog_gitops.errors import EngineError

from ..choices import OPEN_CONFLICT_STATUSES
from ..models import HedgehogResource
from .links import file_page
from .versions import files_of
from .waiting import waiting_edits

__all__ = ['RECENT', 'file_mapping']

# How many commits of the file's history are told.
RECENT = 10


def file_mapping(resource: HedgehogResource) -> dict[str, Any]:
    """Returns file, state and recent changes; None is what nobody knows on this machine."""
    fabric, state = resource.fabric, resource.sync_state
    history = _history(resource)
    clashes = resource.conflicts.filter(resolution_status__in=OPEN_CONFLICT_STATUSES).exists()
    fabric_state = getattr(fabric, 'sync_state', None)
    return {
        'resource_name': resource.name,
        'resource_kind': resource.kind,
        'fabric_id': fabric.pk,
        'file_mapping': {
            'managed_file_path': state.managed_file_path or None,
            'file_hash': f'sha256:{state.file_hash}' if state.file_hash else None,
            'file_size_bytes': state.file_size_bytes,
            'last_file_sync': state.last_file_sync,
            'github_info': {
                'branch': fabric.effective_branch if fabric.git_repository else None,
                'commit_sha': state.desired_commit or None,
                'file_url': file_page(
                    fabric.git_repository, state.desired_commit, state.managed_file_path
                ),
                'last_modified': history[0]['when'] if history else None,
            },
        },
        'sync_status': _sync_status(resource, clashes),
        'conflict_status': {
            'status': state.conflict_status,
            'has_conflicts': clashes,
            # Every synchronisation compares each object that moved.
            'last_conflict_check': fabric_state.last_sync if fabric_state else None,
        },
        'external_modifications': _external(history, fabric_state),
        'made_by': _made_by(resource),
    }


def _sync_status(resource: HedgehogResource, clashes: bool) -> dict[str, Any]:
    state = resource.sync_state
    errors = [state.last_sync_error] if state.last_sync_error else []
    return {
        'sync_direction': resource.effective_sync_direction,
        'auto_sync_enabled': resource.auto_sync_enabled and not state.auto_sync_suspended,
        'sync_healthy': state.healthy,
        'needs_github_sync': resource.has_draft or waiting_edits(resource).exists(),
        'needs_gui_sync': resource.desired_spec is not None and clashes,
        'last_sync': state.last_file_sync,
        'sync_errors': errors,
    }


def _history(resource: HedgehogResource) -> list[dict[str, Any]] | None:
    path = resource.sync_state.managed_file_path
    if not path:
        return None
    try:
        return files_of(resource.fabric).history(path, RECENT)
    except EngineError:
        # The machine that answers has no copy of the repository; that is no error of the object.
        return None


def _made_by(resource: HedgehogResource) -> dict[str, Any] | None:
    if not resource.sync_state.managed_file_path:
        return None
    try:
        return files_of(resource.fabric).made_by(resource)
    except EngineError:
        return None


def _external(history: list[dict[str, Any]] | None, fabric_state: Any) -> dict[str, Any]:
    """The commits of people and programs other than NetBox, among the last ones."""
    by_others = None if history is None else [each for each in history if not each['user']]
    return {
        'count': None if by_others is None else len(by_others),
        'last_check': fabric_state.last_sync if fabric_state else None,
        'recent_modifications': by_others or [],
    }
