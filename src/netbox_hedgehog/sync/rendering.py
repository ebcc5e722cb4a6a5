"""What is asked of a fabric's templates -> the engine's request, context and filters included.

`template_steps.py` renders by it on the fetched head, `templates.py` on the local copy for a
preview; both come here, so that what was shown is what will be done.
"""

import inspect
import time
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from typing import Any

from django.conf import settings
from netbox.registry import registry

from hedgehog_gitops.errors import NeedsPerson, StalePlan
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import ClashRule
from hedgehog_gitops.templates import Bounds, Follow, RenderPolicy, template_path
from hedgehog_gitops.workflows import (
    Render,
    path_in,
    the_commit,
)
from hedgehog_gitops.workflows.reading import entries_below

from ..models import HedgehogFabric
from .asked import refuse_stale
from .netbox_answers import asker_for

__all__ = ['asked_render', 'template_name']


def asked_render(
    fabric: HedgehogFabric,
    place: Fabric,
    store: GitStore,
    head: CommitId,
    options: Mapping[str, Any],
    texts: Mapping[str, str],
    user: Any,
) -> Render:
    """Returns the engine's request. `texts` are templates as edited, by their names.

    What templates ask of NetBox is answered as `user` may view it; where that is None, what was
    answered last stands.

    Variables, and the environment, of the request come over those of the fabric, these over the
    folder's. A head that is not the one options say was looked at is refused.
    """
    refuse_stale(options, head)
    _refuse_changed(options, place, store, head)
    chosen, then = options.get('templates'), options.get('to_commit')
    filters = _filters()
    return Render(
        context=_context(fabric, options.get('variables') or {}),
        environment=options.get('environment') or fabric.template_environment,
        only=frozenset(template_name(place, name) for name in chosen) if chosen else None,
        policy=RenderPolicy(
            Follow(options.get('changed') or Follow.FOLLOW),
            Follow(options.get('removed') or Follow.FOLLOW),
            ClashRule(options.get('clash') or ClashRule.MERGE),
        ),
        as_of=the_commit(store, then, head) if then else None,
        edited={template_name(place, name): text.encode() for name, text in texts.items()},
        allow_errors=bool(options.get('allow_errors')),
        bounds=Bounds(clock=time.monotonic),
        filters=filters,
        ask=asker_for(user),
        custom_fields=dict(fabric.custom_field_data),
        filters_stamp=_stamp(filters),
    )


def template_name(place: Fabric, name: str) -> str:
    """Returns a template's path below templates/; refuses what lies elsewhere."""
    path = path_in(place, f'templates/{name.removeprefix("templates/")}')
    if not path.startswith(f'{place.templates}/') or not path.endswith('.j2'):
        raise NeedsPerson(
            'PathRefused',
            f'{name} is no template of this fabric.',
            hint='Templates lie below templates/ and end in .j2.',
        )
    return path.removeprefix(f'{place.templates}/')


def _refuse_changed(
    options: Mapping[str, Any], place: Fabric, store: GitStore, head: CommitId
) -> None:
    """Refuses to save a text over a version of the template that its writer has not seen."""
    seen = options.get('expected_versions') or {}
    entries = entries_below(store, head, place.templates) if seen else {}
    for name, version in seen.items():
        entry = entries.get(template_path(place, template_name(place, name)))
        if (entry.blob if entry is not None else '') != version:
            raise StalePlan(
                'StalePlan',
                f'The template {name} was changed after it was opened.',
                hint='Open it again, and put your changes into the new text.',
            )


def _context(fabric: HedgehogFabric, variables: Mapping[str, Any]) -> dict[str, Any]:
    given = fabric.template_context
    if not isinstance(given, dict):
        raise NeedsPerson(
            'ContextRefused',
            'The template context of this fabric is not a mapping of names to values.',
            hint='Correct it in the fabric.',
        )
    return {**given, **variables}


def _filters() -> dict[str, Callable[..., Any]]:
    """NetBox's filters: those of its plugins, over them its operator's.

    Without NetBox's own `env`, which reads the environment of the process: no template may.
    """
    return {**registry['plugins']['jinja_filters'], **settings.JINJA_FILTERS}


def _stamp(filters: Mapping[str, Callable[..., Any]]) -> str:
    """Another one when a filter is another one, so that a corrected filter renders again."""
    states = {name: _code(function) for name, function in sorted(filters.items())}
    return f'netbox {settings.RELEASE.full_version} {states}'


@cache
def _code(function: Callable[..., Any]) -> str:
    """What stands for the code of a filter; that of its type where it is no function."""
    for what in (function, type(function)):
        try:
            return sha256(inspect.getsource(what).encode()).hexdigest()[:16]
        except (OSError, TypeError):
            continue
    code = getattr(function, '__code__', None)
    return sha256(code.co_code + repr(code.co_consts).encode()).hexdigest()[:16] if code else ''
