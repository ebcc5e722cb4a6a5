"""What the launchers tell the person who waits: one line a step, with the time since the start."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ['BEGUN', 'Stop', 'say', 'working']

# The launcher goes on in another interpreter once the environment stands; its clock goes on too.
BEGUN = float(os.environ.pop('HEDGEHOG_BEGUN', time.time()))
_HEARTBEAT = 15.0


class Stop(Exception):
    """Something a person has to put right before the launcher can go on; the text says what."""


def say(text: str) -> None:
    """Prints one line with the seconds since the start."""
    print(f'{time.time() - BEGUN:6.1f} s  {text}', flush=True)


@contextmanager
def working(text: str) -> Iterator[None]:
    """Announces a step, and says every few seconds that it is still going on."""
    say(text)
    done = threading.Event()
    beat = threading.Thread(target=_keep_saying, args=(text, done), daemon=True)
    beat.start()
    try:
        yield
    finally:
        done.set()
        beat.join()
        sys.stdout.flush()


def _keep_saying(text: str, done: threading.Event) -> None:
    begun = time.monotonic()
    while not done.wait(_HEARTBEAT):
        say(f'  still at it ({time.monotonic() - begun:.0f} s): {text}')
