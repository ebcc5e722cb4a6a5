"""Really contacts a Git server: where does it stand, and may we write to it?

Called by the repository page and the API, inside the request, so its time limit is short. "Stored
credentials" is no answer: only what the server said now counts.
"""

import time
from typing import Any

from django.utils import timezone

from hedgehog_gitops.errors import EngineError, NeedsPerson
from hedgehog_gitops.git import GitStore, Remote

from ..choices import ConnectionStatusChoices as Status
from ..models import GitRepository, GitRepositoryState
from .app_tokens import forget_token
from .hosts import opened_host
from .load import open_remote
from .stores import open_hurried

__all__ = ['refuse_disabled', 'test_connection']

# A person waits for the answer.
LIMIT = 20.0


def test_connection(repository: GitRepository) -> dict[str, Any]:
    """Asks the server for the branch and for the right to push, and notes the answer."""
    started = time.monotonic()
    answer = {'ok': False, 'reason': '', 'message': '', 'hint': '', 'head_commit': None}
    answer |= {'latency_seconds': None, 'can_write': None, 'api_requests_left': None}
    try:
        refuse_disabled(repository)
        forget_token(repository)
        remote = open_remote(repository)
        store = open_hurried(repository, LIMIT)
        head, empty = _head(store, remote, repository.default_branch)
        answer |= {'latency_seconds': round(time.monotonic() - started, 3), 'head_commit': head}
        answer |= _write_access(store, remote)
        answer |= _verdict(repository, head, empty)
        if answer['ok'] and repository.has_host:
            answer |= _of_the_host(repository)
    except EngineError as error:
        answer |= {'reason': error.reason, 'message': error.message, 'hint': error.hint}
    _note(repository, answer)
    return answer


# Names starting with test_ are collected where tests import them.
test_connection.__test__ = False  # type: ignore[attr-defined]


def _head(store: GitStore, remote: Remote, branch: str) -> tuple[str | None, bool]:
    heads = store.remote_heads(remote)
    return heads.get(branch), not heads


def _write_access(store: GitStore, remote: Remote) -> dict[str, Any]:
    try:
        store.may_push(remote)
    except EngineError as error:
        return {'can_write': False, 'message': error.message, 'hint': error.hint}
    return {'can_write': True}


def _verdict(repository: GitRepository, head: str | None, empty: bool) -> dict[str, Any]:
    branch = repository.default_branch
    if head is not None:
        return {'ok': True, 'reason': 'Connected'}
    if empty:
        return {
            'ok': True,
            'reason': 'RepositoryEmpty',
            'message': f'The repository is empty; branch {branch} does not exist yet.',
            'hint': 'Initialising a fabric makes the branch and its first commit.',
        }
    return {
        'reason': 'BranchMissing',
        'message': f'The repository has no branch {branch}.',
        'hint': 'Create the branch, or choose another one in the repository or the fabric.',
    }


def _of_the_host(repository: GitRepository) -> dict[str, Any]:
    """Asks the host's API what is left of its budget, at no cost; Git works without an answer."""
    try:
        with opened_host(repository) as host:
            return {'api_requests_left': host.read_rate_limit().remaining}
    except EngineError as error:
        message = f'Git answers, but the API of the host does not: {error.message}'
        return {'message': message, 'hint': error.hint}


def refuse_disabled(repository: GitRepository) -> None:
    """Refuses to contact the server of a repository that is switched off."""
    if not repository.enabled:
        raise NeedsPerson(
            'RepositoryDisabled',
            'This repository is disabled, so its server is not contacted.',
            hint='Enable the repository first.',
        )


def _note(repository: GitRepository, answer: dict[str, Any]) -> None:
    problem = ' '.join(part for part in (answer['message'], answer['hint']) if part)
    state, _ = GitRepositoryState.objects.get_or_create(repository=repository)
    state.connection_status = Status.CONNECTED if answer['ok'] else Status.FAILED
    state.last_validated = timezone.now()
    state.validation_error = '' if answer['ok'] else problem
    if answer['head_commit']:
        state.head_commit = answer['head_commit']
    state.save(
        update_fields=('connection_status', 'last_validated', 'validation_error', 'head_commit')
    )
