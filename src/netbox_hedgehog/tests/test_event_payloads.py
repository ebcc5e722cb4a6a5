"""Every event is really sent, and carries the very keys that docs/reference/events.md promises.

Each is heard twice: by an event rule of NetBox's, and as a message of the live channel.
"""

import re
from datetime import timedelta
from typing import Any
from unittest import SkipTest

from core.models import ObjectType
from django.utils import timezone
from django_rq.queues import get_queue
from extras.models import EventRule, Webhook

from hedgehog_gitops.testing.faults import Fault
from netbox_hedgehog.events import EVENTS
from netbox_hedgehog.jobs import enqueue_operation, enqueue_settlement
from netbox_hedgehog.models import ConflictResolution, HedgehogFabric, OutboxEntry
from netbox_hedgehog.sync import announce
from netbox_hedgehog.sync.alerts import check_alerts
from netbox_hedgehog.sync.cancel import request_cancel
from netbox_hedgehog.sync.channel import newest_id, read_after
from netbox_hedgehog.sync.duplicate_decisions import as_the_policy_says
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.recover import recover_dead_workers
from netbox_hedgehog.sync.resolution import Decision
from netbox_hedgehog.sync.resolve import resolve
from netbox_hedgehog.sync.runner import work_off

from .git_case import BASE, logger, vpc
from .test_api_actions import plugin_settings
from .test_notify import EVENTS_PAGE
from .test_sync_conflicts import ONE, ConflictCase

# NetBox's event rules are given these beside.
OF_RULES = {'id', 'display'}
# Their messages are the runner's own, with how far the operation is.
BY_RUNNER = {'sync_completed', 'sync_failed', 'sync_cancelled'}


class Promised:
    """What the section "Payload" says: the keys of each event, and of the entries of its lists."""

    def __init__(self) -> None:
        if not EVENTS_PAGE.exists():
            raise SkipTest('the documentation is not here')
        page = EVENTS_PAGE.read_text().split('\n## Payload\n')[1].split('\n## ')[0]
        said = page.split(' carry ')[1]
        self.rows = re.findall(r'^\| (`.*?) \| (.*) \|$', page, re.MULTILINE)
        self.base = _outer(said)
        alerts = re.search(r'`alert_raised` and `alert_cleared` carry (.*?)\.', page, re.DOTALL)
        assert alerts is not None
        self.alerts = _outer(alerts[1])

    def of(self, name: str, of_duplicates: bool) -> tuple[set[str], dict[str, set[str]]]:
        if name.startswith('alert_'):
            return self.alerts, {}
        told = [what for names, what in self.rows if f'`{name}`' in names]
        if not told:
            assert name.startswith('sync_'), f'events.md does not tell what {name} carries'
            return self.base, {}
        also = told[-1 if of_duplicates else 0]
        within = re.findall(r'`(\w+)` \([^)`]*: ([^)]*)\)', also)
        return self.base | _outer(also), {name: _outer(words) for name, words in within}


def _outer(text: str) -> set[str]:
    """The words of a text that stand in no brackets."""
    return set(re.findall(r'`(\w+)`', re.sub(r'\([^)]*\)', '', text)))


