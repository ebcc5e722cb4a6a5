"""What a text somebody types brings about between the objects of its fabric.

The page's check of a text asks it, once the text is one usable object. It looks at the objects as
they are going to be: as Git has them, with the drafts of NetBox that wait in their place.
"""

from typing import Any

from hedgehog_gitops.documents import Value
from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.kinds import identify
from hedgehog_gitops.workflows import collisions_typed

from ..choices import OPEN_OUTBOX_STATES, OutboxActionChoices
from ..models import HedgehogFabric, HedgehogResource, OutboxEntry
from .drafts import draft_value, first_good, resource_key
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
            files.store, files.commit, files.place, key, document, files.limits, _waiting(fabric)
        )
    except EngineError:
        # No copy of the files on this machine yet, or one that cannot be read: told elsewhere.
        return None
    return [finding.as_json() for finding in found]


def _waiting(fabric: HedgehogFabric) -> dict[ResourceKey, Value]:
    """What the edits that wait make of each object; None for one that is to go."""
    edits = OutboxEntry.objects.filter(fabric=fabric, state__in=OPEN_OUTBOX_STATES)
    waiting: dict[ResourceKey, Value] = {
        ResourceKey(each.api_group, each.kind, each.namespace or 'default', each.name): None
        for each in edits.filter(action=OutboxActionChoices.DELETE)
    }
    # A row that is there again stands for what was deleted before.
    drafted = HedgehogResource.objects.filter(
        fabric=fabric, pk__in=edits.exclude(action=OutboxActionChoices.DELETE).values('resource')
    )
    waiting.update((resource_key(row), draft_value(row, None)) for row in drafted if row.has_draft)
    return waiting
