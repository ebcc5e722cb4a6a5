"""GitHub's GraphQL mutation `createCommitOnBranch`; its shapes are checked by hand.

GitHub answers 200 and puts what went wrong into `errors`. Its commits are signed; those of the
stand-in are not, which no reader here looks at.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from ...errors import BranchMoved, EngineError
from ...identity import CommitId, RepoPath
from .place import Place
from .served import login_identity

__all__ = ['Mutation', 'read_mutation']


class Mutation:
    """One request to make a commit."""

    def __init__(self, told: Mapping[str, Any]) -> None:
        self.branch: str = told['branch']['branchName']
        self.repository: str = told['branch']['repositoryNameWithOwner']
        self.expected = CommitId(told['expectedHeadOid'])
        self.headline: str = told['message']['headline']
        self.body: str = told['message'].get('body') or ''
        changes = told.get('fileChanges') or {}
        self.additions = {
            RepoPath(each['path']): base64.b64decode(each['contents'], validate=True)
            for each in changes.get('additions') or ()
        }
        self.deletions = [RepoPath(each['path']) for each in changes.get('deletions') or ()]

    def carry_out(self, place: Place) -> dict[str, Any]:
        """Makes the commit, or says what GitHub would say."""
        if not place.grant.may_write:
            return _errors('FORBIDDEN', 'Resource not accessible by personal access token')
        if words := place.remembered.protected.get(self.branch):
            return _errors('UNPROCESSABLE', words)
        head = place.served.head(self.branch)
        if head is None:
            return _errors('NOT_FOUND', f'The branch "{self.branch}" does not exist.')
        if head != self.expected:
            return self._stale(place)
        if missing := [path for path in self.deletions if path not in place.served.files(head)]:
            return _errors(
                'UNPROCESSABLE',
                'A path was requested for deletion which does not exist as of commit oid '
                f'`{head}`: {missing[0]}',
            )
        return self._committed(place, head)

    def _committed(self, place: Place, head: CommitId) -> dict[str, Any]:
        files: dict[RepoPath, bytes | None] = {**dict.fromkeys(self.deletions), **self.additions}
        message = f'{self.headline}\n\n{self.body}'.strip()
        author = login_identity(place.grant.login)
        try:
            made = place.served.commit_files(self.branch, head, files, message, author)
        except BranchMoved:
            return self._stale(place)
        except EngineError as error:
            return _errors('UNPROCESSABLE', error.message)
        place.look_at_heads()
        return {'data': {'createCommitOnBranch': {'commit': {'oid': made}}}}

    def _stale(self, place: Place) -> dict[str, Any]:
        return _errors(
            'STALE_DATA',
            f'Expected branch to point to "{place.served.head(self.branch)}" but it did not.  '
            'Pull and try again.',
        )


def read_mutation(body: bytes) -> Mutation | dict[str, Any]:
    """Reads a request; one that is not as GitHub's schema has it gets GraphQL's own errors."""
    try:
        told = json.loads(body)
        if 'createCommitOnBranch' not in told['query'] or 'oid' not in told['query']:
            return {'errors': [{'message': 'Only createCommitOnBranch is known here.'}]}
        wanted = told['variables']['input']
        _refuse_unknown(wanted)
        return Mutation(wanted)
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        return {'errors': [{'message': f'Variable $input was provided invalid value: {error}'}]}


_KNOWN: dict[str, set[str]] = {
    '': {'branch', 'expectedHeadOid', 'message', 'fileChanges', 'clientMutationId'},
    'branch': {'repositoryNameWithOwner', 'branchName', 'id'},
    'message': {'headline', 'body'},
    'fileChanges': {'additions', 'deletions'},
}


def _refuse_unknown(wanted: Mapping[str, Any]) -> None:
    for place, known in _KNOWN.items():
        if unknown := set(wanted[place] if place else wanted) - known:
            raise ValueError(f'field {unknown.pop()} is not defined')
    changes = wanted['fileChanges']
    if any(set(each) != {'path', 'contents'} for each in changes.get('additions') or ()):
        raise ValueError('an addition has a path and contents')
    if any(set(each) != {'path'} for each in changes.get('deletions') or ()):
        raise ValueError('a deletion has a path')
    if len(wanted['expectedHeadOid']) != 40 or not wanted['message']['headline']:
        raise ValueError('expectedHeadOid is a GitObjectID')


def _errors(kind: str, message: str) -> dict[str, Any]:
    error = {
        'type': kind,
        'path': ['createCommitOnBranch'],
        'locations': [{'line': 2, 'column': 3}],
        'message': message,
    }
    return {'data': {'createCommitOnBranch': None}, 'errors': [error]}
