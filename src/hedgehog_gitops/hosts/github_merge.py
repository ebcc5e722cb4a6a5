"""One commit joined into a branch by the host itself: GitHub's `POST /merges`.

Called by `github.py`. GitHub merges by lines and signs what it makes. It compares no head, so the
caller looks at the parents of what came out.
"""

from ..errors import BranchMoved, NeedsPerson
from ..identity import CommitId
from .exchange import Exchange
from .outcomes import unknown

__all__ = ['merge_into_branch']


def merge_into_branch(
    exchange: Exchange, path: str, branch: str, commit: CommitId, message: str
) -> CommitId | None:
    """Says the name of the merge commit; None when lines clash."""
    wanted = {'base': branch, 'head': commit, 'commit_message': message}
    try:
        told = exchange.write('POST', path, wanted)
    except NeedsPerson as error:
        if error.reason == 'HostRefused' and 'merge conflict' in error.message.lower():
            return None
        raise
    if told is None:
        raise BranchMoved('BranchMoved', f'{branch} has {commit[:12]} already.', after=1)
    try:
        return CommitId(told['sha'])
    except (KeyError, TypeError):
        raise unknown(exchange.access.place, 'it names no commit') from None
