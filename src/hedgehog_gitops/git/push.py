"""Moves the remote branch to a new commit, only if it is where we last saw it.

Called by `workflows/carry_out.py` through `GitStore.push`. It returns only when the server said
yes. Every other end is told apart: somebody was faster, the server refuses, nothing was sent, or
nobody knows. The last is decided by reading the remote, never by memory.
"""

import re

from ..errors import BranchMoved, EngineError, NeedsPerson, OutcomeUnknown, Rejected, TryAgainLater
from ..identity import CommitId
from .failures import last_words, local_failure
from .fetch import remote_head
from .outcomes import server_words, transport_failure
from .paths import check_branch
from .process import Done, Git
from .refs import is_ancestor
from .remotes import Remote, converse

__all__ = ['may_push', 'push', 'remove_branch']

_STATUS = re.compile(r'(?m)^(?P<flag>[ +\-*!=])\t[^\t]*\t(?P<summary>.*)$')
_MOVED = (
    'stale info',
    'fetch first',
    'non-fast-forward',
    'failed to update ref',
    'cannot lock ref',
    'incorrect old value',
    'reference already exists',
    'failed to lock',
)
# The server could not take its own lock although nobody else holds it.
_SERVER_CANNOT_WRITE = ('permission denied', 'read-only file system', 'no space left on device')


def push(git: Git, remote: Remote, branch: str, new: CommitId, expected: CommitId | None) -> None:
    """Publishes `new` if the branch stands at `expected` (None: does not exist yet).

    A lease alone would let history be rewritten, so `new` must descend from `expected`.
    """
    if expected is not None and not is_ancestor(git, expected, new):
        raise NeedsPerson(
            'HistoryRewritten',
            f'{new[:12]} does not stand on {expected[:12]}, so publishing it would remove commits.',
            hint='Make the change again on top of the branch as it is now.',
        )
    target = f'refs/heads/{check_branch(branch)}'
    done = _pushed(git, remote, new, target, expected)
    found = _STATUS.search(done.output.decode('utf-8', 'replace'))
    if found is None:
        raise _without_status(done, remote)
    if found['flag'] == '!':
        error = _refused(found['summary'], done, remote, branch)
        if isinstance(error, BranchMoved) and _stands_at(git, remote, branch, new):
            return
        raise error
    if not done.good:
        raise _unknown(remote, last_words(done.errors))


def remove_branch(git: Git, remote: Remote, branch: str, expected: CommitId) -> None:
    """Deletes a branch of the server if it still stands at `expected`, else BranchMoved.

    One that is gone already is no error.
    """
    target = f'refs/heads/{check_branch(branch)}'
    lease = f'--force-with-lease={target}:{expected}'
    command = ('push', '--porcelain', '--no-follow-tags', lease)
    done = converse(git, remote, command, (f':{target}',))
    if done.good or remote_head(git, remote, branch) is None:
        return
    found = _STATUS.search(done.output.decode('utf-8', 'replace'))
    if found is None:
        raise _without_status(done, remote)
    raise _refused(found['summary'], done, remote, branch)


def may_push(git: Git, remote: Remote) -> None:
    """Asks the server for its writing side and sends nothing; raises what stands against it.

    A protected branch is not noticed: servers judge that when they see the commit.
    """
    nothing = 'refs/hedgehog-nothing/*:refs/hedgehog-nothing/*'
    done = converse(git, remote, ('push', '--porcelain', '--dry-run', '--no-verify'), (nothing,))
    if not done.good:
        raise transport_failure(done, remote) or TryAgainLater(
            'GitFailed',
            f'{remote.place} did not open its writing side ({last_words(done.errors)}).',
            hint='Check that this user may push.',
        )


def _pushed(
    git: Git, remote: Remote, new: CommitId, target: str, expected: CommitId | None
) -> Done:
    try:
        return converse(
            git,
            remote,
            (
                'push',
                '--porcelain',
                '--no-follow-tags',
                '--no-signed',
                '--recurse-submodules=no',
                f'--force-with-lease={target}:{expected or ""}',
            ),
            (f'{new}:{target}',),
        )
    except TryAgainLater as error:
        if error.reason != 'GitTimedOut':
            raise
        raise _unknown(remote, error.message) from error


def _stands_at(git: Git, remote: Remote, branch: str, commit: CommitId) -> bool:
    """True when the server has the commit after all.

    A connection that breaks is tried again inside libcurl: the first try moves the branch, the
    second is told that it moved.
    """
    try:
        return remote_head(git, remote, branch) == commit
    except EngineError:
        return False


def _refused(summary: str, done: Done, remote: Remote, branch: str) -> EngineError:
    words = f'{summary}\n{done.errors}'.lower()
    if 'remote failure' in summary:
        return _unknown(remote, summary)
    moved = any(sign in summary.lower() for sign in _MOVED)
    if moved and not any(sign in words for sign in _SERVER_CANNOT_WRITE):
        return BranchMoved(
            'BranchMoved',
            f'Another commit reached {branch} on {remote.place} first.',
            hint='Read the branch again and repeat.',
            after=1,
        )
    said = server_words(done.errors)
    why = summary[summary.find('(') :].strip('()') if '(' in summary else summary
    return Rejected(
        'PushDeclined',
        f'{remote.place} declined the commit on {branch}: {why}.'
        + (f' It said: {said}' if said else ''),
        hint='Allow this user to push to the branch, change what the server objects to, or '
        'publish to another branch and open a pull request.',
    )


def _without_status(done: Done, remote: Remote) -> EngineError:
    """Nothing was said about the branch: only an end before the first byte was sent is certain."""
    words = done.errors.lower()
    if done.good:
        return _unknown(remote, 'git named no branch')
    if done.status < 0 or done.status == 137:
        return _unknown(remote, 'git was killed')
    known = transport_failure(done, remote)
    if isinstance(known, TryAgainLater):
        begun = 'unable to access' not in words and known.reason == 'RemoteUnreachable'
        return _unknown(remote, last_words(done.errors)) if begun else known
    if known is not None:
        return known
    if 'src refspec' in words or 'bad object' in words:
        return local_failure(done, 'reading the commit to publish')
    return _unknown(remote, last_words(done.errors))


def _unknown(remote: Remote, why: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        'OutcomeUnknown',
        f'The answer of {remote.place} to the push did not arrive ({why.rstrip(".")}).',
        hint='The branch is read again to learn what happened.',
        after=1,
    )
