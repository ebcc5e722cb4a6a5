"""Brings a remote branch in, or only asks where branches stand.

Called through `GitStore` at the start of every operation on a remote. What comes in is checked
object by object; nothing of it is run or unpacked into files.
"""

from ..errors import EngineError, TryAgainLater
from ..identity import CommitId
from .failures import last_words
from .outcomes import transport_failure
from .paths import check_branch
from .process import Done, Git
from .refs import delete_ref, resolve
from .remotes import Remote, converse

__all__ = ['fetch', 'remote_head', 'remote_heads', 'tracking_ref']

_HEADS = 'refs/heads/'


def tracking_ref(branch: str) -> str:
    """The local ref that remembers where the remote branch was last seen."""
    return f'refs/sync/{check_branch(branch)}'


def fetch(git: Git, remote: Remote, branch: str) -> CommitId | None:
    """Brings the branch's commits in and says where it stands; None when it does not exist."""
    target = tracking_ref(branch)
    done = converse(
        git,
        remote,
        (
            'fetch',
            '--quiet',
            '--no-tags',
            '--no-write-fetch-head',
            '--no-auto-maintenance',
            '--no-recurse-submodules',
            '--refmap=',
        ),
        (f'+{_HEADS}{branch}:{target}',),
    )
    if done.good:
        return resolve(git, target)
    if "couldn't find remote ref" in done.errors:
        # Also the answer of a repository without any commit. A stale memory would be believed.
        delete_ref(git, target)
        return None
    raise _failure(done, remote)


def remote_heads(git: Git, remote: Remote) -> dict[str, CommitId]:
    """Every branch of the remote and its commit, asked from the server now."""
    return _listed(git, remote, f'{_HEADS}*')


def remote_head(git: Git, remote: Remote, branch: str) -> CommitId | None:
    """Where one branch stands on the server now; None when it does not exist."""
    return _listed(git, remote, f'{_HEADS}{check_branch(branch)}').get(branch)


def _listed(git: Git, remote: Remote, pattern: str) -> dict[str, CommitId]:
    done = converse(git, remote, ('ls-remote', '--quiet', '--heads'), (pattern,))
    if not done.good:
        raise _failure(done, remote)
    lines = done.output.decode('utf-8', 'surrogateescape').splitlines()
    pairs = (line.split('\t', 1) for line in lines)
    return {
        ref.removeprefix(_HEADS): CommitId(commit)
        for commit, ref in pairs
        if ref.startswith(_HEADS)
    }


def _failure(done: Done, remote: Remote) -> EngineError:
    return transport_failure(done, remote) or TryAgainLater(
        'GitFailed',
        f'Reading from {remote.place} failed ({last_words(done.errors)}).',
        hint='It is tried again later; if it stays, run `git fetch` by hand and compare.',
        after=60,
    )
