"""Branches of a repository, as the local copy and the server know them."""

from dataclasses import dataclass

from hedgehog_gitops.errors import EngineError, NeedsPerson
from hedgehog_gitops.git import GitStore, Remote, check_branch
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.plans import text_diff

from ..models import GitRepository, HedgehogFabric, PullRequest
from .load import open_remote
from .locks import repository_held
from .settings import REPOSITORY_PATIENCE
from .stores import existing_store, open_store

__all__ = [
    'Branch',
    'EngineError',
    'NeedsPerson',
    'check_review_branch',
    'create_branch',
    'list_branches',
    'pull_request_diff',
    'require_new',
]

# A page shows no more of a difference than this.
_SHOWN = 200_000


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of the server; ahead and behind count commits against the default branch.

    They are None where the local copy lacks one of the two commits.
    """

    name: str
    commit: str
    default: bool
    ahead: int | None = None
    behind: int | None = None


def list_branches(repository: GitRepository) -> list[Branch]:
    """Asks the server for its branches, the default one first."""
    with repository_held(repository.pk, REPOSITORY_PATIENCE):
        store = open_store(repository)
        heads = store.remote_heads(open_remote(repository))
    base = heads.get(repository.default_branch)
    branches = [_branch(store, repository, name, commit, base) for name, commit in heads.items()]
    return sorted(branches, key=lambda branch: (not branch.default, branch.name))


def create_branch(repository: GitRepository, name: str, start: str = '') -> Branch:
    """Makes a branch on the server, where another one stands (the default branch for none)."""
    name = check_branch(name)
    start = start or repository.default_branch
    with repository_held(repository.pk, REPOSITORY_PATIENCE):
        store, remote = open_store(repository), open_remote(repository)
        head = store.fetch(remote, start)
        if head is None:
            raise NeedsPerson(
                'BranchMissing', f'The repository has no branch {start}.', hint='Name another one.'
            )
        require_new(store, remote, name)
        store.push(remote, name, head, None)
    return Branch(name, head, default=False, ahead=0, behind=0)


def require_new(store: GitStore, remote: Remote, name: str) -> None:
    """Raises NeedsPerson('BranchExists') for a branch the server has."""
    if store.remote_head(remote, name) is not None:
        raise _taken(f'The repository has a branch {name} already.')


def check_review_branch(fabric: HedgehogFabric, name: str) -> None:
    """Raises NeedsPerson for what git cannot name a branch, and for the one a fabric lives on."""
    if check_branch(name) == fabric.effective_branch:
        raise _taken(f'{name} is the branch the fabric lives on.')


def pull_request_diff(pull_request: PullRequest) -> str | None:
    """Returns what a pull request changes; None where this machine has not got its commits."""
    repository = pull_request.git_repository
    if repository is None or not pull_request.head_commit:
        return None
    try:
        store = existing_store(repository)
        if store is None or store.resolve(pull_request.head_commit) is None:
            return None
        return _difference(store, pull_request)
    except EngineError:
        return None


def _difference(store: GitStore, pull_request: PullRequest) -> str | None:
    head, base = CommitId(pull_request.head_commit), CommitId(pull_request.base_commit)
    if not base or store.resolve(base) is None:
        return None
    changes = store.changed(store.merge_base(base, head), head)
    blobs = {e.blob for c in changes for e in (c.old, c.new) if e is not None and e.is_file}
    texts = store.read_blobs(blobs)
    shown = ''
    for change in changes:
        old, new = (
            texts.get(entry.blob, b'') if entry is not None else None
            for entry in (change.old, change.new)
        )
        shown += text_diff(change.path, old, new)
        if len(shown) > _SHOWN:
            return f'{shown[:_SHOWN]}\n...'
    return shown


def _branch(
    store: GitStore, repository: GitRepository, name: str, commit: CommitId, base: CommitId | None
) -> Branch:
    ahead = behind = None
    if base is not None and store.resolve(commit) and store.resolve(base):
        ahead, behind = len(store.log(commit, since=base)), len(store.log(base, since=commit))
    return Branch(name, commit, name == repository.default_branch, ahead, behind)


def _taken(message: str) -> NeedsPerson:
    return NeedsPerson('BranchExists', message, hint='Choose another name.')
