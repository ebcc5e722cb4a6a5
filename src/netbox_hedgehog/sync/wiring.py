"""A fabric's wiring for pages and the API: what a generation, or an import, would do.

At the commit NetBox has read last. Writes nothing; the steps of an operation (`wiring_steps.py`)
ask the same functions, so that what was shown is what will be done.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from dcim.models import Location, Site
from extras.models import Tag

from hedgehog_gitops.documents import Limits
from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.git import GitStore
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.plans import ClashRule, Operation
from hedgehog_gitops.templates import Follow, RenderPolicy
from hedgehog_gitops.wiring import DESCRIBED_KINDS, MadeOf, Selection, WiringFile
from hedgehog_gitops.workflows import (
    Generate,
    generated_kinds,
    judged_fabric,
    plan_generate,
    wiring_file_at,
)

from ..models import HedgehogFabric
from .asked import refuse_stale
from .device_import import preview_import
from .inventory import inventory_for
from .versions import EngineError, files_of

__all__ = [
    'EngineError',
    'asked_generation',
    'fabric_objects',
    'kept_choice',
    'preview_device_import',
    'preview_generation',
    'wiring_file_of',
    'wiring_state',
]


def preview_generation(
    fabric: HedgehogFabric, options: Mapping[str, Any], user: Any
) -> dict[str, Any]:
    """The plan of a generation as it would be made now, with its difference."""
    files = files_of(fabric)
    asked = asked_generation(options, user, files.commit)
    about = Operation('', datetime.now(UTC), user.username)
    made = plan_generate(files.store, files.commit, files.place, asked, about, files.limits)
    return {
        **files.shown(made.plan),
        'reports': [report.as_json() for report in made.reports],
        'counts': dict(made.plan.counts),
    }


def preview_device_import(
    fabric: HedgehogFabric, options: Mapping[str, Any], user: Any
) -> dict[str, Any]:
    """What an import would write into NetBox, and every difference it found."""
    files = files_of(fabric)
    refuse_stale(options, files.commit)
    objects = fabric_objects(files.store, files.commit, files.place, files.limits)
    file = wiring_file_of(files.store, files.commit, files.place, files.limits)
    report = preview_import(objects, file, options, user)
    return {'base_commit': files.commit, **report.as_json()}


def wiring_state(fabric: HedgehogFabric) -> dict[str, Any]:
    """Which devices are meant, by the file in Git, and what was generated last, by kind."""
    files = files_of(fabric)
    file, _data = wiring_file_at(files.store, files.commit, files.place, files.limits)
    kinds = generated_kinds(files.store, files.commit, files.place)
    return {
        'commit': files.commit,
        'selection': file.selection.as_value(),
        'findings': [finding.as_json() for finding in file.findings],
        'generated': dict(sorted(kinds.items())),
    }


def kept_choice(fabric: HedgehogFabric, user: Any) -> dict[str, Any]:
    """The selection the fabric's file keeps, as rows the user may see."""
    files = files_of(fabric)
    kept = wiring_file_at(files.store, files.commit, files.place, files.limits)[0].selection
    tags = Tag.objects.restrict(user, 'view')
    return {
        'sites': Site.objects.restrict(user, 'view').filter(slug__in=kept.sites),
        'locations': Location.objects.restrict(user, 'view').filter(slug__in=kept.locations),
        'tags': tags.filter(slug__in=kept.tags),
        'vpc_tag': tags.filter(slug=kept.vpc_tag).first() if kept.vpc_tag else None,
    }


def asked_generation(options: Mapping[str, Any], user: Any, head: CommitId) -> Generate:
    """The engine's request; a head that is not the one that was looked at is refused."""
    refuse_stale(options, head)
    selection = Selection.from_value(options.get('select') or {})
    return Generate(
        lambda chosen: inventory_for(user, chosen),
        None if selection.is_empty else selection,
        RenderPolicy(
            removed=Follow(options.get('removed') or Follow.FOLLOW),
            clash=ClashRule(options.get('clash') or ClashRule.MERGE),
        ),
        allow_errors=bool(options.get('allow_errors')),
    )


def fabric_objects(store: GitStore, head: CommitId, place: Fabric, limits: Limits) -> list[MadeOf]:
    """The devices and Connections below managed/, as Git has them."""
    return [
        MadeOf(placed.key, placed.found.value)
        for placed in judged_fabric(store, head, place, limits).objects()
        if placed.path.startswith(f'{place.managed}/')
        and placed.key.kind in DESCRIBED_KINDS
        and isinstance(placed.found.value, dict)
    ]


def wiring_file_of(store: GitStore, head: CommitId, place: Fabric, limits: Limits) -> WiringFile:
    """The fabric's mapping and choice; refuses a file that cannot be read."""
    file, _data = wiring_file_at(store, head, place, limits)
    for finding in file.findings:
        raise NeedsPerson('WiringFileInvalid', f'{finding}.', hint=finding.suggestion)
    return file
