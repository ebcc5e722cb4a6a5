"""Errors are counted where they stand, closed when they are gone, shown, and cleaned up."""

from datetime import timedelta
from io import StringIO

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from utilities.testing import TestCase

from hedgehog_gitops.testing.faults import Fault
from netbox_hedgehog.models import (
    ConflictResolution,
    ErrorRecord,
    HealthAlert,
    RawUpload,
    SyncOperation,
)
from netbox_hedgehog.sync.error_statistics import statistics
from netbox_hedgehog.sync.housekeeping import clean_up

from .builders import (
    a_conflict,
    a_fabric,
    a_repository,
    a_resource,
    an_error,
    an_operation,
    an_upload,
)
from .git_case import BASE, GitCase, vpc
from .pages import allow, strict_templates
from .test_api_actions import ActionTestCase, plugin_settings

BROKEN = f'{BASE}/raw/broken.yaml'
ONE = f'{BASE}/managed/vpcs/one.yaml'


class RecordedTest(GitCase):
    """What operations on a real server leave behind."""

    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()

    def error(self, reason: str) -> ErrorRecord:
        return ErrorRecord.objects.get(reason=reason)

    def test_a_held_document_is_one_row_until_it_is_mended(self) -> None:
        self.person.push({BROKEN: b'kind: VPC\nmetadata: {name: [\n'})
        first = self.run_operation(self.fabric)
        row = self.error('YamlSyntax')
        self.assertEqual((row.path, row.occurrences, row.open), (BROKEN, 1, True))
        self.assertEqual((row.operation, row.fabric), (first, self.fabric))
        self.assertIsNotNone(row.line)
        second = self.run_operation(self.fabric)
        row = self.error('YamlSyntax')
        self.assertEqual((row.occurrences, row.operation), (2, second))
        self.person.push({BROKEN: vpc('one')})
        self.run_operation(self.fabric)
        self.assertFalse(self.error('YamlSyntax').open)
        self.person.push({BROKEN: b'kind: VPC\nmetadata: {name: [\n'}, 'Again')
        self.run_operation(self.fabric)
        self.assertEqual(ErrorRecord.objects.filter(reason='YamlSyntax').count(), 2)

    def test_what_nobody_looked_at_again_stays_open(self) -> None:
        self.person.push({BROKEN: b'kind: [\n'})
        self.run_operation(self.fabric)
        with plugin_settings(directory_management_enabled=False):
            self.run_operation(self.fabric)
        self.assertTrue(self.error('YamlSyntax').open)

    def test_a_failure_is_over_with_the_first_run_that_succeeds(self) -> None:
        self.server.add(Fault(containing='info/refs', status=503, times=None))
        self.run_operation(self.fabric)
        self.run_operation(self.fabric)
        row = self.error('RemoteUnreachable')
        self.assertEqual((row.path, row.occurrences, row.open), ('', 2, True))
        self.server.clear()
        self.run_operation(self.fabric)
        self.assertFalse(self.error('RemoteUnreachable').open)

    def test_a_file_of_managed_is_looked_at_again_when_it_changes_or_goes(self) -> None:
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.run_operation(self.fabric)
        broken = self.person.files()[ONE] + b'  x: [\n'
        self.person.push({ONE: broken}, 'Break it')
        self.run_operation(self.fabric)
        rows = ErrorRecord.objects.filter(path=ONE)
        self.assertTrue(rows.filter(resolved_at=None).exists())
        self.run_operation(self.fabric)
        self.assertTrue(rows.filter(resolved_at=None).exists(), 'nobody has touched the file')
        self.person.push({ONE: vpc('one')}, 'Mend it')
        self.run_operation(self.fabric)
        self.assertFalse(rows.filter(resolved_at=None).exists())
        self.person.push({ONE: broken}, 'Break it again')
        self.run_operation(self.fabric)
        self.assertTrue(rows.filter(resolved_at=None).exists())
        self.person.push({ONE: None}, 'Remove it')
        self.run_operation(self.fabric)
        self.assertFalse(rows.filter(resolved_at=None).exists())


class StatisticsTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = timezone.now().replace(minute=30)
        self.fabric, self.other = a_fabric(name='Lab'), a_fabric(name='Other')
        self.seen('YamlSyntax', 1, path='raw/a.yaml')
        self.seen('YamlSyntax', 2, path='raw/b.yaml', resolved_at=self.hours(1))
        self.seen('CredentialsRefused', 3, path='', fabric=self.other)
        self.seen('RemoteUnreachable', 30, path='', last_seen=self.hours(30))
        self.seen('UnheardOf', 40, path='raw/a.yaml', last_seen=self.hours(1))
        an_operation(self.fabric, status='failed', completed_at=self.hours(1))
        an_operation(self.fabric, status='completed', completed_at=self.hours(2))
        an_operation(self.fabric, status='completed', completed_at=self.hours(50))

    def hours(self, ago: float):
        return self.now - timedelta(hours=ago)

    def seen(self, reason, ago, fabric=None, **fields) -> None:
        fields = {'first_seen': self.hours(ago), 'last_seen': self.hours(ago), **fields}
        an_error(fabric or self.fabric, reason=reason, **fields)

    def counted(self, window: str = '24h'):
        records, operations = ErrorRecord.objects.all(), SyncOperation.objects.all()
        return statistics(records, operations, window, self.now)

    def test_a_day(self) -> None:
        counted = self.counted()
        totals = ('errors', 'new', 'resolved', 'open', 'new_before', 'change')
        self.assertEqual([counted[name] for name in totals], [4, 3, 1, 4, 2, 1])
        self.assertEqual((counted['operations'], counted['operations_failed']), (2, 1))
        first = counted['by_reason'][0]
        self.assertEqual(
            first,
            {
                'reason': 'YamlSyntax', 'errors': 2, 'new': 2, 'open': 1,
                'category': 'validation', 'severity': 'high', 'recovery': 'skip',
            },
        )  # fmt: skip
        unknown = next(r for r in counted['by_reason'] if r['reason'] == 'UnheardOf')
        self.assertEqual(unknown['category'], 'unknown')
        self.assertEqual(
            counted['by_path'],
            [
                {'path': 'raw/a.yaml', 'errors': 2, 'new': 1, 'open': 2},
                {'path': 'raw/b.yaml', 'errors': 1, 'new': 1, 'open': 0},
            ],
        )
        names = [(row['name'], row['errors']) for row in counted['by_fabric']]
        self.assertEqual(names, [('Lab', 3), ('Other', 1)])
        severities = {row['word']: row['errors'] for row in counted['by_severity']}
        self.assertEqual(severities, {'high': 3, 'critical': 1})
        latest = [(point['new'], point['resolved']) for point in counted['trend'][-2:]]
        self.assertEqual(latest, [(1, 0), (1, 1)])

    def test_longer_windows_see_more(self) -> None:
        self.assertEqual([self.counted(each)['errors'] for each in ('24h', '7d', '30d')], [4, 5, 5])
        self.assertEqual(self.counted('7d')['operations'], 3)


class StatisticsPagesTest(TestCase):
    address = reverse('plugins:netbox_hedgehog:errorrecord_statistics')

    def test_needs_the_permission_and_counts_only_what_may_be_seen(self) -> None:
        self.assertHttpStatus(self.client.get(self.address), 403)
        seen, hidden = a_fabric(name='Seen'), a_fabric(name='Hidden')
        an_error(seen, reason='YamlSyntax', path='raw/seen.yaml')
        an_error(hidden, reason='YamlSyntax', path='raw/hidden.yaml')
        allow(self.user, ErrorRecord, 'view', fabric__name='Seen')
        with strict_templates() as missing:
            page = self.client.get(self.address, {'window': '7d'})
        self.assertEqual(missing, [])
        self.assertContains(page, 'raw/seen.yaml')
        self.assertNotContains(page, 'raw/hidden.yaml')
        self.assertHttpStatus(self.client.get(self.address, {'window': 'x'}), 200)

    def test_a_count_leads_to_its_rows(self) -> None:
        allow(self.user, ErrorRecord, 'view')
        an_error(a_fabric(), reason='YamlSyntax', path='raw/a b.yaml')
        counted = self.client.get(self.address).context['groups']
        for group in counted:
            for row in group['rows']:
                with self.subTest(row['url']):
                    listed = self.client.get(row['url']).context['table']
                    self.assertEqual(len(listed.rows), row['errors'])


