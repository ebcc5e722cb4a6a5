"""What would be wrong with files if they had these texts: nothing is written, not even an object.

Called by the plugin's API. The other files of the fabric are those of a commit, so that references
and duplicates are judged as they would be then; only what is said of the texts is returned.
"""

from collections.abc import Mapping
from dataclasses import replace

from ..documents import Limits, read
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, blob_id
from ..layout import Fabric
from .check import Checked, is_laid_out, judged_fabric
from .check_together import duplicates_at_rest, judged_together
from .checked_blob import check_reading
from .reading import entries_below

__all__ = ['check_texts']

_LIMITS = Limits()


def check_texts(
    store: GitStore,
    commit: CommitId,
    fabric: Fabric,
    texts: Mapping[RepoPath, bytes],
    limits: Limits = _LIMITS,
) -> Checked:
    """Returns what is wrong with these files, in path order."""
    before = judged_fabric(store, commit, fabric, limits)
    files, blobs = dict(before.files), dict(before.blobs)
    contents: dict[BlobId, bytes] = {}
    for path, text in texts.items():
        blob = blob_id(text)
        files[path], contents[blob] = blob, text
        if blob not in blobs:
            blobs[blob] = check_reading(read(text, limits), fabric.catalogue)
    judged = replace(before, files=files, blobs=blobs, contents=contents)
    laid_out = is_laid_out(fabric, entries_below(store, commit, fabric.base))
    found = [
        *(f.at(file=path) for path in texts for f in blobs[files[path]].findings),
        *judged_together(judged, fabric, laid_out=laid_out),
        *duplicates_at_rest(judged, fabric),
    ]
    found.sort(key=lambda f: (f.file or '', f.line or 0, f.column or 0, f.code))
    own = tuple(finding for finding in found if finding.file in texts)
    return Checked(len(texts), sum(len(blobs[files[path]].objects) for path in texts), own)
