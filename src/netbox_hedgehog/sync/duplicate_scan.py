"""Looks for objects that several files describe: the engine's scan with what rows remember.

`duplicate_steps.py` calls it in an operation, `duplicate_preview.py` on the local copy.
"""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hedgehog_gitops.documents import Limits, cut
from hedgehog_gitops.duplicates import DuplicateGroup, Spot
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import BlobId, CommitId
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.workflows import Scan, reading_stamp, scan_duplicates

from ..models import BlobMeaning, HedgehogFabric
from .policies import ActivePolicy

__all__ = ['Found', 'document_texts', 'known_meanings', 'look', 'remember']

Rows = Mapping[BlobId, Any]

# What a row keeps of one document's text; the whole of it is in Git.
MAX_TEXT = 256 * 1024


@dataclass(frozen=True, slots=True)
class Found:
    """A scan, by which policy, from which remembered readings, and how long it took."""

    scan: Scan
    active: ActivePolicy
    stamp: str
    seconds: float

    @property
    def groups(self) -> dict[str, DuplicateGroup]:
        """The groups by the identity of their object."""
        return {str(group.key): group for group in self.scan.groups}


def look(
    store: GitStore,
    commit: CommitId,
    fabric: HedgehogFabric,
    place: Fabric,
    active: ActivePolicy,
    limits: Limits,
) -> Found:
    """Scans a fabric at a commit; only blobs nobody has read yet are parsed."""
    began = time.monotonic()
    stamp = reading_stamp(place, limits)
    known = known_meanings(fabric, stamp)
    scan = scan_duplicates(store, commit, place, active.policy, known=known, limits=limits)
    return Found(scan, active, stamp, time.monotonic() - began)


def known_meanings(fabric: HedgehogFabric, stamp: str) -> dict[BlobId, Any]:
    """Returns what earlier scans read in the fabric's blobs, if it is still valid."""
    rows = BlobMeaning.objects.filter(fabric=fabric, stamp=stamp)
    return {BlobId(blob): row for blob, row in rows.values_list('blob_id', 'row')}


def remember(fabric: HedgehogFabric, found: Found) -> None:
    """Keeps what a scan has read and drops the rest; the caller holds the transaction."""
    stale = BlobMeaning.objects.filter(fabric=fabric).exclude(stamp=found.stamp)
    stale.delete()
    stored = BlobMeaning.objects.filter(fabric=fabric)
    gone = set(stored.values_list('blob_id', flat=True)) - set(found.scan.blobs)
    if gone:
        stored.filter(blob_id__in=gone).delete()
    BlobMeaning.objects.bulk_create(
        (
            BlobMeaning(fabric=fabric, blob_id=blob, stamp=found.stamp, row=row)
            for blob, row in found.scan.learned.items()
        ),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=('fabric', 'blob_id'),
        update_fields=('stamp', 'row'),
    )


def document_texts(
    store: GitStore, groups: Iterable[DuplicateGroup], limits: Limits
) -> dict[Spot, str]:
    """Returns the text of each document of these groups, as it stands in its file."""
    copies = [ranked.copy for group in groups for ranked in group.copies]
    texts: dict[Spot, str] = {}
    blobs = store.read_blobs({copy.blob for copy in copies})
    pieces = {blob: cut(data, limits).pieces for blob, data in blobs.items()}
    for copy in copies:
        data = blobs[copy.blob]
        found = [piece for piece in pieces[copy.blob] if piece.index == copy.spot.document]
        text = data[found[0].start : found[0].end] if found else data
        texts[copy.spot] = _storable(text)
    return texts


def _storable(text: bytes) -> str:
    """The text as PostgreSQL takes it, which has no NUL."""
    return text[:MAX_TEXT].decode('utf-8', 'replace').replace('\x00', '�')
