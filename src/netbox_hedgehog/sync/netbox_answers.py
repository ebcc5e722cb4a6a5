"""Answers what templates ask of NetBox, in the name of the person who renders.

Only what that person may view is in an answer, and only the fields asked for. Called through the
engine by `rendering.py`; where no person asks (a schedule, a webhook) nothing is read at all, and
what was answered last stands.
"""

from collections.abc import Sequence
from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict

from hedgehog_gitops.templates import Asker, Query, QueryRefused

from .netbox_rows import KINDS, Kind, MayView

__all__ = ['asker_for']


def asker_for(user: Any) -> Asker | None:
    """Returns what asks NetBox as that user; None where nobody does."""
    if user is None or not user.is_authenticated:
        return None

    def ask(_template: str, query: Query, before: Sequence[Any]) -> list[dict[str, Any]]:
        kind = KINDS[query.objects]
        visible = _visible(kind, query, user)
        found = list(_filtered(kind, query, visible, user)[: query.limit + 1])
        may_view = _may_view([end for each in found for end in kind.ends(each, query.fields)], user)
        rows = [kind.row(each, query.fields, may_view) for each in found]
        _refuse_hidden(kind, query, visible, before, {row['id'] for row in rows})
        return rows

    return ask


def _permitted(model: Any, query: Query, user: Any) -> bool:
    """True; refuses where the user may view nothing of a model that is asked for."""
    meta = model._meta
    if not user.has_perm(f'{meta.app_label}.view_{meta.model_name}'):
        own = model is KINDS[query.objects].model
        what = query.objects if own else str(meta.verbose_name_plural)
        raise QueryRefused(
            'TemplateQueryRefused',
            f'{user} may not view {what}, which {query.name} asks for',
            'ask for that permission, or have somebody render it who has it',
        )
    return True


def _visible(kind: Kind, query: Query, user: Any) -> Any:
    _permitted(kind.model, query, user)
    return kind.model.objects.restrict(user, 'view')


def _filtered(kind: Kind, query: Query, visible: Any, user: Any) -> Any:
    """The objects that match, in NetBox's order, with all that their fields need."""
    data = QueryDict(mutable=True)
    for name, value in {**kind.usual, **query.where}.items():
        data.setlist(
            name, [_word(each) for each in (value if isinstance(value, list) else [value])]
        )
    filters = kind.filterset(data, visible)
    if unknown := sorted(data.keys() - filters.filters.keys()):
        raise QueryRefused(
            'TemplateQueryRefused',
            f'{query.objects} have no filter {unknown[0]!r}',
            "the filters are those of NetBox's REST API for these objects",
        )
    if not filters.is_valid():
        name, errors = next(iter(filters.errors.items()))
        raise QueryRefused('TemplateQueryRefused', f'{query.name}: {name}: {" ".join(errors)}')
    found = filters.qs.order_by(*kind.model._meta.ordering, 'pk')
    # Without names it would follow every relation there is.
    found = found.select_related(*kind.joined) if kind.joined else found
    gathered = {path for name in query.fields for path in kind.gathered.get(name, ())}
    if 'tags' in query.fields:
        gathered.add('tags')
    if 'config_context' in query.fields:
        found = found.annotate_config_context_data()
    related = [
        Prefetch(name, model.objects.restrict(user, 'view'))
        for name, model in kind.related.items()
        if name in query.fields and _permitted(model, query, user)
    ]
    return found.prefetch_related(*sorted(gathered), *related)


def _may_view(holders: list[Any], user: Any) -> MayView:
    """Tells of the ends of cables which of them the user may view; one query for each model."""
    if user.is_superuser:
        return lambda holder: True
    keys: dict[Any, set[Any]] = {}
    for holder in holders:
        keys.setdefault(type(holder), set()).add(holder.pk)
    seen = {
        (model, pk)
        for model, wanted in keys.items()
        for pk in model.objects.restrict(user, 'view')
        .filter(pk__in=wanted)
        .values_list('pk', flat=True)
    }
    return lambda holder: (type(holder), holder.pk) in seen


def _refuse_hidden(
    kind: Kind, query: Query, visible: Any, before: Sequence[Any], found: set[Any]
) -> None:
    """Refuses where objects of the last answer are still there, and only this user cannot see them.

    Else whoever may view less would take away what somebody who may view more has rendered.
    """
    missing = {row.get('id') for row in before if isinstance(row.get('id'), int)} - found
    there = set(kind.model.objects.filter(pk__in=missing).values_list('pk', flat=True))
    hidden = there - set(visible.filter(pk__in=missing).values_list('pk', flat=True))
    if hidden:
        raise QueryRefused(
            'TemplateQueryRefused',
            f'{len(hidden)} of the {query.objects} {query.name} brought last are hidden from you',
            'have somebody render it who may view all of them',
        )


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
