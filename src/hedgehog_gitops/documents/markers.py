"""Recognises a file in which a merge was left undecided: Git's conflict markers.

Called by `telling.py` for what does not parse.
"""

import re

from ..findings import Finding, Severity

__all__ = ['markers_finding']

# Lines as Git writes them, in this order; in its diff3 style one of `|||||||` stands in between.
_LINES = (
    re.compile(rb'^<{7}(?: |\r?$)', re.MULTILINE),
    re.compile(rb'^={7}\r?$', re.MULTILINE),
    re.compile(rb'^>{7}(?: |\r?$)', re.MULTILINE),
)


def markers_finding(data: bytes, document: int | None = None, line: int = 1) -> Finding | None:
    """Says that `data`, which begins in `line`, holds an undecided merge; None when it does not."""
    at, first = 0, -1
    for pattern in _LINES:
        found = pattern.search(data, at)
        if found is None:
            return None
        at, first = found.end(), found.start() if first < 0 else first
    message = (
        'a merge was left undecided here: between this line and the one of >>>>>>> stand both '
        'sides. Keep what is right, and delete the lines of <<<<<<<, ======= and >>>>>>>'
    )
    begins = line + data.count(b'\n', 0, first)
    return Finding(
        Severity.ERROR, 'ConflictMarkers', message, document=document, line=begins, column=1
    )
