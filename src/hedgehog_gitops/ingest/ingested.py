"""What objects looked like when they were ingested last: the bases of later merges.

Called by `workflows/bases.py`, which looks the originals up in history.
"""

from collections.abc import Collection, Mapping

from ..documents import Document, Limits, list_items, read
from ..identity import ResourceKey
from ..kinds import CATALOGUE, Catalogue, Disposition, identify

__all__ = ['documents_by_key']

_LIMITS = Limits()


def documents_by_key(
    data: bytes,
    limits: Limits = _LIMITS,
    catalogue: Catalogue = CATALOGUE,
    *,
    held: Collection[tuple[int, int | None]] = (),
) -> Mapping[ResourceKey, bytes]:
    """The first text of every managed object in one raw file, items of Lists included.

    `held` are the (document, item) which stayed behind: they never became anybody's origin.
    """
    texts: dict[ResourceKey, bytes] = {}
    for document in read(data, limits).documents:
        if not document.good:
            continue
        found = identify(document.value, catalogue)
        parts: list[tuple[int | None, Document]] = [(None, document)]
        if found.disposition is Disposition.LIST:
            items = list_items(document, limits)
            parts = [(number, item.document) for number, item in enumerate(items)]
        for number, part in parts:
            what = found if part is document else identify(part.value, catalogue)
            if what.key is None or what.disposition is not Disposition.MANAGED:
                continue
            if (document.index, number) not in held:
                texts.setdefault(what.key, part.text)
    return texts
