"""How a repository stands as the last contacts have shown it; for REST, and nobody is contacted."""

from typing import Any

from django.db.models import QuerySet

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.git import GitStore

from ..models import GitRepository, HedgehogFabric
from .moved import known_head
from .stores import existing_store

__all__ = ['repository_status']


def repository_status(
    repository: GitRepository, fabrics: QuerySet[HedgehogFabric]
) -> dict[str, Any]:
    """Returns what is known; of the fabrics only those the caller may name."""
    state = repository.state
    store = _store(repository)
    named = fabrics.filter(git_repository=repository).order_by('name')
    return {
        'connection_status': state.connection_status,
        'connection_error': state.validation_error or None,
        'default_branch': repository.default_branch,
        'head_commit': state.head_commit or None,
        'last_validated': state.last_validated,
        'last_fetched': state.last_fetched,
        'circuit_state': state.circuit_state,
        'rate_limit_remaining': state.rate_limit_remaining,
        'rate_limit_reset': state.rate_limit_reset,
        'fabrics': [
            _fabric(fabric, store)
            for fabric in named.select_related('sync_state', 'git_repository__state')
        ],
    }


def _store(repository: GitRepository) -> GitStore | None:
    try:
        return existing_store(repository)
    except EngineError:
        return None


def _fabric(fabric: HedgehogFabric, store: GitStore | None) -> dict[str, Any]:
    state = getattr(fabric, 'sync_state', None)
    synced = (state.last_synced_commit or None) if state else None
    head = known_head(fabric)
    return {
        'fabric': fabric.pk,
        'name': fabric.name,
        'branch': fabric.effective_branch,
        'synced_commit': synced,
        'head_commit': head,
        'behind': _behind(store, synced, head),
    }


def _behind(store: GitStore | None, synced: str | None, head: str | None) -> int | None:
    if synced is None or head is None:
        return None
    if synced == head:
        return 0
    try:
        if store is None or not (old := store.resolve(synced)) or not (new := store.resolve(head)):
            return None
        return len(store.log(new, since=old))
    except EngineError:
        return None
