"""One repository of the stand-in as one token sees it, and what happens around it.

Branches move by push, by API and by merge; `look_at_heads` notices all of them alike, keeps pull
requests up to date and has webhooks delivered.
"""

import threading
from dataclasses import dataclass
from typing import Any

from ...identity import CommitId
from .deliveries import Deliveries
from .served import MergeMethod, Served
from .shapes import Named, pull_shape, repository_shape, user_shape
from .state import Grant, Pull, Refused, Remembered, stamp

__all__ = ['Place']

_NOTHING = '0' * 40


@dataclass(frozen=True, slots=True)
class Place:
    """A repository, what is remembered of it, and whose token asks."""

    named: Named
    served: Served
    remembered: Remembered
    deliveries: Deliveries
    grant: Grant
    turn: threading.RLock

    def require_write(self) -> None:
        """Refuses a token that may only read."""
        if not self.grant.may_write:
            raise Refused(403, 'Resource not accessible by personal access token')

    def next_number(self) -> int:
        return max((pull.number for pull in self.remembered.pulls), default=0) + 1

    def next_hook(self) -> int:
        return max((hook.id for hook in self.remembered.hooks), default=100) + 1

    def close(self, pull: Pull) -> None:
        """Closes a pull request without merging it."""
        pull.closed = pull.updated = stamp()
        self.tell_pull('closed', pull)

    def merge(self, pull: Pull, method: MergeMethod) -> CommitId:
        """Merges a pull request, as its button does."""
        message = f'Merge pull request #{pull.number} from {self.named.owner}/{pull.head}'
        if method == 'squash':
            message = f'{pull.title} (#{pull.number})'
        with self.turn:
            commit = self.served.merge(pull.head, pull.base, method, message)
            if commit is None:
                raise Refused(405, 'Pull Request is not mergeable')
            self._merged(pull, commit)
            self.look_at_heads()
        return commit

    def look_at_heads(self) -> None:
        """Notices what branches have moved since the last look."""
        with self.turn:
            before, now = self.remembered.heads, self.served.heads()
            self.remembered.heads = now
            moved = {
                branch: (before.get(branch), now.get(branch))
                for branch in sorted({*before, *now})
                if before.get(branch) != now.get(branch)
            }
            for branch, (_, commit) in moved.items():
                self._follow(branch, commit)
            for branch, (old, new) in moved.items():
                self._tell_push(branch, old, new)

    def tell_pull(self, action: str, pull: Pull) -> None:
        """Has the event delivered."""
        self._tell(
            'pull_request',
            {
                'action': action,
                'number': pull.number,
                'pull_request': pull_shape(self.named, pull, listed=False),
            },
        )

    def _follow(self, branch: str, commit: CommitId | None) -> None:
        for pull in self.remembered.pulls:
            if pull.is_open and pull.head == branch:
                if commit is None:
                    self.close(pull)
                else:
                    pull.head_commit, pull.updated = commit, stamp()
                    self.tell_pull('synchronize', pull)
            # Whoever pushes the branch's commits to the base by hand has merged it.
            arrived = commit is not None and pull.is_open and pull.base == branch
            if arrived and commit and self.served.store.is_ancestor(pull.head_commit, commit):
                self._merged(pull, pull.head_commit)

    def _merged(self, pull: Pull, commit: CommitId) -> None:
        pull.closed = pull.merged = pull.updated = stamp()
        pull.merge_commit = commit
        self.tell_pull('closed', pull)

    def _tell_push(self, branch: str, old: CommitId | None, new: CommitId | None) -> None:
        self._tell(
            'push',
            {
                'ref': f'refs/heads/{branch}',
                'before': old or _NOTHING,
                'after': new or _NOTHING,
                'created': old is None,
                'deleted': new is None,
                'forced': False,
                'commits': [],
            },
        )

    def _tell(self, event: str, payload: dict[str, Any]) -> None:
        whole = {
            **payload,
            'repository': repository_shape(self.named),
            'sender': user_shape(self.named.server, self.grant.login),
        }
        for hook in self.remembered.hooks:
            self.deliveries.send(hook, event, whole)
