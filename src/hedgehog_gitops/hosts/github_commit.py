"""Many files as one signed commit: GitHub's GraphQL mutation `createCommitOnBranch`.

Called by `github.py`. `expectedHeadOid` makes it a true compare-and-swap: of two who expect the
same head, one gets a commit and the other BranchMoved.
"""

import base64
from typing import Any

from ..errors import BranchMoved, EngineError, NeedsPerson, Rejected
from ..identity import CommitId
from .exchange import Exchange
from .host import BranchCommit
from .outcomes import Answer, limited, slowed_down, unknown

__all__ = ['commit_on_branch']

_MUTATION = """
mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}
"""
_TOO_LATE = ('expected branch to point to', 'reference cannot be updated', 'is at ')
_FOR_GOOD = ('FORBIDDEN', 'UNPROCESSABLE', 'INSUFFICIENT_SCOPES')


def commit_on_branch(exchange: Exchange, repository: str, wanted: BranchCommit) -> CommitId:
    """Makes the commit and says its name, or raises and says why."""
    answer = exchange.mutate(_MUTATION, {'input': _input(repository, wanted)})
    told = answer.json()
    if told.get('errors'):
        raise _error(exchange.access.place, wanted, answer)
    try:
        return CommitId(told['data']['createCommitOnBranch']['commit']['oid'])
    except (KeyError, TypeError):
        raise unknown(exchange.access.place, 'it names no commit') from None


def _input(repository: str, wanted: BranchCommit) -> dict[str, Any]:
    headline, _, body = wanted.message.strip().partition('\n')
    return {
        'branch': {'repositoryNameWithOwner': repository, 'branchName': wanted.branch},
        'expectedHeadOid': wanted.expected,
        'message': {'headline': headline, 'body': body.strip()},
        'fileChanges': {
            'additions': [
                {'path': path, 'contents': base64.b64encode(content).decode()}
                for path, content in wanted.additions.items()
            ],
            'deletions': [{'path': path} for path in wanted.deletions],
        },
    }


def _error(place: str, wanted: BranchCommit, answer: Answer) -> EngineError:
    """GraphQL says what went wrong in the body of a good answer."""
    errors = [error for error in answer.json()['errors'] if isinstance(error, dict)]
    kinds = {str(error.get('type', '')) for error in errors}
    words = '; '.join(' '.join(str(error.get('message', '')).split()) for error in errors)[:2000]
    if 'STALE_DATA' in kinds or any(sign in words.lower() for sign in _TOO_LATE):
        return BranchMoved(
            'BranchMoved',
            f'Another commit reached {wanted.branch} on {place} first.',
            hint='Read the branch again and repeat.',
            after=1,
        )
    if 'RATE_LIMITED' in kinds:
        slow = Answer(429, answer.headers, answer.body)
        return slowed_down(place, limited(slow) or 60.0)
    if 'NOT_FOUND' in kinds:
        return NeedsPerson(
            'RemoteNotFound',
            f'{place} does not show the repository or the branch {wanted.branch} to this token. '
            f'It said: {words}',
            hint='Check the address of the repository and what the token may see.',
        )
    if kinds & set(_FOR_GOOD):
        return Rejected(
            'PushDeclined',
            f'{place} declined the commit on {wanted.branch}. It said: {words}',
            hint='Allow this token to write to the branch, change what the server objects to, or '
            'publish to another branch and open a pull request.',
        )
    return unknown(place, words.rstrip('.') or 'no reason was given')
