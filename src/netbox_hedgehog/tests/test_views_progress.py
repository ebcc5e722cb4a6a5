"""The moving parts of pages: bars, logs, many operations on one page, and when they stop asking."""

from core.models import Job
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from utilities.testing import TestCase

from netbox_hedgehog.models import HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.announce import _Rest, announce
from netbox_hedgehog.sync.messages import message

from .builders import a_fabric, a_repository
from .pages import a_waiting_worker, allow

HTMX = {'HTTP_HX_REQUEST': 'true'}
PROGRESS = 'plugins:netbox_hedgehog:syncoperation_bulk_progress'


def run_of(fabric, status='syncing_data', **fields):
    return SyncOperation.objects.create(
        fabric=fabric, operation_type='sync', status=status, **fields
    )


class OperationPageTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        _Rest.until = 0.0
        allow(self.user, SyncOperation, 'view', 'cancel')
        self.fabric = a_fabric(git_repository=a_repository())
        self.operation = run_of(
            self.fabric, current_phase='record', progress_done=2, progress_total=8
        )
        self.part = reverse(
            'plugins:netbox_hedgehog:syncoperation_progress', args=[self.operation.pk]
        )

    def page(self) -> str:
        return self.client.get(self.operation.get_absolute_url()).content.decode()

    def test_a_bar_a_phase_and_a_button_while_it_runs(self) -> None:
        shown = self.page()
        self.assertIn('value="2" max="8"', shown)
        self.assertIn('2 / 8', shown)
        self.assertRegex(shown, r'hh-current" data-hh-phase="record" aria-current="step"')
        self.assertRegex(shown, r'hh-done" data-hh-phase="commit"')
        self.assertIn(f'hx-get="{self.part}"', shown)
        self.assertIn('name="_cancel"', shown)
        self.assertIn('netbox_hedgehog/live.js', shown)
        events = reverse('plugins:netbox_hedgehog:syncoperation_events', args=[self.operation.pk])
        self.assertIn(f'data-hh-events="{events}" data-hh-socket=""', shown)
        self.assertNotIn('<script>', shown.split('<!-- begin')[1])

    def test_where_a_socket_answers_the_page_says_so(self) -> None:
        ours = {**settings.PLUGINS_CONFIG['netbox_hedgehog'], 'websocket_enabled': True}
        with override_settings(PLUGINS_CONFIG={'netbox_hedgehog': ours}):
            shown = self.page()
        address = f'/ws/plugins/hedgehog/operations/{self.operation.pk}/'
        self.assertIn(f'data-hh-socket="{address}"', shown)

    def test_what_was_said_last_is_newer_than_the_row(self) -> None:
        said = {'phase': 'record', 'done': 7, 'total': 8, 'message': 'Commit 1234'}
        name = str(self.operation.operation_id)
        announce(message('sync_progress', self.fabric.pk, name, said))
        shown = self.client.get(self.part, **HTMX)
        self.assertContains(shown, 'value="7" max="8"')
        self.assertContains(shown, 'Commit 1234')

    def test_it_stops_asking_when_it_is_over(self) -> None:
        self.assertHttpStatus(self.client.get(self.part, **HTMX), 200)
        SyncOperation.objects.update(status='completed')
        over = self.client.get(self.part, **HTMX)
        self.assertEqual((over.status_code, over['HX-Refresh']), (286, 'true'))
        shown = self.page()
        self.assertNotIn(f'hx-get="{self.part}"', shown)
        self.assertIn('hh-completed', shown)
        self.assertNotIn('name="_cancel"', shown)

    def test_without_htmx_it_leads_to_the_page(self) -> None:
        self.assertRedirects(self.client.get(self.part), self.operation.get_absolute_url())

    def test_who_may(self) -> None:
        self.user.object_permissions.all().delete()
        self.assertHttpStatus(self.client.get(self.part, **HTMX), 403)
        allow(self.user, SyncOperation, 'view', pk=self.operation.pk + 1)
        self.assertHttpStatus(self.client.get(self.part, **HTMX), 404)

    def test_the_log_is_that_of_this_operation_for_whoever_may_see_the_job(self) -> None:
        mine, theirs = str(self.operation.operation_id), '0' * 8
        line = {'level': 'info', 'timestamp': '2026-01-02T03:04:05+00:00'}
        said = [
            {**line, 'message': f'fabric=1 operation={mine} stage=plan: Grabbed <b>12</b>'},
            {**line, 'message': f'fabric=1 operation={theirs} stage=plan: not mine'},
            {**line, 'message': 'something else'},
            {
                **line,
                'level': 'debug',
                'message': f'fabric=1 operation={mine} stage=x: whispered',
            },
        ]
        job = Job.objects.create(name='x', job_id='0' * 8 + '-0000-4000-8000-' + '0' * 12)
        Job.objects.filter(pk=job.pk).update(log_entries=said)
        SyncOperation.objects.update(job=job)
        self.assertNotIn('Grabbed', self.page())
        allow(self.user, Job, 'view')
        shown = self.page()
        self.assertIn('Grabbed &lt;b&gt;12', shown)
        self.assertNotIn('not mine', shown)
        self.assertNotIn('whispered', shown)


class ManyOperationsTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        _Rest.until = 0.0
        repository = a_repository()
        self.fabrics = [a_fabric(git_repository=repository, name=f'F{n}') for n in range(3)]

    def test_bulk_sync_leads_to_a_bar_for_each_fabric(self) -> None:
        allow(self.user, HedgehogFabric, 'view', 'sync')
        allow(self.user, SyncOperation, 'view')
        chosen = {'pk': [fabric.pk for fabric in self.fabrics[:2]]}
        address = reverse('plugins:netbox_hedgehog:hedgehogfabric_bulk_sync')
        with a_waiting_worker():
            response = self.client.post(address, chosen, follow=True)
        first, last = SyncOperation.objects.order_by('pk').values_list('pk', flat=True)
        self.assertEqual(
            response.redirect_chain[0][0], f'{reverse(PROGRESS)}?operations={first}-{last}'
        )
        for operation in SyncOperation.objects.all():
            self.assertContains(response, f'data-hh-operation="{operation.operation_id}"')
        self.assertContains(response, '0 of 2 done')
        self.assertContains(response, 'data-hh-events="/plugins/hedgehog/operations/events/?')

    def test_ingestion_and_search_in_bulk_lead_there_too(self) -> None:
        allow(self.user, SyncOperation, 'view')
        chosen = {'pk': [fabric.pk for fabric in self.fabrics[1:]]}
        for name, permission, kind in (
            ('bulk_ingest', 'ingest', 'file_ingestion'),
            ('bulk_scan', 'settle', 'duplicate_scan'),
        ):
            address = reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{name}')
            page = reverse('plugins:netbox_hedgehog:hedgehogfabric_list')
            with self.subTest(name), a_waiting_worker():
                allow(self.user, HedgehogFabric, 'view')
                self.assertHttpStatus(self.client.post(address, chosen), 403)
                self.assertNotContains(self.client.get(page), address)
                allow(self.user, HedgehogFabric, permission, name='F2')
                self.assertContains(self.client.get(page), address)
                response = self.client.post(address, chosen, follow=True)
                operation = SyncOperation.objects.get(operation_type=kind)
                self.assertEqual(operation.fabric, self.fabrics[2])
                self.assertContains(response, f'data-hh-operation="{operation.operation_id}"')

    def test_who_may_not_see_operations_goes_back_to_the_list(self) -> None:
        allow(self.user, HedgehogFabric, 'view', 'sync')
        address = reverse('plugins:netbox_hedgehog:hedgehogfabric_bulk_sync')
        with a_waiting_worker():
            response = self.client.post(address, {'pk': [self.fabrics[0].pk]})
        self.assertRedirects(response, reverse('plugins:netbox_hedgehog:hedgehogfabric_list'))

    def test_it_counts_and_stops_asking_when_all_are_over(self) -> None:
        allow(self.user, SyncOperation, 'view')
        rows = [run_of(fabric) for fabric in self.fabrics]
        SyncOperation.objects.filter(pk=rows[0].pk).update(
            status='failed', last_error_message='The server refused'
        )
        asked = {'operations': ','.join(str(row.pk) for row in rows)}
        shown = self.client.get(reverse(PROGRESS), asked, **HTMX)
        self.assertContains(shown, '1 of 3 done')
        self.assertContains(shown, '1 failed')
        self.assertContains(shown, 'The server refused')
        self.assertContains(shown, 'data-hh-refresh')
        SyncOperation.objects.exclude(pk=rows[0].pk).update(status='completed')
        over = self.client.get(reverse(PROGRESS), asked, **HTMX)
        self.assertEqual(over.status_code, 286)
        self.assertNotIn('data-hh-refresh', over.content.decode())

    def test_only_what_one_may_see(self) -> None:
        rows = [run_of(fabric) for fabric in self.fabrics]
        asked = {'operations': ','.join(str(row.pk) for row in rows)}
        self.assertHttpStatus(self.client.get(reverse(PROGRESS), asked), 403)
        allow(self.user, SyncOperation, 'view', fabric__name='F1')
        shown = self.client.get(reverse(PROGRESS), asked).content.decode()
        self.assertIn(str(rows[1].operation_id), shown)
        self.assertNotIn(str(rows[0].operation_id), shown)
        nothing = self.client.get(reverse(PROGRESS), {'operations': 'x'})
        self.assertContains(nothing, 'There is no such operation')

    def test_a_page_of_many_asks_the_database_as_often_as_a_page_of_one(self) -> None:
        allow(self.user, SyncOperation, 'view')
        rows = [run_of(fabric) for fabric in self.fabrics]
        self.client.get(reverse(PROGRESS), {'operations': str(rows[0].pk)})
        with self.assertNumQueries(FuzzyInt(5, 25)) as one:
            self.client.get(reverse(PROGRESS), {'operations': str(rows[0].pk)})
        with self.assertNumQueries(len(one)):
            self.client.get(reverse(PROGRESS), {'operations': f'{rows[0].pk}-{rows[-1].pk}'})


