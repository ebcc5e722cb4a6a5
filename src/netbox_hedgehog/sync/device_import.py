"""A fabric's devices and cables into NetBox: what is missing is made, what differs is told.

`wiring.py` shows it, `wiring_steps.py` does it. Existing devices are matched by name within the
site that is chosen and are never overwritten. All of it is one transaction, and every row is one
the user may add.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dcim.models import Location, Site
from django.db import transaction
from extras.models import Tag

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.findings import Finding
from hedgehog_gitops.wiring import Extra, MadeOf, WiringFile, describe_wiring

from .device_difference import Difference, Matching, Wanted, match_devices
from .device_extras import meant_devices
from .device_rows import RowWriter
from .origin import Actor

__all__ = ['ImportReport', 'import_devices', 'preview_import']

_SHOWN = 1000


@dataclass(slots=True)
class ImportReport:
    """What an import makes, what is there already, what does not match, what NetBox alone has."""

    created: dict[str, int] = field(default_factory=dict)
    same: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """A form `json` can write; of long lists the beginning, and how long they are."""
        return {
            'created': self.created,
            'same': self.same,
            'devices': self.names[:_SHOWN],
            'differences': [each.as_json() for each in self.differences[:_SHOWN]],
            'differences_total': len(self.differences),
            'extras': [
                {'device': each.device, 'about': each.about, 'netbox': each.has}
                for each in self.extras[:_SHOWN]
            ],
            'extras_total': len(self.extras),
            'findings': [finding.as_json() for finding in self.findings[:_SHOWN]],
            'findings_total': len(self.findings),
        }


def preview_import(
    objects: Iterable[MadeOf], file: WiringFile, options: Mapping[str, Any], user: Any
) -> ImportReport:
    """What an import would come to now; writes nothing."""
    matching, report = _matched(objects, file, options, user)
    report.created = RowWriter(matching.wanted, user).counts()
    return report


def import_devices(
    objects: Iterable[MadeOf], file: WiringFile, options: Mapping[str, Any], actor: Actor
) -> ImportReport:
    """Writes what is missing, in one transaction."""
    with actor.tracking(), transaction.atomic():
        matching, report = _matched(objects, file, options, actor.user)
        writer = RowWriter(matching.wanted, actor.user, actor.message)
        report.created = writer.counts()
        writer.write()
    return report


def _matched(
    objects: Iterable[MadeOf], file: WiringFile, options: Mapping[str, Any], user: Any
) -> tuple[Matching, ImportReport]:
    described = describe_wiring(objects, file.mapping)
    if not described.wiring.devices:
        raise NeedsPerson('ImportEmpty', 'The fabric has no switch, server or gateway in Git.')
    matching = match_devices(described.wiring, _wanted(options, file, user), user)
    report = ImportReport(
        same=matching.same,
        names=[device.name for device in matching.wanted.devices],
        differences=matching.differences,
        extras=list(matching.extras),
        findings=list(described.findings),
    )
    return matching, report


def _wanted(options: Mapping[str, Any], file: WiringFile, user: Any) -> Wanted:
    """Where to put what is made; refuses a place the user may not see."""
    site = Site.objects.restrict(user, 'view').filter(slug=options.get('site') or '').first()
    if site is None:
        raise NeedsPerson(
            'SiteMissing',
            f'There is no site {options.get("site")!r} that you may view.',
            hint='Choose the site where the devices stand.',
        )
    location = None
    if slug := options.get('location'):
        places = Location.objects.restrict(user, 'view').filter(site=site, slug=slug)
        location = places.first()
        if location is None:
            raise NeedsPerson('SiteMissing', f'The site {site} has no location {slug!r}.')
    tags = []
    for slug in options.get('tags') or ():
        tag = Tag.objects.restrict(user, 'view').filter(slug=slug).first()
        if tag is None:
            raise NeedsPerson('TagMissing', f'There is no tag {slug!r}.')
        tags.append(tag.name)
    maker = options.get('manufacturer') or 'Hedgehog'
    meant = meant_devices(file.selection, options)
    return Wanted(site, location, tuple(tags), maker, file.mapping, meant)
