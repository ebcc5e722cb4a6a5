"""`hedgehog-gitops watch`: what comes to raw/ of a clone is committed and ingested by itself."""

import gc
import signal
import time
from pathlib import Path
from typing import Annotated

import typer

from ..git import Authorship
from ..identity import RepoPath
from ..plans import Operation, OperationKind
from ..workflows import Event, Target, WatchedFabric
from ..workflows import watch as watch_raw
from .desk import Opened, opened, pause, signed, target_of
from .events import event_shown
from .notice import ChangeNotice
from .options import FabricDir, Limit, Push, Repo, read_directory, read_limits

__all__ = ['watch']

# So often the work tree is looked at anyway: a commit made by hand moves no file in raw/.
_IDLE = 30.0


def watch(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric_dir: FabricDir,
    debounce: Annotated[
        float,
        typer.Option(
            min=0.05, metavar='SECONDS', help='A file is taken when it was quiet for so long.'
        ),
    ] = 2.0,
    once: Annotated[
        bool, typer.Option('--once', help='End when everything that lies there is taken in.')
    ] = False,
    poll: Annotated[
        bool, typer.Option('--poll', help='Look again and again: for network file systems.')
    ] = False,
    push: Push = False,
    limit: Limit = None,
    json: Annotated[bool, typer.Option('--json', help='Print one JSON object a line.')] = False,
) -> int:
    """Commit what is put into raw/ of a clone, ingest it, and go on until stopped."""
    # The command goes without the collector because it is short; this verb is not.
    gc.enable()
    here = opened(repo)
    place = WatchedFabric(
        here.store, here.repository, read_directory(fabric_dir), read_limits(limit)
    )
    with ChangeNotice(_watched_folder(place, poll=poll), poll=poll) as notice:
        _end_on_signal(notice)
        around = _Around(here, place.base, notice, push=push, once=once, json=json)
        watch_raw(place, around, debounce)
    return 2 if once and around.in_trouble else 0


def _end_on_signal(notice: ChangeNotice) -> None:
    """The first signal ends the watching in good order, a second one at once."""

    def stop(number: int, _: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        notice.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


def _watched_folder(place: WatchedFabric, *, poll: bool) -> Path:
    """The fabric's folder, so that raw/ may come and go; when polling costs, raw/ alone."""
    return place.top / (place.fabric().raw if poll else place.base)


class _Around:
    """Clock, identity, branch and voice of the person who started the command."""

    def __init__(
        self,
        here: Opened,
        base: RepoPath,
        notice: ChangeNotice,
        *,
        push: bool,
        once: bool,
        json: bool,
    ) -> None:
        self._here = here
        self._base = base
        self._notice = notice
        self._push = push
        self._once = once
        self._json = json
        self.in_trouble = False

    def now(self) -> float:
        return time.monotonic()

    def wait(self, seconds: float | None) -> bool:
        if self._once and (seconds is None or self.in_trouble):
            return False
        return self._notice.wait(_IDLE if seconds is None else seconds)

    def pause(self, attempt: int) -> None:
        pause(attempt)

    def sign(self, kind: OperationKind) -> tuple[Operation, Authorship]:
        return signed(self._here.repository, kind, self._base)

    def target(self) -> Target:
        return target_of(self._here, push=self._push)

    def tell(self, event: Event) -> None:
        self.in_trouble = self.in_trouble or event.is_trouble
        event_shown(event, as_json=self._json)
