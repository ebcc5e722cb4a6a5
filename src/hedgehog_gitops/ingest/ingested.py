"""What objects looked like when they were ingested last: the bases of later merges.

Called by `workflows/bases.py`, which looks the originals up in history.
"""

from collections.abc import Collection, Iterator, Mapping

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
        for item, part in _parts(document, None, limits, catalogue):
            what = identify(part.value, catalogue)
            if what.key is None or what.disposition is not Disposition.MANAGED:
                continue
            if (document.index, item) not in held:
                texts.setdefault(what.key, part.text)
    return texts


def _parts(
    part: Document, item: int | None, limits: Limits, catalogue: Catalogue
) -> Iterator[tuple[int | None, Document]]:
    """The object a document is, or those in a List, each with its number in the outermost List."""
    if identify(part.value, catalogue).disposition is not Disposition.LIST:
        yield item, part
        return
    for number, inner in enumerate(list_items(part, limits)):
        yield from _parts(inner.document, number if item is None else item, limits, catalogue)
