"""What a text somebody types brings about between the objects of its fabric.

The page's check of a text asks it, once the text is one usable object. It looks at the objects as
Git has them: of drafts that wait, only the one that is typed counts.
"""

from typing import Any

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.kinds import identify
from hedgehog_gitops.workflows import collisions_typed

from ..models import HedgehogFabric
from .drafts import first_good
from .versions import files_of

__all__ = ['told_beside']


def told_beside(fabric: HedgehogFabric | None, text: str) -> list[dict[str, Any]] | None:
    """Findings as plain mappings; None where the other objects could not be looked at."""
    document = first_good(text)
    if fabric is None or document is None:
        return None
    try:
        files = files_of(fabric)
        key = identify(document.value, files.place.catalogue).key
        if key is None:
            return None
        found = collisions_typed(
            files.store, files.commit, files.place, key, document, files.limits
        )
    except EngineError:
        # No copy of the files on this machine yet, or one that cannot be read: told elsewhere.
        return None
    return [finding.as_json() for finding in found]
