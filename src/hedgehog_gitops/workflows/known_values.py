"""What the documents of each file say, kept beside the clone by blob id.

Used by `collisions.py`, which needs the values of many objects to judge one edit. What a blob's
documents say depends on its bytes only.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..documents import Limits, Value, read
from ..git import GitStore
from ..identity import BlobId
from ..layout import Fabric
from .caches import Cache, shares
from .readable import readable

__all__ = ['Documents', 'values_of']

# Raise this when the same bytes come to say something else.
_VERSION = 2
_BATCH_BYTES = 32 * 2**20
# Fewer new blobs than this are sooner read once more than kept, which writes all others anew.
_WORTH_KEEPING = 100

type Documents = Mapping[str, Value]
"""The good documents of one blob by their number, written as `json` writes keys."""


def values_of(
    store: GitStore,
    fabric: Fabric,
    limits: Limits,
    wanted: Collection[BlobId],
    tree: Collection[BlobId],
) -> Mapping[str, Documents]:
    """Returns what each of some blobs says; of others only those of the `tree` stay known."""
    cache = Cache.of(store, 'values', fabric, (_VERSION, limits))
    rows: dict[str, Documents] = cache.read()
    missing = [blob for blob in dict.fromkeys(wanted) if blob not in rows]
    sizes, refused = readable(store, missing, limits)
    rows.update((blob, {}) for blob in refused)
    # They were read in time once, for their names; on a busy machine they might not be again.
    unhurried = replace(limits, clock=None)
    for batch in shares(sizes, _BATCH_BYTES):
        for blob, data in store.read_blobs(batch).items():
            documents = read(data, unhurried).documents
            rows[blob] = {str(d.index): d.value for d in documents if d.good}
    if len(missing) >= _WORTH_KEEPING:
        cache.write_if_possible({blob: rows[blob] for blob in tree if blob in rows})
    return rows
