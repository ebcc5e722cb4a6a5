"""A watcher as a person starts it: a process of its own, and what it prints line by line."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from ..engine.workshop import BASE, Workshop

__all__ = ['Watcher']

_COMMAND = 'from hedgehog_gitops.cli import main; main()'
_PATIENCE = 60


class Watcher:
    """One running `hedgehog-gitops watch --json` on the workshop's clone."""

    def __init__(self, workshop: Workshop, *options: str, debounce: float = 0.1) -> None:
        self.events: list[dict[str, Any]] = []
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            [sys.executable, '-c', _COMMAND, 'watch', str(workshop.clone), '--fabric-dir', BASE,
             '--json', '--debounce', str(debounce), *options],
            env={**os.environ, **workshop.environment},
            stdout=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()

    def until(self, name: str, fits: Callable[[dict[str, Any]], bool] = lambda _: True) -> Any:
        """Waits for the next event of this name that fits."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            line = self._lines.get(timeout=_PATIENCE)
            assert line, f'the watcher ended; it had told {self.events}'
            self.events.append(json.loads(line))
            assert 'event' in self.events[-1], self.events[-1]
            if self.events[-1]['event'] == name and fits(self.events[-1]):
                return self.events[-1]
        raise AssertionError(f'no {name} among {self.events}')

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ends it by a signal and keeps what it told until then."""
        self.process.send_signal(number)
        status = self.process.wait(timeout=_PATIENCE)
        while line := self._lines.get(timeout=_PATIENCE):
            self.events.append(json.loads(line))
        return status

    def names(self) -> list[str]:
        return [event['event'] for event in self.events]

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put('')
