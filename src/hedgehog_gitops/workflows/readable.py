"""Which files of a fabric are read at all: those that are not too large ever to be in memory.

Asked before every reading of many files, so that a single one cannot stop a whole operation.
"""

from collections.abc import Iterable

from ..documents import Limits, Reading, read, unread
from ..git import GitStore
from ..identity import BlobId

__all__ = ['readable', 'readings']


def readable(
    store: GitStore, blobs: Iterable[BlobId], limits: Limits
) -> tuple[dict[BlobId, int], dict[BlobId, Reading]]:
    """Returns the sizes in bytes of the blobs to read, and what is to be said of the others."""
    sizes = store.blob_sizes(blobs)
    refused = {b: unread(size, limits) for b, size in sizes.items() if not limits.admits(size)}
    return {blob: size for blob, size in sizes.items() if blob not in refused}, refused


def readings(store: GitStore, blobs: Iterable[BlobId], limits: Limits) -> dict[BlobId, Reading]:
    """Returns what each blob says; for a few files, as all of them are in memory at once."""
    sizes, refused = readable(store, blobs, limits)
    return refused | {blob: read(data, limits) for blob, data in store.read_blobs(sizes).items()}