class ErrorApiTest(ActionTestCase):
    def test_statistics(self) -> None:
        fabric = a_fabric()
        an_error(fabric)
        an_error(a_fabric())
        self.assertHttpStatus(self.get('errors/statistics'), 403)
        self.add_permissions('netbox_hedgehog.view_errorrecord')
        self.assertEqual(self.get('errors/statistics').data['errors'], 2)
        url = f'/api/plugins/hedgehog/errors/statistics/?window=7d&fabric_id={fabric.pk}'
        answer = self.client.get(url, **self.header).data
        self.assertEqual((answer['window'], answer['errors']), ('7d', 1))
        url = '/api/plugins/hedgehog/errors/statistics/?window=1y'
        response = self.client.get(url, **self.header)
        self.assertRefused(response, 400, 'VALIDATION_FAILED', 'ValidationFailed')
        row = self.get('errors').data['results'][0]
        self.assertEqual(
            (row['category'], row['severity'], row['recovery'], row['open']),
            ('validation', 'high', 'skip', True),
        )


class HousekeepingTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = timezone.now()
        self.fabric = a_fabric(git_repository=a_repository())
        SyncOperation.objects.all().delete()

    def days(self, ago: int):
        return self.now - timedelta(days=ago)

    def test_what_is_over_and_old_goes_and_what_is_open_stays(self) -> None:
        resource = a_resource(self.fabric)
        old, young = {'completed_at': self.days(91)}, {'completed_at': self.days(89)}
        gone = an_operation(self.fabric, status='completed', **old)
        an_operation(self.fabric, status='completed', **young)
        found = an_operation(self.fabric, status='completed', **old)
        met = an_operation(self.fabric, status='failed', **old)
        SyncOperation.objects.create(fabric=self.fabric, operation_type='sync')
        conflict = a_conflict(resource, sync_operation=found)
        decided = a_conflict(resource, resolution_status='resolved', resolved_at=self.days(500))
        an_error(self.fabric, first_seen=self.days(400), last_seen=self.days(400), operation=met)
        an_error(self.fabric, resolved_at=self.days(31), operation=gone)
        an_error(self.fabric, resolved_at=self.days(29))
        times = {'message': 'x', 'value': 1, 'threshold': 1, 'raised_at': self.days(50)}
        HealthAlert.objects.create(fabric=self.fabric, name='circuit_open', **times)
        times['cleared_at'] = self.days(40)
        HealthAlert.objects.create(fabric=self.fabric, name='sync_overdue', **times)
        upload = an_upload(self.fabric, state='waiting')
        RawUpload.objects.filter(pk=upload.pk).update(created=self.days(400))
        removed = clean_up(self.now)
        self.assertEqual(
            removed,
            {
                'checkpoint': 0,
                'rawupload': 0, 'conflictresolution': 0, 'errorrecord': 1, 'healthalert': 1,
                'syncoperation': 1,
            },
        )  # fmt: skip
        self.assertFalse(SyncOperation.objects.filter(pk=gone.pk).exists())
        self.assertEqual(SyncOperation.objects.count(), 4)
        self.assertEqual(ErrorRecord.objects.count(), 2)
        self.assertEqual(set(ConflictResolution.objects.all()), {conflict, decided})
        with plugin_settings(conflict_retention_days=365):
            self.assertEqual(clean_up(self.now)['conflictresolution'], 1)
        self.assertEqual(ConflictResolution.objects.get(), conflict)

    def test_zero_days_keep_all(self) -> None:
        an_operation(self.fabric, status='completed', completed_at=self.days(5000))
        an_error(self.fabric, resolved_at=self.days(5000))
        with plugin_settings(operation_retention_days=0, error_retention_days=0):
            self.assertEqual(set(clean_up(self.now).values()), {0})

    def test_the_command_says_what_it_removed(self) -> None:
        an_error(self.fabric, resolved_at=self.days(31))
        out = StringIO()
        call_command('hedgehog_housekeeping', stdout=out)
        self.assertIn('errorrecord: 1 removed', out.getvalue())
        self.assertIn('syncoperation: 0 removed', out.getvalue())
