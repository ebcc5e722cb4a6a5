"""A fabric built in NetBox over its API goes to Git, and comes back into a NetBox without it.

`HEDGEHOG_ROUND_TRIP=100/500 ./test tests/acceptance/test_fabric_round_trip.py -rP` takes a hundred
switches and five hundred servers and prints what each step took; without that it is ten and forty.
"Without it" means that every cable, device, address, device type and tag of the site was deleted
over the API; roles and the site itself stay. Of servers Git keeps no device type, so they have the
one that an import makes.
"""

import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Any

import pytest

from .stack import Stack

SIZE = os.environ.get('HEDGEHOG_ROUND_TRIP', '10/40')
# A size that is asked for has the time it takes; what a marker says stands above --timeout.
SECONDS = 3000 if SIZE == '10/40' else 6 * 3600
BATCH = 25
SERVER_TYPE = 'hedgehog-server'

pytestmark = pytest.mark.timeout(SECONDS)


@dataclass
class Site:
    """A site of NetBox, seen and filled over the API alone."""

    stack: Stack
    slug: str
    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    made: list[tuple[str, int]] = field(default_factory=list)
    """Kinds and ids of what has a slug that others may want too."""

    def make(self, kind: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
        """Makes objects by lists, as a script would."""
        made: list[dict[str, Any]] = []
        for some in batched(rows, BATCH):
            made += self.stack.post(f'/api/{kind}/', list(some))
        return made

    def of_slug(self, kind: str, slug: str, **fields: Any) -> int:
        """The object with a slug, made where it is not there yet."""
        found = self.stack.get(f'/api/{kind}/?slug={slug}')['results']
        if found:
            return int(found[0]['id'])
        made = int(self.stack.post(f'/api/{kind}/', {'slug': slug, **fields})['id'])
        self.made.append((kind, made))
        return made

    def rows(self, kind: str, where: str = '') -> Iterator[dict[str, Any]]:
        """Every object that is meant, those of the site without a word, page by page."""
        address: str | None = f'/api/{kind}/?limit=500&{where or f"site={self.slug}"}'
        while address:
            page = self.stack.get(address)
            yield from page['results']
            address = page['next']

    def delete(self, kind: str, ids: Iterable[int]) -> None:
        for some in batched(ids, BATCH):
            answer = self.stack.api('DELETE', f'/api/{kind}/', [{'id': each} for each in some])
            assert answer.status == 204, answer.body

    def seen(self) -> dict[str, set[Any]]:
        """What is compared: devices, the interfaces in use, cables and addresses, without ids."""
        devices = list(self.rows('dcim/devices'))
        return {
            'devices': {
                (
                    row['name'],
                    row['role']['slug'],
                    row['device_type']['slug'],
                    row['description'],
                    row['serial'],
                    tuple(sorted(tag['name'] for tag in row['tags'])),
                    (row['primary_ip4'] or {}).get('address', ''),
                )
                for row in devices
            },
            'interfaces': {
                (row['device']['name'], row['name'], (row['lag'] or {}).get('name', ''))
                for row in self.rows('dcim/interfaces')
                if row['cable'] or row['lag'] or row['type']['value'] == 'lag'
            },
            'cables': {
                frozenset(
                    (end['object']['device']['name'], end['object']['name'])
                    for end in (*row['a_terminations'], *row['b_terminations'])
                )
                for row in self.rows('dcim/cables')
            },
            'addresses': {
                (
                    row['address'],
                    row['assigned_object']['device']['name'],
                    row['assigned_object']['name'],
                )
                for some in batched((row['id'] for row in devices), BATCH)
                for row in self.rows('ipam/ip-addresses', '&'.join(f'device_id={n}' for n in some))
            },
        }


class Builder:
    """Fills a site with a fabric: each leaf is joined with each spine, each server with two."""

    def __init__(self, site: Site, switches: int, servers: int) -> None:
        self.site = site
        self.spines = [f'spine-{n:02}' for n in range(1, max(2, switches // 25) + 1)]
        self.leaves = [f'leaf-{n:03}' for n in range(1, switches - len(self.spines) + 1)]
        self.servers = [f'server-{n:03}' for n in range(1, servers + 1)]
        self.cables = list(self._cables())

    def build(self) -> None:
        self._devices()
        self._interfaces()
        self._addresses()
        self.site.make('dcim/cables', map(self._cable, self.cables))

    def _cables(self) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
        for number, leaf in enumerate(self.leaves, start=1):
            for uplink, spine in enumerate(self.spines, start=1):
                yield (spine, f'E1/{number}'), (leaf, f'E1/{48 + uplink}')
        used = dict.fromkeys(self.leaves, 0)
        for number, server in enumerate(self.servers):
            first = 2 * (number % (len(self.leaves) // 2))
            for port, leaf in enumerate(self.leaves[first : first + 2], start=1):
                used[leaf] += 1
                yield (server, f'enp2s{port}'), (leaf, f'E1/{used[leaf]}')

    def _devices(self) -> None:
        site, mark = self.site, self.site.slug
        where = site.of_slug('dcim/sites', mark, name=mark)
        maker = site.of_slug('dcim/manufacturers', 'hedgehog', name='Hedgehog')
        roles = {
            slug: site.of_slug('dcim/device-roles', slug, name=slug, color='9e9e9e')
            for slug in ('spine', 'server-leaf', 'server')
        }
        types = {
            slug: site.of_slug('dcim/device-types', slug, model=slug, manufacturer=maker)
            for slug in (f'{mark}-s5232f', f'{mark}-s5248f', SERVER_TYPE)
        }
        racks = range(1, len(self.leaves) // 2 + 1)
        names = [f'{what}:{mark}-{rack}' for rack in racks for what in ('group', 'eslag')]
        slugs = [{'name': name, 'slug': name.replace(':', '-')} for name in names]
        site.make('extras/tags', slugs)

        def device(name: str, role: str, model: str, **more: Any) -> dict[str, Any]:
            kind = {'role': roles[role], 'device_type': types[model]}
            return {'name': name, 'site': where, **kind, **more}

        def leaf(number: int, name: str) -> dict[str, Any]:
            tags = [{'name': f'{what}:{mark}-{number // 2 + 1}'} for what in ('group', 'eslag')]
            return device(name, 'server-leaf', f'{mark}-s5248f', serial=f'SN-{number}', tags=tags)

        rows = [device(name, 'spine', f'{mark}-s5232f') for name in self.spines]
        rows += [leaf(number, name) for number, name in enumerate(self.leaves)]
        rows += [
            device(name, 'server', SERVER_TYPE, description=f'host {name}') for name in self.servers
        ]
        self.devices = {row['name']: row['id'] for row in site.make('dcim/devices', rows)}

    def _interfaces(self) -> None:
        bonds = [self._interface((name, 'bond0'), type='lag') for name in self.servers]
        self._keep(bonds)
        ends = [end for cable in self.cables for end in cable]
        lags = {name: {'lag': self.site.ids[name, 'bond0']} for name in self.servers}
        self._keep(self._interface(end, **lags.get(end[0], {})) for end in ends)
        switches = (*self.spines, *self.leaves)
        self._keep(self._interface((name, 'M1'), mgmt_only=True) for name in switches)

    def _addresses(self) -> None:
        """Each switch is managed at an address."""
        switches = (*self.spines, *self.leaves)
        base = int(self.site.slug[-2:], 16)
        rows = [
            {
                'address': f'10.{base}.{number // 250}.{number % 250 + 1}/16',
                'assigned_object_type': 'dcim.interface',
                'assigned_object_id': self.site.ids[name, 'M1'],
            }
            for number, name in enumerate(switches)
        ]
        made = self.site.make('ipam/ip-addresses', rows)
        pairs = zip(switches, made, strict=True)
        changes = [{'id': self.devices[name], 'primary_ip4': row['id']} for name, row in pairs]
        for some in batched(changes, BATCH):
            self.site.stack.patch('/api/dcim/devices/', list(some))

    def _interface(self, end: tuple[str, str], **more: Any) -> dict[str, Any]:
        device, name = end
        return {'device': self.devices[device], 'name': name, 'type': 'other', **more}

    def _keep(self, rows: Iterable[dict[str, Any]]) -> None:
        made = self.site.make('dcim/interfaces', rows)
        self.site.ids |= {(row['device']['name'], row['name']): row['id'] for row in made}

    def _cable(self, ends: tuple[tuple[str, str], tuple[str, str]]) -> dict[str, Any]:
        a, b = (
            [{'object_type': 'dcim.interface', 'object_id': self.site.ids[end]}] for end in ends
        )
        return {'a_terminations': a, 'b_terminations': b}


def timed(what: str, do: Callable[[], Any]) -> Any:
    begun = time.monotonic()
    result = do()
    print(f'{what}: {time.monotonic() - begun:.1f} s', flush=True)
    return result


def emptied(site: Site) -> None:
    """Takes everything of the fabric out of NetBox."""
    site.delete('dcim/cables', [row['id'] for row in site.rows('dcim/cables')])
    devices = list(site.rows('dcim/devices'))
    models = {row['device_type']['id']: row['device_type']['slug'] for row in devices}
    tags = {tag['id'] for row in devices for tag in row['tags']}
    site.delete('dcim/devices', [row['id'] for row in devices])
    site.delete('extras/tags', sorted(tags))
    own = [key for key, slug in models.items() if slug.startswith(site.slug)]
    site.delete('dcim/device-types', own)


@pytest.fixture
def site(stack: Stack) -> Iterator[Site]:
    made = Site(stack, f'site-{uuid.uuid4().hex[:8]}')
    yield made
    # The tutorial, for one, makes a role `server` of its own in the same NetBox.
    for kind, number in made.made:
        if kind == 'dcim/device-roles':
            free = f'{made.slug}-{number}'
            stack.patch(f'/api/{kind}/{number}/', {'name': free, 'slug': free})


def test_what_was_built_in_netbox_comes_back_from_git(stack: Stack, site: Site) -> None:
    switches, servers = map(int, SIZE.split('/'))
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    builder = Builder(site, switches, servers)

    def act(action: str, **options: Any) -> dict[str, Any]:
        started = stack.post(f'fabrics/{fabric["id"]}/{action}/', options, expect=202)
        done = stack.finished(started['operation']['id'], seconds=SECONDS)
        assert done['status'] == 'completed', (action, done)
        return done

    timed(f'built {switches} switches and {servers} servers over the API', builder.build)
    before = timed('read over the API', site.seen)
    assert len(before['devices']) == switches + servers
    assert len(before['cables']) == len(builder.cables)

    select = {'sites': [site.slug]}
    done = timed('generated, pushed, taken over', lambda: act('generate', select=select))
    assert done['commit_sha']
    person = repository.clone(stack.folder / 'people' / site.slug)
    folder = person.path / 'fabrics' / fabric['slug'] / 'gitops/managed'
    assert len(list((folder / 'switches').glob('*.yaml'))) == switches
    assert len(list((folder / 'servers').glob('*.yaml'))) == servers
    timed('synchronised', lambda: act('sync'))
    rows = site.rows('plugins/hedgehog/resources', f'fabric_id={fabric["id"]}')
    kinds = [row['kind'] for row in rows]
    assert (kinds.count('Switch'), kinds.count('Server')) == (switches, servers)

    timed('deleted over the API', lambda: emptied(site))
    assert not any(site.seen().values())
    there = {'site': site.slug}
    shown = timed('import previewed', lambda: _previewed(stack, fabric, there))
    assert shown['created']['devices'] == switches + servers
    assert shown['created']['cables'] == len(builder.cables)
    timed('imported', lambda: act('import-devices', **there))
    after = site.seen()
    for what, rows in before.items():
        assert after[what] == rows, what

    shown = timed('import previewed again', lambda: _previewed(stack, fabric, there))
    assert (shown['differences'], shown['extras'], shown['findings']) == ([], [], [])
    assert shown['same'] == {'devices': switches + servers, 'cables': len(builder.cables)}
    done = timed('generated again', lambda: act('generate'))
    assert done['commit_sha'] == '', 'the same devices make the same objects'


def _previewed(stack: Stack, fabric: dict[str, Any], there: dict[str, Any]) -> dict[str, Any]:
    body = {**there, 'commit': False}
    answer = stack.post(f'fabrics/{fabric["id"]}/import-devices/', body, expect=200)
    return dict(answer['preview'])
