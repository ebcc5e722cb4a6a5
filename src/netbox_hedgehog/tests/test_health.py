"""Health, analytics and alerts, from rows: what is measured is told, and nothing else."""

from datetime import timedelta

from core.models import Job
from django.contrib.auth import get_user_model
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from extras.models import Notification, Subscription
from utilities.testing import TestCase

from netbox_hedgehog.jobs import HealthCheckJob
from netbox_hedgehog.models import (
    FabricSyncState,
    GitRepositoryState,
    HealthAlert,
    HedgehogFabric,
    OutboxEntry,
    ResourceSyncState,
    SyncOperation,
)
from netbox_hedgehog.sync.alerts import check_alerts
from netbox_hedgehog.sync.analytics import fabric_analytics
from netbox_hedgehog.sync.health import Input, fabric_health, score

from .builders import a_conflict, a_fabric, a_repository, a_resource, an_entry, an_operation
from .git_case import BASE, GitCase, vpc
from .pages import allow, strict_templates
from .test_api_actions import ActionTestCase, plugin_settings
from .test_notify import MAILING


class ScoreTest(TestCase):
    def test_what_is_not_measured_does_not_count(self) -> None:
        self.assertIsNone(score([Input('a', 40, None)]))
        self.assertEqual(score([Input('a', 40, 1.0), Input('b', 20, None)]), 100)
        self.assertEqual(score([Input('a', 30, 1.0), Input('b', 10, 0.0)]), 75)


