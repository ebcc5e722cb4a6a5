"""What a person changed, apart from what Git changed before their eyes.

An edit that waits stands on the text Git had when it began. NetBox goes on reading Git meanwhile
and shows what is new there, in every field nobody drafted: saved with the next edit, such a value
would look like the person's own, and would clash with Git, or overwrite it, when Git moves on.
`outbox.py` asks here before it notes a further edit of an object.
"""

from copy import copy
from typing import Any

from hedgehog_gitops.documents import Value, same

from ..models import HedgehogResource
from .drafts import draft_value, first_good, git_text, without_origin

__all__ = ['wanted']

_MISSING: Any = object()

type _Groups = tuple[Value, Value, Value]
"""Spec, labels and annotations."""


def wanted(resource: HedgehogResource, first: str, on: str) -> tuple[dict[str, Any], str]:
    """Returns the object the draft asks for, and its exact text where a person typed one.

    `first` is the text the first waiting edit stands on, `on` that of the edit to be noted: they
    differ by what the edits between them change.
    """
    if not resource.draft_text:
        resource = _as_intended(resource, first, on)
    base = git_text(resource)
    document = first_good(base) if base else None
    value = draft_value(resource, document.value if document else None)
    metadata = value['metadata']
    state = {
        'spec': value['spec'],
        'labels': metadata.get('labels') or {},
        'annotations': _own_annotations(resource),
        'value': value,
    }
    text = resource.draft_text
    # Browsers send CRLF from every text field; the file decides which line ends it has.
    return state, text if '\r\n' in base else text.replace('\r\n', '\n')


def _as_intended(resource: HedgehogResource, first: str, base: str) -> HedgehogResource:
    """The resource with a draft that says of untouched fields what `base` says."""
    agreed, before = _groups(first), _groups(base)
    if agreed is None or before is None:
        return resource
    own = copy(resource)
    names = ('spec', 'labels', 'annotations')
    seen = (resource.desired_spec, resource.labels, resource.annotations)
    for name, shown, old, start in zip(names, seen, before, agreed, strict=True):
        drafted = getattr(resource, f'draft_{name}')
        says = shown if drafted is None else drafted
        setattr(own, f'draft_{name}', _own(says or {}, shown or {}, old, start))
    return own


def _own(says: Any, seen: Any, before: Any, agreed: Any) -> Any:
    """What is said, where it is not what was `seen`, or where an edit before it has changed it."""
    if _equal(says, seen) and _equal(before, agreed):
        return before
    if not all(isinstance(each, dict) for each in (says, seen, before, agreed)):
        return says
    names = [*says, *(name for name in before if name not in says)]
    fields = {
        name: _own(*(each.get(name, _MISSING) for each in (says, seen, before, agreed)))
        for name in names
    }
    return {name: value for name, value in fields.items() if value is not _MISSING}


def _equal(one: Any, other: Any) -> bool:
    if one is _MISSING or other is _MISSING:
        return one is other
    return same(one, other)


def _groups(text: str) -> _Groups | None:
    document = first_good(text) if text else None
    if document is None or not isinstance(document.value, dict):
        return None
    metadata = document.value.get('metadata')
    said = metadata if isinstance(metadata, dict) else {}
    return (
        document.value.get('spec') or {},
        said.get('labels') or {},
        without_origin(said.get('annotations')),
    )


def _own_annotations(resource: HedgehogResource) -> dict[str, Any]:
    drafted = resource.draft_annotations
    return (drafted if drafted is not None else resource.annotations) or {}
