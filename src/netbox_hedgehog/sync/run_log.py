"""The log of one run: every line says which fabric, which operation, and at which stage.

`runner.py` makes one for each operation; whatever is called meanwhile finds it by `current_log`, so
that a mail that was not sent stands in the log of the operation it was about.
"""

import logging
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

__all__ = ['RunLog', 'current_log', 'logging_to']

_current: ContextVar['RunLog | None'] = ContextVar('netbox_hedgehog_run_log', default=None)


class RunLog(logging.LoggerAdapter[logging.Logger]):
    """Puts fabric, operation and stage in front of every line."""

    def __init__(self, logger: logging.Logger, fabric: Any, operation: Any) -> None:
        super().__init__(logger)
        self.fabric = fabric
        self.operation = operation
        self.stage = 'begin'
        self.said = ''

    def log(self, level: int, msg: object, *args: Any, **kwargs: Any) -> None:
        """Keeps the last line that is of interest to people, too: progress shows it."""
        if level >= logging.INFO:
            self.said = str(msg)
        super().log(level, msg, *args, **kwargs)

    def process(
        self, msg: str, kwargs: MutableMapping[str, Any]
    ) -> tuple[str, MutableMapping[str, Any]]:
        where = f'fabric={self.fabric} operation={self.operation} stage={self.stage}'
        return f'{where}: {msg}', kwargs


@contextmanager
def logging_to(log: RunLog) -> Iterator[None]:
    """Makes a log the one that `current_log` returns."""
    token = _current.set(log)
    try:
        yield
    finally:
        _current.reset(token)


def current_log(fabric: Any = '-') -> RunLog:
    """Returns the log of the run at work; outside of one, NetBox's own with the fabric."""
    return _current.get() or RunLog(logging.getLogger('netbox_hedgehog.sync'), fabric, '-')