class FuzzyInt(int):
    """A number in a range, for a count that is compared with another one afterwards."""

    def __new__(cls, low: int, high: int) -> 'FuzzyInt':
        made = super().__new__(cls, high)
        made.low = low
        return made

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and self.low <= other <= int(self)

    __hash__ = int.__hash__


class FabricPageTest(TestCase):
    """The status refreshes itself; the page around it only when it shows something else by now."""

    def setUp(self) -> None:
        super().setUp()
        _Rest.until = 0.0
        allow(self.user, HedgehogFabric, 'view')
        self.fabric = a_fabric(git_repository=a_repository())

    def part(self) -> str:
        shown = self.client.get(self.fabric.get_absolute_url()).content.decode()
        return shown.split('data-hh-refresh hx-get="')[1].split('"')[0].replace('&amp;', '&')

    def test_nothing_happened(self) -> None:
        answer = self.client.get(self.part(), **HTMX)
        self.assertNotIn('HX-Refresh', answer)
        self.assertContains(answer, 'every 20s')

    def test_something_ended_meanwhile(self) -> None:
        address = self.part()
        waits = run_of(self.fabric, status='pending')
        answer = self.client.get(address, **HTMX)
        self.assertNotIn('HX-Refresh', answer)
        self.assertContains(answer, 'every 2s')
        self.assertContains(answer, address.replace('&', '&amp;'))
        SyncOperation.objects.filter(pk=waits.pk).update(status='failed', last_reason='X')
        self.assertEqual(self.client.get(address, **HTMX)['HX-Refresh'], 'true')
        self.assertNotIn('HX-Refresh', self.client.get(self.part(), **HTMX))