class HealthCase(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.now = timezone.now()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        SyncOperation.objects.all().delete()

    def ago(self, **length):
        return self.now - timedelta(**length)

    def ended(self, status: str, seconds: float = 10, hours: float = 1, **fields) -> None:
        end = self.ago(hours=hours)
        fields.setdefault('started_at', end - timedelta(seconds=seconds))
        an_operation(self.fabric, status=status, completed_at=end, **fields)

    def fresh(self) -> HedgehogFabric:
        related = ('sync_state', 'git_repository__state')
        return HedgehogFabric.objects.select_related(*related).get(pk=self.fabric.pk)

    def health(self):
        return fabric_health(self.fresh(), self.now)

    def state(self, **fields) -> None:
        FabricSyncState.objects.update_or_create(fabric=self.fabric, defaults=fields)

    def server(self, **fields) -> None:
        repository = self.fabric.git_repository
        GitRepositoryState.objects.update_or_create(repository=repository, defaults=fields)


class HealthTest(HealthCase):
    def test_of_a_new_fabric_nothing_is_known(self) -> None:
        health = self.health()
        self.assertIsNone(health['overall_health_score'])
        self.assertEqual(health['health_status'], 'unknown')
        self.assertEqual({each['value'] for each in health['score_inputs']}, {None})
        self.assertIsNone(health['metrics']['performance']['average_sync_time_seconds'])
        self.assertIsNone(health['metrics']['github_integration']['connection_healthy'])

    def test_what_operations_did(self) -> None:
        self.ended(
            'completed', 4, resources_processed=30, git_commands=12, memory_peak_bytes=120_000_000
        )
        self.ended('failed', 8, git_commands=4)
        self.ended('cancelled')
        self.assertIsNone(self.health()['metrics']['performance']['memory_usage_trend'])
        self.ended('completed', hours=30, memory_peak_bytes=100_000_000)
        operations = self.health()['metrics']['sync_operations']
        self.assertEqual(operations['total_operations_24h'], 2)
        self.assertEqual(operations['success_rate_24h'], 0.5)
        self.assertEqual(operations['average_duration_seconds'], 6.0)
        self.assertEqual(operations['last_successful_sync'], self.ago(hours=1))
        performance = self.health()['metrics']['performance']
        self.assertEqual(performance['resources_per_second'], 2.5)
        self.assertEqual(performance['git_commands_per_sync'], 8.0)
        self.assertIsNone(performance['api_calls_per_sync'])
        self.assertAlmostEqual(performance['memory_usage_trend'], 0.2)

    def test_objects_and_conflicts(self) -> None:
        good, clashing, wrong = (a_resource(self.fabric) for _ in range(3))
        a_resource(self.fabric, desired_spec=None)
        a_conflict(clashing)
        ResourceSyncState.objects.filter(resource=wrong).update(last_sync_error='no')
        done = a_conflict(good, resolution_status='resolved', resolved_at=self.now)
        type(done).objects.filter(pk=done.pk).update(detected_at=self.ago(seconds=90))
        metrics = self.health()['metrics']
        self.assertEqual(
            metrics['resources'],
            {'total': 4, 'synced': 1, 'with_conflicts': 1, 'with_errors': 1, 'sync_coverage': 0.25},
        )
        self.assertEqual(metrics['conflicts']['average_resolution_time_seconds'], 90.0)
        self.assertEqual(metrics['conflicts']['auto_resolution_rate'], 1.0)
        self.assertEqual(
            (metrics['conflicts']['active'], metrics['conflicts']['resolved_24h']), (1, 1)
        )

    def test_the_score_is_the_weighted_mean_of_its_inputs(self) -> None:
        self.ended('completed')
        self.ended('failed')
        self.state(last_sync=self.ago(seconds=4 * self.fabric.sync_interval))
        self.server(connection_status='connected', circuit_state='half_open')
        a_resource(self.fabric)
        health = self.health()
        values = {each['name']: each['value'] for each in health['score_inputs']}
        self.assertEqual(
            values,
            {'success_rate_24h': 0.5, 'freshness': 0.5, 'sync_coverage': 1.0, 'connection': 0.5},
        )
        self.assertEqual(health['overall_health_score'], 60)
        self.assertEqual(health['health_status'], 'degraded')

    def test_analytics(self) -> None:
        self.ended('completed', 10, hours=1, resources_processed=5)
        self.ended('failed', 20, hours=30)
        self.ended('completed', 30, hours=24 * 40, operation_type='file_ingestion')
        a_resource(self.fabric, kind='VPC')
        day = fabric_analytics(self.fabric, '24h', 'hour', ('sync_volume',), self.now)
        self.assertEqual(day['summary']['total_operations'], 1)
        self.assertEqual(list(day['trends']), ['sync_volume'])
        quarter = fabric_analytics(
            self.fabric, '90d', 'week', ('sync_volume', 'performance'), self.now
        )
        self.assertEqual(quarter['summary']['total_operations'], 3)
        self.assertEqual(quarter['summary']['average_duration_seconds'], 20.0)
        self.assertEqual(sum(each['total'] for each in quarter['trends']['sync_volume']), 3)
        by_type = {
            each['operation_type']: (each['total'], each['failed'])
            for each in quarter['breakdown']['by_operation_type']
        }
        self.assertEqual(by_type, {'sync': (2, 1), 'file_ingestion': (1, 0)})
        self.assertEqual(
            quarter['breakdown']['by_resource_kind'],
            [{'kind': 'VPC', 'synced': 1, 'conflicts': 0, 'errors': 0}],
        )


class AlertsTest(HealthCase):
    def setUp(self) -> None:
        super().setUp()
        self.state(last_sync=self.now)

    def names(self, now=None) -> list[tuple[str, bool]]:
        changed = check_alerts(now or self.now)
        return [(alert.name, alert.cleared_at is None) for alert in changed]

    def old_edit(self, **fields) -> OutboxEntry:
        entry = an_entry(a_resource(self.fabric), **fields)
        OutboxEntry.objects.filter(pk=entry.pk).update(created=self.ago(seconds=3601))
        return entry

    def test_nothing_is_raised_where_all_is_well(self) -> None:
        an_entry(a_resource(self.fabric))
        self.assertEqual(self.names(), [])

    def test_each_is_raised_once_and_cleared_once(self) -> None:
        entry = self.old_edit()
        self.assertEqual(self.names(), [('outbox_waiting', True)])
        self.assertEqual(self.names(), [])
        self.assertEqual(self.names(), [], 'a restart changes nothing: it is a row')
        OutboxEntry.objects.filter(pk=entry.pk).update(state='done')
        self.assertEqual(self.names(), [('outbox_waiting', False)])
        self.assertEqual(self.names(), [])
        OutboxEntry.objects.filter(pk=entry.pk).update(state='failed')
        self.assertEqual(self.names(), [('outbox_waiting', True)])
        self.assertEqual(HealthAlert.objects.count(), 2)

    def test_edits_that_wait_for_a_person_are_no_alert(self) -> None:
        self.old_edit(state='conflict')
        self.assertEqual(self.names(), [])
        self.old_edit()
        HedgehogFabric.objects.update(publish_mode='manual')
        self.assertEqual(self.names(), [])
        HedgehogFabric.objects.update(publish_mode='direct', sync_direction='git_to_gui')
        self.assertEqual(self.names(), [])
        HedgehogFabric.objects.update(sync_direction='bidirectional')
        with plugin_settings(bidirectional_sync_enabled=False):
            self.assertEqual(self.names(), [])

    def test_overdue(self) -> None:
        self.state(last_sync=self.ago(seconds=6 * self.fabric.sync_interval + 1))
        self.assertEqual(self.names(), [('sync_overdue', True)])
        HedgehogFabric.objects.update(sync_enabled=False)
        self.assertEqual(self.names(), [('sync_overdue', False)], 'nobody expects a sync')

    def test_failures(self) -> None:
        for status in ('failed', 'failed', 'completed'):
            self.ended(status)
        self.assertEqual(self.names(), [], 'too few to say')
        self.ended('completed')
        self.assertEqual(self.names(), [('failure_share', True)])
        with plugin_settings(alert_failure_percent=51):
            self.assertEqual(self.names(), [('failure_share', False)])

    def test_circuit(self) -> None:
        silent = {'last_fetched': self.ago(seconds=301), 'circuit_opened_at': self.now}
        self.server(circuit_state='closed', **silent)
        self.assertEqual(self.names(), [])
        self.server(circuit_state='open', **silent)
        self.assertEqual(self.names(), [('circuit_open', True)])

    def test_zero_switches_an_alert_off(self) -> None:
        self.old_edit()
        self.state(last_sync=self.ago(days=9))
        self.server(circuit_state='open', last_fetched=self.ago(days=9))
        off = dict.fromkeys(
            ('alert_outbox_seconds', 'alert_sync_intervals', 'alert_circuit_seconds'), 0
        )
        with plugin_settings(**off):
            self.assertEqual(self.names(), [])
        self.assertEqual(len(self.names()), 3)

    def test_the_job_tells_subscribers_once_and_clears(self) -> None:
        user = get_user_model().objects.create_superuser('bo', 'bo@example.com')
        Subscription.objects.create(user=user, object=self.fabric)
        entry = self.old_edit()
        with MAILING:
            for _ in range(2):
                HealthCheckJob(Job(name='x')).run()
            told = Notification.objects.get(user=user)
            self.assertEqual(told.event_type, 'hedgehog_alert_raised')
            self.assertEqual(len(mail.outbox), 1)
            self.assertIn('1 edits wait for Git', mail.outbox[0].body)
            OutboxEntry.objects.filter(pk=entry.pk).update(state='done')
            job = Job(name='x')
            HealthCheckJob(job).run()
        self.assertEqual(len(mail.outbox), 1)
        self.assertIn('outbox_waiting cleared', job.log_entries[0]['message'])

    def test_alerts_are_among_the_errors_that_can_be_switched_off(self) -> None:
        user = get_user_model().objects.create_superuser('bo', 'bo@example.com')
        Subscription.objects.create(user=user, object=self.fabric)
        self.old_edit()
        with plugin_settings(enable_error_notifications=False):
            self.assertEqual(len(self.names()), 1)
        self.assertFalse(Notification.objects.filter(user=user).exists())


class HealthApiTest(HealthCase, ActionTestCase):
    def test_health_and_analytics(self) -> None:
        path = f'fabrics/{self.fabric.pk}'
        for action in ('sync-health', 'sync-analytics'):
            self.assertHttpStatus(self.get(f'{path}/{action}'), 403)
        self.add_permissions('netbox_hedgehog.view_hedgehogfabric')
        self.state(last_sync=self.ago(days=9))
        check_alerts(self.now)
        health = self.get(f'{path}/sync-health').data
        self.assertEqual(health['overall_health_score'], 0)
        (alert,) = health['alerts']
        self.assertEqual(alert['name'], 'sync_overdue')
        self.assertIn(f'/fabrics/{self.fabric.pk}/health/', alert['alert_url'])
        self.assertEqual(len(health['recommendations']), 1)
        url = f'/api/plugins/hedgehog/{path}/sync-analytics/'
        answer = self.client.get(f'{url}?period=7d&group_by=day&metrics=performance', **self.header)
        self.assertEqual(list(answer.data['trends']), ['performance'])
        for wrong in ('period=1y', 'group_by=minute', 'metrics=love'):
            response = self.client.get(f'{url}?{wrong}', **self.header)
            self.assertRefused(response, 400, 'VALIDATION_FAILED', 'ValidationFailed')


class HealthPageTest(HealthCase):
    def test_shows_what_is_known_and_says_what_is_not(self) -> None:
        address = reverse('plugins:netbox_hedgehog:hedgehogfabric_health', args=[self.fabric.pk])
        self.assertHttpStatus(self.client.get(address), 403)
        allow(self.user, HedgehogFabric, 'view')
        with strict_templates() as missing:
            self.assertContains(self.client.get(address), 'not measured')
            self.state(last_sync=self.ago(days=9))
            check_alerts(self.now)
            self.ended('completed')
            page = self.client.get(address)
        self.assertEqual(missing, [])
        self.assertContains(page, 'intervals old')
        self.assertContains(self.client.get(self.fabric.get_absolute_url()), address)


class MeasuredTest(GitCase):
    def test_git_commands_are_counted_for_what_went_through_and_what_failed(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        quiet, busy = self.run_operation(fabric), None
        self.assertGreater(quiet.git_commands, 5)
        busy, quiet = quiet, self.run_operation(fabric)
        self.assertLess(quiet.git_commands, busy.git_commands)
        self.server.password = 'another'
        self.assertGreater(self.run_operation(fabric).git_commands, 0)

    def test_each_phase_is_timed_also_of_what_failed(self) -> None:
        fabric = self.ready_fabric()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        done = self.run_operation(fabric)
        self.assertLessEqual(
            {'fetch', 'plan', 'commit', 'publish', 'record'}, set(done.phase_seconds)
        )
        spent = sum(done.phase_seconds.values())
        self.assertLess(spent, done.duration_seconds + 0.01)
        self.assertGreater(spent, done.duration_seconds / 4)
        self.assertGreater(done.memory_peak_bytes, 20_000_000)
        self.client.force_login(self.alice)
        page = self.client.get(done.get_absolute_url())
        self.assertRegex(page.content.decode(), r'Fetch \d+\.\d\d s, ')
        self.server.password = 'another'
        failed = self.run_operation(fabric)
        self.assertEqual(set(failed.phase_seconds), {'fetch'})
        self.assertGreater(failed.memory_peak_bytes, 20_000_000)
