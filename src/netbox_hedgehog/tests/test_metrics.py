"""The page of metrics shows what the rows say, in one process and in several."""

import os
import tempfile
from datetime import timedelta
from unittest import mock

from django.core.exceptions import MiddlewareNotUsed
from django.db import DatabaseError, connection
from django.test import TestCase, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from netbox_hedgehog import metrics
from netbox_hedgehog.models import (
    FabricSyncState,
    GitRepositoryState,
    HealthAlert,
    OutboxEntry,
    SyncOperation,
)
from netbox_hedgehog.sync.metrics import FAMILIES, measured

from .builders import (
    a_conflict,
    a_fabric,
    a_repository,
    a_resource,
    an_entry,
    an_error,
    an_operation,
)

ON = {
    'METRICS_ENABLED': True,
    'ROOT_URLCONF': 'netbox_hedgehog.tests.metrics_urls',
    'MIDDLEWARE': ['netbox_hedgehog.metrics.MetricsMiddleware'],
}


def a_busy_fabric(name: str) -> None:
    now = timezone.now()
    repository = a_repository(name=f'repository of {name}')
    fabric = a_fabric(name=name, slug=name, git_repository=repository)
    SyncOperation.objects.filter(fabric=fabric).delete()
    for seconds in (4, 8):
        start, end = now - timedelta(seconds=60 + seconds), now - timedelta(seconds=60)
        an_operation(
            fabric, status='completed', started_at=start, completed_at=end, git_commands=seconds
        )
    an_operation(fabric, status='failed', operation_type='undo', completed_at=now)
    a_conflict(a_resource(fabric))
    an_error(fabric)
    an_error(fabric, resolved_at=now)
    for age in (50, 100):
        entry = an_entry(a_resource(fabric))
        OutboxEntry.objects.filter(pk=entry.pk).update(created=now - timedelta(seconds=age))
    an_entry(a_resource(fabric), state='done')
    FabricSyncState.objects.update_or_create(
        fabric=fabric, defaults={'held_documents': 3, 'last_sync': now - timedelta(seconds=30)}
    )
    GitRepositoryState.objects.update_or_create(
        repository=repository, defaults={'circuit_state': 'open', 'rate_limit_remaining': 4999}
    )
    fields = {'message': 'x', 'value': 1, 'threshold': 1, 'raised_at': now}
    HealthAlert.objects.create(fabric=fabric, name='circuit_open', **fields)


class MetricsTest(TestCase):
    def samples(self, text: str) -> dict[tuple, float]:
        found = {}
        labels = {name: names for name, _, names in FAMILIES}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if sample.name.startswith('hedgehog_'):
                    values = [sample.labels[each] for each in labels[sample.name]]
                    key = (sample.name.removeprefix('hedgehog_'), *values)
                    found[key] = sample.value
        return found

    def assertTold(self, text: str) -> None:
        told = self.samples(text)
        self.assertEqual(told['operations', 'sync', 'completed'], 2)
        self.assertEqual(told['operations', 'undo', 'failed'], 1)
        self.assertEqual(told['operation_duration_seconds', 'sync', 'average'], 6)
        self.assertEqual(told['operation_duration_seconds', 'sync', 'maximum'], 8)
        self.assertEqual(told['git_commands', 'sync'], 12)
        self.assertEqual(told['conflicts_open', 'lab'], 1)
        self.assertEqual(told['errors_open', 'lab'], 1)
        self.assertEqual(told['outbox_waiting', 'lab'], 2)
        self.assertAlmostEqual(told['outbox_oldest_seconds', 'lab'], 100, delta=30)
        self.assertEqual(told['documents_held', 'lab'], 3)
        self.assertAlmostEqual(told['last_sync_age_seconds', 'lab'], 30, delta=30)
        self.assertEqual(told['circuit_open', 'repository of lab'], 1)
        self.assertEqual(told['api_rate_limit_remaining', 'repository of lab'], 4999)
        self.assertEqual(told['alerts', 'lab', 'circuit_open'], 1)
        self.assertNotIn(('git_commands', 'undo'), told, 'nobody has measured it')

    def test_in_one_process(self) -> None:
        a_busy_fabric('lab')
        with override_settings(**ON):
            metrics.register_collector.cache_clear()
            metrics.register_collector()
            metrics.register_collector()
            self.addCleanup(metrics.register_collector.cache_clear)
            self.addCleanup(REGISTRY.unregister, metrics._COLLECTOR)
            page = self.client.get('/metrics')
        self.assertTold(page.content.decode())
        self.assertIn('process_cpu_seconds_total', page.content.decode())

    def test_in_several_processes(self) -> None:
        a_busy_fabric('lab')
        with (
            tempfile.TemporaryDirectory() as folder,
            mock.patch.dict(os.environ, {'PROMETHEUS_MULTIPROC_DIR': folder}),
            override_settings(**ON),
        ):
            page = self.client.get('/metrics')
            self.assertTold(page.content.decode())
            self.assertEqual(page.content.count(b'# HELP hedgehog_alerts '), 1)

    def test_where_metrics_are_off_nothing_is_registered_and_no_request_is_touched(self) -> None:
        metrics.register_collector.cache_clear()
        self.addCleanup(metrics.register_collector.cache_clear)
        with override_settings(METRICS_ENABLED=False):
            metrics.register_collector()
            with self.assertRaises(MiddlewareNotUsed):
                metrics.MetricsMiddleware(lambda request: None)
        with self.assertRaises(KeyError):
            REGISTRY.unregister(metrics._COLLECTOR)

    def test_a_new_installation_has_no_number_nobody_counted(self) -> None:
        fabric = a_fabric(slug='new', git_repository=a_repository(name='new'))
        SyncOperation.objects.filter(fabric=fabric).delete()
        told = {family.name: family.samples for family in measured(timezone.now())}
        self.assertEqual(told['hedgehog_documents_held'], [])
        self.assertEqual(told['hedgehog_api_rate_limit_remaining'], [])
        self.assertEqual(told['hedgehog_outbox_oldest_seconds'], [])
        self.assertEqual(told['hedgehog_outbox_waiting'], [(('new',), 0.0)])

    def test_the_number_of_queries_does_not_grow(self) -> None:
        a_busy_fabric('lab')
        with CaptureQueriesContext(
            connection,
        ) as one:
            measured(timezone.now())
        for number in range(5):
            a_busy_fabric(f'lab-{number}')
        with self.assertNumQueries(len(one)):
            measured(timezone.now())
        self.assertLess(len(one), 12)

    def test_starting_asks_the_database_nothing(self) -> None:
        with self.assertNumQueries(0):
            named = [family.name for family in metrics._COLLECTOR.describe()]
        self.assertEqual(named, [name for name, _, _ in FAMILIES])

    def test_a_database_that_is_away_takes_no_other_metric_along(self) -> None:
        with (
            mock.patch.object(metrics, 'measured', side_effect=DatabaseError('gone')),
            self.assertLogs('netbox_hedgehog', 'WARNING'),
        ):
            self.assertEqual(list(metrics._COLLECTOR.collect()), [])
