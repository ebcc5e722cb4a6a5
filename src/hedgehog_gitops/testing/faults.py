"""What may go wrong between a Git server and its client, as values.

Given to `GitHttpServer.add`, which applies each to the requests it fits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

__all__ = ['Fault']


@dataclass(frozen=True, slots=True)
class Fault:
    """One disturbance of the requests whose path begins with `path` and holds `containing`.

    `times` counts down, None means for ever. `before` runs when the request has been read and
    before git sees it: there a test moves the branch. `headers` and `body` go with a `status`,
    `location` with a redirecting one. `drop` closes the connection: before anybody has worked on
    the request, without a byte (which libcurl tries again by itself), or after, in the middle of
    the answer.
    """

    path: str = '/'
    containing: str = ''
    method: Literal['', 'GET', 'POST', 'PATCH', 'PUT', 'DELETE'] = ''
    times: int | None = 1
    delay: float = 0.0
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b'Out of order.\n'
    location: str = ''
    drop: Literal['', 'before', 'after'] = ''
    before: Callable[[], object] | None = None

    def fits(self, method: str, target: str) -> bool:
        """True when a request for `target` (path and query) is to be disturbed."""
        return (
            target.startswith(self.path)
            and self.containing in target
            and self.method in ('', method)
        )
