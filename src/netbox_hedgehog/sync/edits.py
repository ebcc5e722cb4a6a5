"""Outbox entries -> the engine's edits. Pure."""

from typing import Any

from hedgehog_gitops.documents import emit
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.workflows.edits import (
    Create,
    Edit,
    Remove,
    Rename,
    ReplaceMeaning,
    ReplaceText,
)

from ..choices import OutboxActionChoices as Action
from ..models import OutboxEntry, SyncOperation
from .terms import terms_of

__all__ = ['edits_of']


def edits_of(entry: OutboxEntry, operation: SyncOperation) -> list[Edit]:
    """Returns what one entry does to the files, when `operation` publishes it."""
    key, terms = ResourceKey.parse(entry.identity), terms_of(entry, operation)
    base = entry.base_text.encode() if entry.base_text else None
    match entry.action:
        case Action.DELETE:
            return [Remove(key, base, terms)]
        case Action.CREATE:
            return [Create(key, _whole_text(entry))]
        case Action.RENAME:
            old = ResourceKey.parse(entry.was)
            typed = bool(entry.new_text)
            return [Rename(key, old, _whole_text(entry), base, typed=typed, terms=terms)]
    if entry.new_text:
        return [ReplaceText(key, _ended(entry.new_text), base, terms)]
    state: dict[str, Any] = entry.new_state
    meaning = (state['spec'], state['labels'], state['annotations'])
    return [ReplaceMeaning(key, *meaning, base_text=base, terms=terms)]


def _whole_text(entry: OutboxEntry) -> bytes:
    return _ended(entry.new_text) if entry.new_text else emit(entry.new_state['value'])


def _ended(text: str) -> bytes:
    """Forms take the last line break off; a file ends with one."""
    return text.encode() if text.endswith('\n') else f'{text}\n'.encode()
