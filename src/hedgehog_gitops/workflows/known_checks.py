"""The answers of `checked_blob.py` for every file of a fabric, kept by blob id.

Used by `check.py`. A whole tree's findings are kept too, under the tree's id. Where nothing can be
written nothing is kept.
"""

from collections.abc import Collection, Mapping
from typing import Any

from ..documents import Limits, Reading
from ..git import GitStore
from ..identity import BlobId, TreeId
from ..kinds import Catalogue
from ..layout import Fabric
from .blob_rows import BlobRows, Row
from .caches import Cache
from .checked_blob import CheckedBlob, check_reading
from .progress import Progress

__all__ = ['KnownChecks']

# Raise this when the same bytes, catalogue and limits begin to give other findings.
_VERSION = 6


class KnownChecks:
    """The cache of one fabric: of single files and of the whole folder."""

    def __init__(self, store: GitStore, fabric: Fabric, limits: Limits, workers: int = 1) -> None:
        stamp = (_VERSION, fabric.catalogue.digest, limits)
        self._trees = Cache.of(store, 'check-tree', fabric, stamp)
        self._blobs = Cache.of(store, 'check-blobs', fabric, stamp)
        self._rows = BlobRows(store, fabric.catalogue, limits, _row, workers)

    def of_tree(self, tree: TreeId) -> dict[str, Any] | None:
        """What was kept about a whole folder, if it was this very tree that was looked at."""
        cache = self._trees.read()
        return cache.get('answer') if cache.get('tree') == tree else None

    def keep_tree(self, tree: TreeId, answer: Mapping[str, Any]) -> None:
        """Keeps what was found about a whole folder."""
        self._trees.write_if_possible({'tree': tree, 'answer': answer})

    def of_blobs(self, blobs: Collection[BlobId], progress: Progress) -> dict[BlobId, CheckedBlob]:
        """The answer for each blob; those not known yet are read and checked."""
        rows = self._rows.cached(self._blobs, blobs, progress)
        return {blob: CheckedBlob.from_row(rows[blob]) for blob in dict.fromkeys(blobs)}


def _row(_data: bytes, reading: Reading, catalogue: Catalogue) -> Row:
    return check_reading(reading, catalogue).as_row()
