"""Who asks for something, when, and under which id: passed into every plan, never looked up."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ['Operation']


@dataclass(frozen=True, slots=True)
class Operation:
    """One request. `id` is a UUID, `now` an aware UTC moment, `user` a name to be recorded."""

    id: str
    now: datetime
    user: str

    @property
    def timestamp(self) -> str:
        return self.now.isoformat(timespec='seconds')
