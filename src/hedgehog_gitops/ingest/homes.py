"""The managed text of a document that gets its home by another way than a drop.

Called by `workflows/settle.py` for winners outside managed/: what is written is what ingestion
would have written.
"""

from ..documents import Limits, Reading, list_items
from ..identity import RepoPath
from ..kinds import identify
from ..layout import Fabric
from .normalise import normalise
from .sweep import RawDocument

__all__ = ['managed_text']


def managed_text(
    fabric: Fabric,
    path: RepoPath,
    reading: Reading,
    document: int,
    item: int | None,
    limits: Limits,
) -> bytes:
    """The text of the managed file of one document of a file, or of an item of a List in it."""
    origin = reading.documents[document]
    own = origin if item is None else list_items(origin, limits)[item].document
    found = identify(own.value, fabric.catalogue)
    raw = RawDocument(path, own, found.disposition, origin, item=item, key=found.key)
    return normalise(fabric, raw, limits).text
