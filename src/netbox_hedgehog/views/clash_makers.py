"""Who made each side of a clashing field, and when; for the page that decides a conflict.

The Git side is asked of the commits since both sides last agreed, and of no older ones. Where they
cannot be read, or the field was made otherwise, the side as a whole is what is known.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import localtime

from ..models import ConflictResolution, OutboxEntry
from ..sync.links import commit_page
from ..sync.resolution import waiting_entries
from ..sync.sides import field_value
from .content import made_by
from .reading_git import reader

__all__ = ['makers_of']

type Clashes = list[tuple[str, dict[str, Any]]]


def makers_of(conflict: ConflictResolution, clashes: Clashes) -> dict[str, dict[str, Any]]:
    """For each clashing field, by the names of its sides, who made that side."""
    blamed = _in_git(conflict, clashes)
    git, gui = made_by(conflict, 'git'), _in_netbox(conflict)
    edits = list(waiting_entries(conflict)) if clashes else []
    return {
        path: {
            'git_value': _of_commit(conflict, blamed.get(path), values['git_value'], git),
            'gui_value': _of_edit(conflict, path, edits, gui),
        }
        for path, values in clashes
    }


def _in_git(conflict: ConflictResolution, clashes: Clashes) -> Mapping[str, dict[str, Any]]:
    known = conflict.base_commit and conflict.git_commit and conflict.resource_key
    if not known or not clashes or conflict.fabric.git_repository_id is None:
        return {}
    fields = [path for path, _values in clashes]
    found, _problem = reader(conflict.fabric)(
        lambda files: files.blame_since(
            conflict.resource_key, conflict.base_commit, conflict.git_commit, fields
        )
    )
    return found or {}


def _of_commit(
    conflict: ConflictResolution, blamed: Mapping[str, Any] | None, value: Any, whole: Any
) -> dict[str, Any]:
    # Items of a list may count otherwise here and there: only the same value is the same field.
    if blamed is None or blamed['value'] != value:
        return _with_page(conflict, whole)
    made = {
        'author': blamed['user'] or blamed['author'],
        'when': localtime(datetime.fromisoformat(blamed['when'])),
        'commit': blamed['commit'],
    }
    return _with_page(conflict, made)


def _with_page(conflict: ConflictResolution, made: dict[str, Any]) -> dict[str, Any]:
    return {**made, 'url': commit_page(conflict.fabric.git_repository, made['commit']) or ''}


def _in_netbox(conflict: ConflictResolution) -> dict[str, Any]:
    """Whoever wrote the draft, where the conflict does not say so itself."""
    made, row = made_by(conflict, 'gui'), conflict.resource
    if not made['author'] and row is not None and row.draft_updated_by is not None:
        made = {**made, 'author': str(row.draft_updated_by)}
    if not made['when'] and row is not None and row.draft_updated is not None:
        made = {**made, 'when': localtime(row.draft_updated)}
    return {**made, 'url': ''}


def _of_edit(
    conflict: ConflictResolution, path: str, edits: Sequence[OutboxEntry], whole: dict[str, Any]
) -> dict[str, Any]:
    """The edit that changed the field last, where edits of several people wait."""
    before, maker = field_value(conflict.base_state, path), None
    for edit in edits:
        now = field_value(edit.new_state, path)
        if now != before:
            before, maker = now, edit
    if maker is None or len(edits) < 2:
        return whole
    return {**whole, 'author': maker.user_name, 'when': localtime(maker.created)}
