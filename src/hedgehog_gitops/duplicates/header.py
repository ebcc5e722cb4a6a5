"""The header above a document that lost: what it is, why, by whom, and how to take it back.

Written by `commented.py`; `describe.py` recognises a live document that carries one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..identity import ResourceKey
from ..plans import Operation

__all__ = ['Header', 'is_marked']

_MARK = 'hnp.githedgehog.com/duplicate-of:'


@dataclass(frozen=True, slots=True)
class Header:
    """What is said about one loser. `kept` is where the winner is, `why` the reason in words."""

    key: ResourceKey
    kept: str
    why: str
    operation: Operation

    def lines(self, by_hand: str) -> Sequence[str]:
        """The header's lines without `#`; `by_hand` tells how an editor takes it back."""
        return (
            f'{_MARK} {self.key}',
            f'kept: {_one_line(self.kept)}',
            f'why: {_one_line(self.why)}',
            f'by: {_one_line(self.operation.user)}, operation {_one_line(self.operation.id)}',
            f'undo: hedgehog-gitops undo REPO {_one_line(self.operation.id)}; or {by_hand}',
        )


def is_marked(text: bytes, key: str) -> bool:
    """Whether a live document says itself that it is a duplicate of this object."""
    if _MARK.encode() not in text:
        return False
    wanted = f'# {_MARK} {key}'.encode('utf-8', 'surrogateescape')
    return any(line.strip() == wanted for line in text.splitlines())


def _one_line(text: str) -> str:
    """The text as it can stand in a comment, whatever a user or a path is called."""
    kept = ''.join(sign if sign.isprintable() else '?' for sign in text)
    return kept.encode('utf-8', 'replace').decode()
