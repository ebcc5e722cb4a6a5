"""Who changes rows during a sync, and how the receivers can tell such a change from an edit.

`apply` and `record` write under `from_git`; `signal_receivers` ask `is_from_git` and then leave
the outbox alone, so that an import never comes back to Git as an edit.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from core.models import ObjectChange
from netbox.context_managers import event_tracking
from utilities.request import NetBoxFakeRequest

from .load import SERVICE_NAME

__all__ = ['Actor', 'from_git', 'is_from_git']

_from_git: ContextVar[bool] = ContextVar('netbox_hedgehog_from_git', default=False)


@contextmanager
def from_git() -> Iterator[None]:
    """Marks every row saved inside as coming from Git."""
    token = _from_git.set(True)
    try:
        yield
    finally:
        _from_git.reset(token)


def is_from_git() -> bool:
    """Says whether rows are being written on Git's behalf right now."""
    return _from_git.get()


@dataclass(frozen=True, slots=True)
class Actor:
    """In whose name rows change, under which request id, and what the change log says."""

    user: Any
    request_id: uuid.UUID
    message: str

    @contextmanager
    def tracking(self) -> Iterator[None]:
        """Logs changes and fires event rules for what is saved inside, once it is over.

        NetBox needs a user for that. Without one (a scheduled run and no service user) nothing is
        tracked here, and the caller writes the change log itself.
        """
        if self.user is None:
            yield
            return
        with event_tracking(self._request()):
            yield

    def log(self, changes: Iterable[ObjectChange]) -> None:
        """Writes change log entries that no signal has written."""
        entries = list(changes)
        for entry in entries:
            entry.user = self.user
            entry.user_name = self.user.username if self.user is not None else SERVICE_NAME
            entry.request_id = self.request_id
        ObjectChange.objects.bulk_create(entries, batch_size=500)

    def _request(self) -> NetBoxFakeRequest:
        nothing: dict[str, Any] = {}
        return NetBoxFakeRequest(
            {
                'id': self.request_id,
                'user': self.user,
                'method': 'POST',
                'path': '',
                'path_info': '',
                **dict.fromkeys(('META', 'headers', 'COOKIES', 'GET', 'POST', 'FILES'), nothing),
            }
        )
