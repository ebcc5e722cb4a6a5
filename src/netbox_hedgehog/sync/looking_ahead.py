"""Checks a fabric's files after a commit that brought many, so that no page has to.

`runner.py` calls it with no lock of the repository held. The check keeps what it finds by file;
the tab of files and the check after the next commit only look at what has changed since.
"""

import logging

from hedgehog_gitops.errors import EngineError

from ..models import HedgehogFabric
from .versions import files_of

__all__ = ['look_ahead']

MANY_FILES = 200
"""So many files are read within a page without anybody noticing."""


def look_ahead(fabric_id: int, changed: int, logger: logging.Logger) -> None:
    """Checks all files where an operation has `changed` many; never fails."""
    if changed < MANY_FILES:
        return
    fabric = HedgehogFabric.objects.select_related('git_repository', 'sync_state').get(pk=fabric_id)
    try:
        files_of(fabric).findings()
    except EngineError as error:
        logger.warning(f'the files could not be checked ahead: {error}')
