"""The value of a field on one side of a conflict; called by the conflict page and the API."""

from collections.abc import Mapping
from typing import Any

from hedgehog_gitops.documents import parse_field_path

__all__ = ['MISSING', 'field_value']

# Tells a field that is absent from one that is null.
MISSING = object()


def field_value(state: Mapping[str, Any] | None, path: str) -> Any:
    """Returns what a stored side says at `path`; MISSING where it says nothing."""
    if state is None:
        return MISSING
    value: Any = {
        'spec': state.get('spec'),
        'metadata': {name: state.get(name) or {} for name in ('labels', 'annotations')},
    }
    try:
        for step in parse_field_path(path):
            value = value[step]
    except (KeyError, IndexError, TypeError, ValueError):
        return MISSING
    return value
