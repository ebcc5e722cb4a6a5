"""The fields in which the desired, the drafted and the actual state of one object differ."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hedgehog_gitops.workflows.difference import field_changes

from ..models import HedgehogResource
from .sides import field_value

__all__ = ['FieldOnSides', 'differing_fields']

_State = dict[str, Any]


@dataclass(frozen=True, slots=True)
class FieldOnSides:
    """One field with its value in Git, in the draft and in the cluster, in this order.

    A value is `sides.MISSING` where a side does not have the field, or where there is no such side.
    """

    path: str
    values: tuple[Any, Any, Any]


def differing_fields(resource: HedgehogResource) -> list[FieldOnSides]:
    """Returns the fields the sides there are do not agree on; of a cluster the spec is compared."""
    desired, draft, actual = _desired(resource), _draft(resource), _actual(resource)
    paths: dict[str, None] = {}
    first = desired or draft
    if first is not None:
        for side in (draft, actual):
            if side is not None and side is not first:
                paths |= dict.fromkeys(_changed(first, side, whole=side is not actual))
    return [
        FieldOnSides(
            path,
            (
                field_value(desired, path),
                field_value(draft, path),
                field_value(actual, path),
            ),
        )
        for path in paths
    ]


def _changed(old: _State, new: _State, *, whole: bool) -> Iterator[str]:
    sides = (_shaped(side, whole=whole) for side in (old, new))
    return (change.field for change in field_changes(*sides))


def _shaped(state: _State, *, whole: bool) -> _State:
    """A side in the shape of the object; its metadata only where the other side knows them."""
    if not whole:
        return {'spec': state['spec']}
    metadata = {name: state[name] for name in ('labels', 'annotations') if state[name]}
    return {'metadata': metadata, 'spec': state['spec']}


def _desired(resource: HedgehogResource) -> _State | None:
    if resource.desired_spec is None:
        return None
    return _state(resource.desired_spec, resource.labels, resource.annotations)


def _draft(resource: HedgehogResource) -> _State | None:
    if not resource.has_draft:
        return None
    labels, notes = resource.draft_labels, resource.draft_annotations
    return _state(
        resource.effective_spec,
        resource.labels if labels is None else labels,
        resource.annotations if notes is None else notes,
    )


def _actual(resource: HedgehogResource) -> _State | None:
    spec = resource.sync_state.actual_spec
    return None if spec is None else _state(spec, {}, {})


def _state(spec: Any, labels: Any, annotations: Any) -> _State:
    return {'spec': spec or {}, 'labels': labels or {}, 'annotations': annotations or {}}
