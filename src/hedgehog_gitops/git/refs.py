"""Names of commits in the local copy: reading them and moving them by compare-and-swap.

Called through `GitStore`; the command line's branch moves only here.
"""

from ..errors import BranchMoved
from ..identity import CommitId
from .failures import local_failure
from .paths import check_ref
from .process import Git

__all__ = [
    'current_branch',
    'delete_ref',
    'is_ancestor',
    'list_refs',
    'merge_base',
    'resolve',
    'update_ref',
]

_NOTHING = '0' * 40
_MOVED = ('but expected', 'reference already exists', 'unable to resolve reference')


def resolve(git: Git, ref: str) -> CommitId | None:
    """The commit a ref, a branch, `HEAD` or a commit name stands for; None when there is none."""
    done = git.run('rev-parse', '--verify', '--quiet', '--end-of-options', f'{ref}^{{commit}}')
    return CommitId(done.output.decode('ascii').strip()) if done.good else None


def list_refs(git: Git, under: str = 'refs/') -> dict[str, CommitId]:
    """Every ref below a prefix and the commit it names."""
    done = git.run('for-each-ref', '--format=%(objectname) %(refname)', under)
    if not done.good:
        raise local_failure(done, f'listing {under}')
    lines = done.output.decode('utf-8', 'surrogateescape').splitlines()
    return {ref: CommitId(name) for name, _, ref in (line.partition(' ') for line in lines)}


def current_branch(git: Git) -> str | None:
    """The branch HEAD stands on, without `refs/heads/`; None when HEAD is detached."""
    done = git.run('symbolic-ref', '--quiet', 'HEAD')
    ref = done.output.decode('utf-8', 'surrogateescape').strip()
    return ref.removeprefix('refs/heads/') if ref.startswith('refs/heads/') else None


def is_ancestor(git: Git, ancestor: CommitId, descendant: CommitId) -> bool:
    """True when every commit of `ancestor`'s history is in `descendant`'s; equal ones count."""
    done = git.run('merge-base', '--is-ancestor', ancestor, descendant)
    if done.status not in (0, 1):
        raise local_failure(done, f'comparing the histories of {ancestor} and {descendant}')
    return done.good


def merge_base(git: Git, one: CommitId, other: CommitId) -> CommitId | None:
    """The newest commit in both histories; None when they have nothing in common."""
    done = git.run('merge-base', one, other)
    if done.status not in (0, 1):
        raise local_failure(done, f'comparing the histories of {one} and {other}')
    return CommitId(done.output.decode('ascii').strip()) if done.good else None


def update_ref(git: Git, ref: str, new: CommitId, expected: CommitId | None) -> None:
    """Moves a ref if it still is where the caller saw it (None: absent), else BranchMoved."""
    done = git.run('update-ref', '-m', 'hedgehog-gitops', check_ref(ref), new, expected or _NOTHING)
    if done.good:
        return
    if any(sign in done.errors.lower() for sign in _MOVED):
        raise BranchMoved('BranchMoved', f'{ref} was moved by another commit.', after=1)
    raise local_failure(done, f'moving {ref}')


def delete_ref(git: Git, ref: str) -> None:
    """Removes a ref; removing one that is not there is no error."""
    done = git.run('update-ref', '-d', check_ref(ref))
    if not done.good:
        raise local_failure(done, f'removing {ref}')