class PayloadTest(ConflictCase):
    tests_begun: set[str] = set()
    heard: set[str] = set()

    @classmethod
    def tearDownClass(cls) -> None:
        super().tearDownClass()
        if cls.tests_begun == {name for name in vars(cls) if name.startswith('test_')}:
            missing = {event.name for event in EVENTS} - cls.heard
            assert not missing, f'no test here makes {missing} happen'

    def setUp(self) -> None:
        super().setUp()
        self.tests_begun.add(self._testMethodName)
        self.promised = Promised()
        announce._Rest.until = 0.0
        rule = EventRule.objects.create(
            name='all',
            event_types=[event.type for event in EVENTS],
            action_type='webhook',
            action_object=Webhook.objects.create(name='all', payload_url='http://127.0.0.1:9/'),
        )
        rule.object_types.set([ObjectType.objects.get_for_model(HedgehogFabric)])

    def sent_by(self, work: Any) -> tuple[dict[str, dict], dict[str, dict]]:
        """Does it, and returns what the rule was given and what the channel got, by event."""
        queue = get_queue('default')
        queue.empty()
        start = newest_id()
        # NetBox queues a webhook once the transaction stands.
        with self.captureOnCommitCallbacks(execute=True):
            work()
        told = {
            job.kwargs['event_type'].removeprefix('hedgehog_'): job.kwargs['data']
            for job in queue.jobs
            if job.func_name == 'extras.webhooks.send_webhook'
        }
        live = {
            each['type']: each['payload']
            for each in read_after(start)
            if each['fabric'] == self.fabric.pk
        }
        self.heard.update(told)
        return told, live

    def assertSent(self, names: set[str], work: Any, of_duplicates: bool = False) -> None:
        """That just these events are sent, each with the keys of the page, and no list empty."""
        told, live = self.sent_by(work)
        self.assertEqual(set(told), names)
        for name, payload in told.items():
            with self.subTest(name):
                keys, within = self.promised.of(name, of_duplicates)
                self.assertEqual(set(payload), keys | OF_RULES)
                if name not in BY_RUNNER:
                    self.assertEqual(set(live[name]), keys)
                for listed, of_each in within.items():
                    self.assertTrue(payload[listed], listed)
                    for entry in payload[listed]:
                        self.assertEqual(set(entry), of_each)

    def sync(self) -> None:
        self.run_operation(self.fabric)

    def clash(self) -> None:
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')

    def test_an_operation_that_finds_a_conflict_and_one_that_settles_it(self) -> None:
        self.clash()
        ended = {'sync_started', 'file_changed', 'sync_completed'}
        self.assertSent({*ended, 'conflict_detected'}, self.sync)
        self.in_git(ONE, b'vlan: 3001', b'vlan: 2001')
        self.assertSent({*ended, 'conflict_resolved', 'resolution_complete'}, self.sync)

    def test_a_decision_without_an_operation(self) -> None:
        self.clash()
        self.sync()
        conflict = ConflictResolution.objects.get()
        editor = Editor(self.alice, None)
        told, live = self.sent_by(lambda: resolve(conflict.pk, Decision('git_wins'), editor))
        self.assertEqual(set(told), {'conflict_resolved', 'resolution_complete'})
        keys = {'fabric', 'operation_id', 'conflicts', 'conflicts_total'}
        for name, payload in told.items():
            self.assertEqual((set(payload), set(live[name])), (keys | OF_RULES, keys))
            self.assertIsNone(payload['operation_id'])

    def test_an_operation_that_fails(self) -> None:
        self.server.add(Fault(containing='info/refs', status=503, times=None))
        self.assertSent({'sync_started', 'sync_failed'}, self.sync)

    def test_an_operation_that_is_cancelled(self) -> None:
        operation = enqueue_operation(self.fabric, 'sync', user=self.alice, trigger_type='api')[1]

        def cancel() -> None:
            request_cancel(operation.pk, self.alice, 'not today')
            recover_dead_workers()

        self.assertSent({'sync_cancelled'}, cancel)

    def test_templates(self) -> None:
        self.person.push({f'{BASE}/templates/empty.yaml.j2': b'{# nothing #}\n'})
        names = {'sync_started', 'file_changed', 'template_updated', 'sync_completed'}
        self.assertSent(names, self.sync)

    def test_duplicates(self) -> None:
        self.person.push({f'{BASE}/examples/one.yaml': vpc('one', 7)})
        self.sync()
        ended = {'sync_started', 'sync_completed'}
        self.assertSent(
            {*ended, 'duplicate_detected'},
            lambda: self.run_operation(self.fabric, 'duplicate_scan'),
            of_duplicates=True,
        )
        decided = as_the_policy_says(self.fabric.duplicate_groups.get())

        def settle() -> None:
            enqueue_settlement(self.fabric, (decided,), Editor(self.alice, None), 'cli')
            work_off(self.fabric.pk, logger)

        self.assertSent({*ended, 'resolution_complete'}, settle, of_duplicates=True)

    def test_alerts(self) -> None:
        self.draft('one', 2001)
        with plugin_settings(alert_outbox_seconds=1):
            later = timezone.now() + timedelta(seconds=30)
            self.assertSent({'alert_raised'}, lambda: check_alerts(later))
            OutboxEntry.objects.update(state='done')
            self.assertSent({'alert_cleared'}, lambda: check_alerts(later))
