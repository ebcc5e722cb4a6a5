"""The status of thirty fabrics takes as many queries as that of three, wherever it is listed."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

from django.test import RequestFactory, TestCase
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient
from users.models import User

from netbox_hedgehog.choices import SyncStatusChoices
from netbox_hedgehog.models import (
    FabricSyncState,
    GitRepositoryState,
    HedgehogFabric,
    SyncOperation,
)
from netbox_hedgehog.sync.locks import fabric_locked, lease_held, leases_held
from netbox_hedgehog.sync.status import sync_status, sync_statuses
from netbox_hedgehog.tables import HedgehogFabricTable
from netbox_hedgehog.widgets import HedgehogWidget

from .builders import (
    a_conflict,
    a_fabric,
    a_repository,
    a_resource,
    an_entry,
    an_operation,
    an_upload,
)
from .counting import queries_of, what_grew

SYNCED = 'feed' * 10
FEW, MANY = 3, 30


def _in_sync(fabric: HedgehogFabric) -> None:
    """Nothing is wrong with it."""


def _at_work(fabric: HedgehogFabric) -> None:
    an_operation(fabric, status='in_progress')


def _behind(fabric: HedgehogFabric) -> None:
    states = GitRepositoryState.objects.filter(repository=fabric.git_repository)
    states.update(head_commit='beef' * 10)


def _clashing(fabric: HedgehogFabric) -> None:
    a_conflict(a_resource(fabric))


def _edited(fabric: HedgehogFabric) -> None:
    an_entry(a_resource(fabric))


def _uploaded(fabric: HedgehogFabric) -> None:
    an_upload(fabric)


def _failed(fabric: HedgehogFabric) -> None:
    an_operation(fabric, status='failed', completed_at=timezone.now(), last_reason='PushRefused')


def _overtaken(fabric: HedgehogFabric) -> None:
    an_operation(
        fabric, status='failed', completed_at=timezone.now(), last_reason='DuplicatesMoved'
    )


def _decided(fabric: HedgehogFabric) -> None:
    """What is over counts no more."""
    resource = a_resource(fabric)
    a_conflict(resource, resolution_status='resolved')
    an_entry(resource, state='done')
    an_upload(fabric, state='done')
    parent = an_operation(fabric, status='completed', completed_at=timezone.now())
    an_operation(fabric, parent=parent, status='failed', completed_at=timezone.now())


def _unseen(fabric: HedgehogFabric) -> None:
    old = timezone.now() - timedelta(days=30)
    FabricSyncState.objects.filter(fabric=fabric).update(last_sync=old)


def _new(fabric: HedgehogFabric) -> None:
    FabricSyncState.objects.filter(fabric=fabric).update(last_synced_commit='')


def _off(fabric: HedgehogFabric) -> None:
    HedgehogFabric.objects.filter(pk=fabric.pk).update(sync_enabled=False)


def _alone(fabric: HedgehogFabric) -> None:
    HedgehogFabric.objects.filter(pk=fabric.pk).update(git_repository=None)


# What happened to a fabric, and how it stands then. One at work in the first three has a worker.
HAPPENED: tuple[tuple[Callable[[HedgehogFabric], None], str], ...] = (
    (_in_sync, 'in_sync'), (_at_work, 'syncing'), (_behind, 'out_of_sync'),
    (_clashing, 'conflicts'), (_edited, 'out_of_sync'), (_uploaded, 'out_of_sync'),
    (_failed, 'error'), (_overtaken, 'in_sync'), (_decided, 'in_sync'),
    (_unseen, 'out_of_sync'), (_new, 'never_synced'), (_off, 'disabled'),
    (_alone, 'not_configured'),
)  # fmt: skip


class StatusQueriesTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.user = User.objects.create_superuser('alice')
        self.client.force_login(self.user)
        self.expected: dict[int, str] = {}
        self.locks = self.enterContext(ExitStack())

    def grow(self, wanted: int) -> None:
        """Makes fabrics in turn of every state, until there are as many as wanted."""
        for number in range(len(self.expected), wanted):
            happen, status = HAPPENED[number % len(HAPPENED)]
            fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
            SyncOperation.objects.filter(fabric=fabric).delete()
            an_operation(fabric, status='completed', completed_at=timezone.now())
            FabricSyncState.objects.filter(fabric=fabric).update(
                last_synced_commit=SYNCED, last_sync=timezone.now()
            )
            GitRepositoryState.objects.filter(repository=fabric.git_repository).update(
                head_commit=SYNCED
            )
            happen(fabric)
            if status == 'syncing':
                self.assertTrue(self.locks.enter_context(fabric_locked(fabric.pk)))
            self.expected[fabric.pk] = status

    def stays(self, ask: Callable[[], Any]) -> Any:
        """Asks with few fabrics and with many; returns the answer about the many."""
        self.grow(FEW)
        few = queries_of(ask)
        self.grow(MANY)
        many = queries_of(ask)
        self.assertEqual(what_grew(few, many), '')
        self.assertEqual(len(few), len(many))
        return ask()

    def test_the_rule_says_of_many_what_it_says_of_one(self) -> None:
        self.grow(MANY)
        self.assertEqual(sync_statuses(HedgehogFabric.objects.all()), self.expected)
        for fabric in HedgehogFabric.objects.all():
            self.assertEqual(sync_status(fabric), self.expected[fabric.pk], fabric)

    def test_two_queries_and_what_was_not_selected_with_the_fabrics(self) -> None:
        rows = HedgehogFabric.objects.all()
        for chosen, wanted in (
            (rows.select_related('sync_state', 'git_repository__state'), 3),
            (rows, 6),
            (rows.none(), 0),
        ):
            self.grow(FEW)
            self.assertEqual(len(queries_of(lambda rows=chosen: sync_statuses(rows.all()))), wanted)

    def test_one_idle_fabric_takes_one_query(self) -> None:
        self.grow(1)
        fabric = HedgehogFabric.objects.select_related('sync_state', 'git_repository__state').get()
        self.assertEqual(len(queries_of(lambda: sync_status(fabric))), 1)

    def test_the_list_of_fabrics(self) -> None:
        page = self.stays(lambda: self.client.get(self.address('hedgehogfabric_list')))
        self.assertEqual(self.badges(page.content.decode()), self.counted())

    def test_a_page_of_the_list_asks_for_its_own_fabrics_only(self) -> None:
        self.grow(MANY)
        address = f'{self.address("hedgehogfabric_list")}?per_page=5&page=2'
        asked = [each for each in queries_of(lambda: self.client.get(address)) if 'EXISTS' in each]
        told = [each for each in asked if '"open_conflicts"' in each]
        self.assertEqual(len(told), 1)
        listed = list(HedgehogFabric.objects.values_list('pk', flat=True))
        mentioned = told[0].split(' IN (')[-1].split(')')[0].split(', ')
        self.assertEqual({int(pk) for pk in mentioned} - set(listed[5:10]), set())

    def test_an_export_of_all(self) -> None:
        address = f'{self.address("hedgehogfabric_list")}?export=table'
        text = self.stays(lambda: self.client.get(address)).content.decode()
        for status in set(self.expected.values()):
            self.assertEqual(
                text.count(f',{status},'), list(self.expected.values()).count(status), status
            )

    def test_a_table_without_pages(self) -> None:
        self.grow(MANY)
        table = HedgehogFabricTable(HedgehogFabric.objects.all())
        shown = {row.record.pk: row.get_cell_value('sync_status') for row in table.rows}
        self.assertEqual(shown, self.expected)

    def test_the_overview(self) -> None:
        page = self.stays(lambda: self.client.get(self.address('overview')))
        self.assertEqual(self.badges(page.content.decode()), self.counted())

    def test_the_widget_of_the_dashboard(self) -> None:
        request = RequestFactory().get('/')
        request.user = self.user
        inside = self.stays(lambda: HedgehogWidget().render(request))
        for label, count in self.counted().items():
            self.assertIn(f'>{label}</span> <strong>{count}</strong>', inside)

    def test_the_list_over_rest(self) -> None:
        client = APIClient()
        client.force_authenticate(self.user)
        address = reverse('plugins-api:netbox_hedgehog-api:hedgehogfabric-list')
        answer = self.stays(lambda: client.get(address, {'limit': 100}))
        shown = {row['id']: row['sync_status']['value'] for row in answer.json()['results']}
        self.assertEqual(shown, self.expected)
        brief = queries_of(lambda: client.get(address, {'limit': 100, 'brief': True}))
        self.assertEqual([each for each in brief if 'open_conflicts' in each], [])

    def test_locks_are_asked_for_all_at_once(self) -> None:
        self.grow(FEW)
        held = {pk for pk, status in self.expected.items() if status == 'syncing'}
        self.assertEqual(leases_held(self.expected), held)
        self.assertEqual({pk for pk in self.expected if lease_held(pk)}, held)

    def address(self, name: str) -> str:
        return reverse(f'plugins:netbox_hedgehog:{name}')

    def counted(self) -> dict[str, int]:
        labels, found = dict(SyncStatusChoices()), list(self.expected.values())
        return {str(labels[status]): found.count(status) for status in set(found)}

    def badges(self, page: str) -> dict[str, int]:
        return {label: page.count(f'">{label}</span>') for label in self.counted()}
