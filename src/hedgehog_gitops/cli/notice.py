"""Notices that something changed below a folder: watchfiles in a thread, an event for the rest.

Used by `watch.py` only, which alone pays for loading watchfiles. A notice says only that it is
time to look: what happened is read from the work tree.
"""

import contextlib
import os
import queue
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

__all__ = ['ChangeNotice']

_STEP = 50
_SLOW = 1000
# Where the system gives no notice any more (its limit is reached, the folder went), time does.
_WITHOUT_NOTICE = 2.0


class ChangeNotice:
    """Wakes whoever waits when a file changes or `stop` is called."""

    def __init__(self, folder: Path, *, poll: bool) -> None:
        self._folder = folder
        self._poll = poll
        self._stopped = _Flag()
        # Unlike an Event, this queue may be put to by a signal handler at any moment.
        self._wake: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._works = True
        self._thread = threading.Thread(target=self._listen, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._thread.join(timeout=5)

    def stop(self) -> None:
        """Ends the waiting; may be called from a signal handler."""
        self._stopped.up = True
        self._wake.put(None)

    def wait(self, seconds: float) -> bool:
        """Waits for a change, at most so long; False once stopped."""
        longest = seconds if self._works else min(seconds, _WITHOUT_NOTICE)
        with contextlib.suppress(queue.Empty):
            if not self._stopped.up:
                self._wake.get(timeout=longest)
            while True:
                self._wake.get_nowait()
        return not self._stopped.up

    def _listen(self) -> None:
        try:
            # The system's watchers go through links, wherever those lead.
            if not _has_linked_folders(self._folder):
                self._listen_to_files()
        except OSError:
            # The limit of the system is reached, or the folder is gone.
            pass
        finally:
            self._works = False
            self._wake.put(None)

    def _listen_to_files(self) -> None:
        import watchfiles

        heard = False
        for changes in watchfiles.watch(
            self._folder,
            watch_filter=None,
            debounce=_SLOW,
            step=_STEP,
            stop_event=self._stopped,
            rust_timeout=_SLOW,
            raise_interrupt=False,
            force_polling=self._poll or None,
            ignore_permission_denied=True,
            yield_on_timeout=True,
        ):
            # The first answer says that it listens now: what came before is yet to be seen.
            if changes or not heard:
                self._wake.put(None)
            heard = True


def _has_linked_folders(top: Path) -> bool:
    return any(
        Path(folder, name).is_symlink() for folder, names, _ in os.walk(top) for name in names
    )


class _Flag:
    """What watchfiles asks whether it is time to end."""

    up = False

    def is_set(self) -> bool:
        return self.up
