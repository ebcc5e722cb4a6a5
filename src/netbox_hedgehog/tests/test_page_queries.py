"""How many queries each page takes, as recorded; the router says which pages there are.

Somebody who may do everything looks at what is fabric A's, which is read from Git here.
`UPDATE_QUERY_COUNTS=1 ./test src/netbox_hedgehog/tests/test_page_queries.py -n0` records the
numbers anew, and takes those of pages that are gone away.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import SimpleTestCase
from utilities.testing.query_counts import assert_expected_query_count

from netbox_hedgehog.models import HedgehogFabric, HedgehogResource, OutboxEntry, SyncOperation
from netbox_hedgehog.ui.kinds import KINDS

from .endpoints import Page, pages
from .git_case import BASE, GitCase, vpc
from .inventory_case import Inventory
from .permission_table import LEADS_ON
from .test_sync_templates import TEMPLATE, VPCS
from .world import World

# Every page there is, and more than once: a busy machine takes longer than for other tests.
pytestmark = pytest.mark.timeout(900)

RECORDED = Path(__file__).with_name('query_counts.json')
# They answer for a minute.
STREAMS = ('hedgehogfabric_events', 'syncoperation_events', 'syncoperation_bulk_events')
# The lists of kinds are the list of resources, filtered; one of them is looked at.
KIND = 'Switch'


class PageQueriesTest(GitCase):
    query_count_model_label = 'page'
    model = HedgehogFabric

    def setUp(self) -> None:
        super().setUp()
        fabric = self.ready_fabric(template_context={'names': ['a']})
        self.person.push({f'{BASE}/raw/one.yaml': vpc('of-git'), TEMPLATE: VPCS.encode()})
        operation = self.run_operation(fabric)
        self.world = World(fabric)
        self.world.of['A'] |= {
            'hedgehogresource': HedgehogResource.objects.get(name='of-git'),
            'syncoperation': SyncOperation.objects.get(pk=operation.pk),
        }
        # An edit waits for a decision, so the conflict can be decided.
        OutboxEntry.objects.filter(pk=self.world.pk('outboxentry', 'A')).update(state='conflict')
        Inventory().fabric(2, 2, 3)
        self.client.force_login(self.alice)

    def test_every_page_takes_as_many_as_recorded(self) -> None:
        looked_at = set()
        for page in _looked_at():
            # What is remembered between requests is filled by the first one.
            if self.look(page).status_code != 200:
                continue
            looked_at.add(f'page:{page.name}')
            with self.subTest(page.name), assert_expected_query_count(self, page.name):
                self.look(page)
        self.assertGreater(len(looked_at), 80)
        if os.environ.get('UPDATE_QUERY_COUNTS'):
            _forget(_recorded() - looked_at)
        self.assertEqual(sorted(_recorded() - looked_at), [], 'These are no pages any more.')

    def look(self, page: Page) -> Any:
        with transaction.atomic():
            answer = self.client.get(self.world.address(page, 'A'))
            transaction.set_rollback(True)
        return answer


class RecordedPagesTest(SimpleTestCase):
    def test_the_pages_people_look_at_most_are_among_them(self) -> None:
        names = {f'page:{name}' for name in MOST_LOOKED_AT}
        self.assertEqual(sorted(names - _recorded()), [])


MOST_LOOKED_AT = (
    'overview', 'hedgehogfabric', 'hedgehogfabric_resources', 'hedgehogfabric_operations',
    'hedgehogfabric_conflicts', 'hedgehogfabric_outbox', 'hedgehogfabric_uploads',
    'hedgehogfabric_duplicates', 'hedgehogfabric_checkpoints', 'hedgehogfabric_health',
    'hedgehogfabric_history', 'hedgehogfabric_files', 'hedgehogfabric_templates',
    'hedgehogfabric_wiring', 'hedgehogfabric_topology', 'hedgehogresource',
    'hedgehogresource_history', 'syncoperation', 'conflictresolution', 'conflictresolution_resolve',
    'yamlduplicategroup', 'gitrepository', 'checkpoint', 'pullrequest', 'resolutionpolicy',
)  # fmt: skip


def _looked_at() -> Iterator[Page]:
    others = tuple(f'{shown.base_name}_' for name, shown in KINDS.items() if name != KIND)
    for page in pages():
        answers = hasattr(page.view, 'get') or not hasattr(page.view, 'as_view')
        if answers and page.name not in (*STREAMS, *LEADS_ON) and not page.name.startswith(others):
            yield page


def _recorded() -> set[str]:
    return {key for key in json.loads(RECORDED.read_text()) if key.startswith('page:')}


def _forget(gone: set[str]) -> None:
    kept = {
        key: count for key, count in json.loads(RECORDED.read_text()).items() if key not in gone
    }
    RECORDED.write_text(json.dumps(kept, indent=2, sort_keys=True) + '\n')
