"""The objects of a fabric that a field may name, as it would name them; for the form's pickers."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from hedgehog_gitops.kinds import Reference, ReferenceForm

from ..models import HedgehogResource

__all__ = ['Target', 'names_of', 'target_of']

# Kinds and the way their names are written: all fields with the same one share a picker.
type Target = tuple[tuple[str, ...], ReferenceForm]


def target_of(reference: Reference) -> Target:
    """What the picker of a reference offers."""
    return reference.targets, reference.form


def names_of(
    targets: Iterable[Target], visible: QuerySet[HedgehogResource]
) -> dict[Target, list[str]]:
    """The names for each target, in order; at most two queries at any number of targets."""
    wanted = list(dict.fromkeys(targets))
    plain = {kind for kinds, form in wanted if form is not _PART for kind in kinds}
    parted = {kind for kinds, form in wanted if form is _PART for kind in kinds}
    rows: list[tuple[str, str, Any]] = []
    if plain - parted:
        found = visible.filter(kind__in=plain - parted).order_by('name')
        rows += [(kind, name, None) for kind, name in found.values_list('kind', 'name')]
    if parted:
        found = visible.filter(kind__in=parted).order_by('name')
        for kind, name, desired, draft in found.values_list(
            'kind', 'name', 'desired_spec', 'draft_spec'
        ):
            rows.append((kind, name, draft if draft is not None else desired))
    return {target: _names(target, rows) for target in wanted}


_PART = ReferenceForm.OWNER_PART


def _names(target: Target, rows: list[tuple[str, str, Any]]) -> list[str]:
    kinds, form = target
    found = (
        written
        for kind, name, spec in rows
        if kind in kinds
        for written in _written(form, name, spec)
    )
    return list(dict.fromkeys(found))


def _written(form: ReferenceForm, name: str, spec: Any) -> Iterator[str]:
    match form:
        case ReferenceForm.OWNER_PART:
            subnets = spec.get('subnets') if isinstance(spec, dict) else None
            yield from (f'{name}/{part}' for part in (subnets if isinstance(subnets, dict) else ()))
        case ReferenceForm.DEVICE_PORT:
            yield f'{name}/'
        case ReferenceForm.PREFIXED_MAP_KEY:
            yield f'ext.{name}'
        case _:
            yield name
