"""Who hears what of an operation: rules, signals, listeners, subscribers, mailboxes."""

import re
from contextlib import contextmanager
from pathlib import Path

from core.models import ObjectType
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import override_settings
from extras.models import EventRule, Notification, NotificationGroup, Subscription
from utilities.testing import TestCase

from hedgehog_gitops.testing.faults import Fault
from netbox_hedgehog import signals
from netbox_hedgehog.events import EVENTS
from netbox_hedgehog.models import ConflictResolution, HedgehogFabric
from netbox_hedgehog.sync.channel import newest_id, read_after
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.resolution import Decision
from netbox_hedgehog.sync.resolve import resolve

from .builders import a_fabric, a_resource
from .git_case import BASE, vpc
from .pages import allow
from .test_api_actions import plugin_settings
from .test_sync_conflicts import ONE, ConflictCase

MAILING = override_settings(
    EMAIL={**settings.EMAIL, 'SERVER': 'mail.example.com'}, SERVER_EMAIL='netbox@example.com'
)
EVENTS_PAGE = Path(__file__).parents[3] / 'docs' / 'reference' / 'events.md'


@contextmanager
def listening(*names: str):
    """Collects what the signals say while it lasts."""
    heard = []

    def receiver(name):
        def hear(**arguments):
            heard.append((name, arguments))

        return hear

    receivers = {name: receiver(name) for name in names}
    for name, hear in receivers.items():
        getattr(signals, name).connect(hear)
    try:
        yield heard
    finally:
        for name, hear in receivers.items():
            getattr(signals, name).disconnect(hear)


class NotifyCase(ConflictCase):
    def setUp(self) -> None:
        super().setUp()
        self.subscriber = get_user_model().objects.create_user('bo', 'bo@example.com')
        allow(self.subscriber, HedgehogFabric, 'view')
        self.subscribe(self.subscriber, self.fabric)
        mail.outbox.clear()

    def subscribe(self, user, about) -> None:
        Subscription.objects.create(user=user, object=about)

    def told(self, user=None) -> list[str]:
        mine = Notification.objects.filter(user=user or self.subscriber)
        return [each.event_type.removeprefix('hedgehog_') for each in mine]

    def unreachable(self) -> None:
        self.server.add(Fault(containing='info/refs', status=503, times=None))

    def clash(self) -> None:
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')


class AskedMailTest(NotifyCase):
    """Addresses that come with a request are told how it ended, whatever that is."""

    def outcome(self) -> str:
        with MAILING:
            self.run_operation(self.fabric, options={'mail_to': ['noc@example.com']})
        (sent,) = (each for each in mail.outbox if each.to == ['noc@example.com'])
        mail.outbox.clear()
        return f'{sent.subject}\n{sent.body}'

    def test_what_was_published(self) -> None:
        self.draft('one', 2001)
        told = self.outcome()
        self.assertIn('Completed', told)
        self.assertIn(f'commit {self.person.pull()}', told)

    def test_what_clashed(self) -> None:
        self.clash()
        self.assertIn('conflicts: 1', self.outcome())

    def test_what_failed(self) -> None:
        self.unreachable()
        told = self.outcome()
        self.assertIn('Failed', told)
        self.assertNotIn('commit', told)

    def test_nobody_without_a_mail_server(self) -> None:
        self.run_operation(self.fabric, options={'mail_to': ['noc@example.com']})
        self.assertEqual(mail.outbox, [])


class SubscribersTest(NotifyCase):
    def test_a_change_by_others_is_told_once_and_an_own_one_not(self) -> None:
        with MAILING:
            self.draft('one', 2001)
            self.run_operation(self.fabric)
            self.run_operation(self.fabric)
            self.assertEqual((self.told(), mail.outbox), ([], []))
            self.person.push({f'{BASE}/raw/new-{n}.yaml': vpc(f'new-{n}') for n in range(30)})
            self.run_operation(self.fabric)
        self.assertEqual(self.told(), ['file_changed'])
        (sent,) = mail.outbox
        self.assertEqual((sent.to, sent.from_email), (['bo@example.com'], 'netbox@example.com'))
        self.assertIn('30 files changed in Git by Pat', sent.subject)
        self.assertIn('raw/new-0.yaml', sent.body)
        self.assertIn('and 10 more', sent.body)

    def test_a_change_elsewhere_in_the_repository_is_not_told(self) -> None:
        self.person.push({'elsewhere/readme.md': b'x\n'})
        self.run_operation(self.fabric)
        self.assertEqual(self.told(), [])

    def test_a_conflict_is_graver_than_the_change_that_brought_it(self) -> None:
        self.clash()
        with MAILING:
            self.run_operation(self.fabric)
        self.assertEqual(self.told(), ['conflict_detected'])
        (sent,) = mail.outbox
        self.assertIn('Conflict: vpc.githedgehog.com/VPC/default/one', sent.body)
        self.assertIn('files changed in Git', sent.body)

    def test_a_failure_is_told_once_until_the_reason_changes(self) -> None:
        self.unreachable()
        with MAILING:
            for _ in range(3):
                self.run_operation(self.fabric)
            self.assertEqual(self.told(), ['sync_failed'])
            (sent,) = mail.outbox
            self.assertIn('RemoteUnreachable', sent.subject)
            self.server.clear()
            self.run_operation(self.fabric)
            self.unreachable()
            self.run_operation(self.fabric)
        self.assertEqual(len(mail.outbox), 2)

    def test_errors_can_be_switched_off_and_conflicts_are_told_all_the_same(self) -> None:
        with plugin_settings(enable_error_notifications=False), MAILING:
            self.unreachable()
            self.run_operation(self.fabric)
            self.assertEqual((self.told(), mail.outbox), ([], []))
            self.server.clear()
            self.clash()
            self.run_operation(self.fabric)
        self.assertEqual(self.told(), ['conflict_detected'])

    def test_all_can_be_switched_off(self) -> None:
        with plugin_settings(notifications_enabled=False), MAILING:
            self.clash()
            self.assertEqual(self.run_operation(self.fabric).conflicts_detected, 1)
        self.assertEqual((self.told(), mail.outbox), ([], []))

    def test_no_mail_without_a_mail_server(self) -> None:
        self.clash()
        self.run_operation(self.fabric)
        self.assertEqual(mail.outbox, [])
        self.assertEqual(self.told(), ['conflict_detected'])

    def test_who_may_not_see_the_fabric_or_was_switched_off_is_not_told(self) -> None:
        stranger = get_user_model().objects.create_user('cy', 'cy@example.com')
        self.subscribe(stranger, self.fabric)
        self.subscriber.is_active = False
        self.subscriber.save()
        self.clash()
        with MAILING:
            self.run_operation(self.fabric)
        self.assertFalse(Notification.objects.exclude(event_type='object_updated').exists())
        self.assertEqual(mail.outbox, [])

    def test_a_mail_server_that_is_away_stops_nothing(self) -> None:
        self.clash()
        broken = {'default': {'BACKEND': 'netbox_hedgehog.tests.nowhere.Backend'}}
        with MAILING, override_settings(MAILERS=broken):
            self.assertEqual(self.run_operation(self.fabric).conflicts_detected, 1)
        self.assertEqual(self.told(), ['conflict_detected'])


class FollowersTest(NotifyCase):
    """Those who follow one object, not the fabric."""

    def test_the_settings_of_the_object_count(self) -> None:
        row = self.row('one')
        follower = get_user_model().objects.create_superuser('di', 'di@example.com')
        self.subscribe(follower, row)
        row.notification_settings = {'email_recipients': ['noc@example.com', 'bo@example.com']}
        row.full_clean()
        row.save()
        Notification.objects.all().delete()
        self.clash()
        with MAILING:
            self.run_operation(self.fabric)
        self.assertEqual(self.told(follower), ['conflict_detected'])
        to = sorted(address for sent in mail.outbox for address in sent.to)
        self.assertEqual(to, ['bo@example.com', 'di@example.com', 'noc@example.com'])
        noc = next(sent for sent in mail.outbox if sent.to == ['noc@example.com'])
        self.assertNotIn('files changed', noc.body)

    def test_switched_off_for_the_object(self) -> None:
        row = self.row('one')
        row.notification_settings = {
            'notify_on_conflict': False,
            'email_recipients': ['noc@example.com'],
        }
        row.save()
        self.clash()
        with MAILING:
            self.run_operation(self.fabric)
        self.assertEqual([sent.to for sent in mail.outbox], [['bo@example.com']])


class NotificationSettingsTest(TestCase):
    def test_what_nobody_reads_is_refused(self) -> None:
        row = a_resource(a_fabric())
        for wrong in (
            {'notify': True},
            {'notify_on_conflict': 'yes'},
            {'email_recipients': 'noc@example.com'},
            {'email_recipients': ['nobody']},
            {'email_recipients': [None]},
        ):
            row.notification_settings = wrong
            with self.subTest(wrong), self.assertRaises(ValidationError) as caught:
                row.full_clean()
            self.assertIn('notification_settings', caught.exception.message_dict)


class EventsTest(NotifyCase):
    def group_rule(self, *types: str) -> None:
        group = NotificationGroup.objects.create(name='watch')
        group.users.add(self.alice)
        for event_type in types:
            rule = EventRule.objects.create(
                name=event_type,
                event_types=[event_type],
                action_type='notification',
                action_object_type=ObjectType.objects.get_for_model(NotificationGroup),
                action_object_id=group.pk,
            )
            rule.object_types.set([ObjectType.objects.get_for_model(HedgehogFabric)])

    def test_each_type_works_in_a_rule_that_notifies(self) -> None:
        self.group_rule('hedgehog_sync_started')
        self.run_operation(self.fabric)
        told = Notification.objects.get(user=self.alice)
        self.assertEqual((told.object, told.event_type), (self.fabric, 'hedgehog_sync_started'))
        self.assertEqual(told.object_type, ContentType.objects.get_for_model(HedgehogFabric))

    def test_signals_and_what_they_carry(self) -> None:
        names = ('operation_finished', 'file_changed', 'conflict_detected', 'resolution_complete')
        self.clash()
        with listening(*names) as heard:
            operation = self.run_operation(self.fabric)
            order = [name for name, _ in heard]
            self.assertEqual(order, ['file_changed', 'conflict_detected', 'operation_finished'])
            by_name = dict(heard)
            self.assertEqual(by_name['file_changed']['paths'], (ONE,))
            self.assertEqual(by_name['file_changed']['head'], self.person.pull())
            conflict = ConflictResolution.objects.get()
            self.assertEqual(by_name['conflict_detected']['conflict'], conflict)
            self.assertEqual(by_name['operation_finished']['operation'], operation)
            for _, arguments in heard:
                self.assertEqual(arguments['fabric'], self.fabric)
            heard.clear()
            with self.captureOnCommitCallbacks(execute=True):
                resolve(conflict.pk, Decision('git_wins'), Editor(self.alice, operation.request_id))
            self.assertEqual([name for name, _ in heard], ['resolution_complete'])
            self.assertIsNone(heard[0][1]['operation'])

    def test_resolved_by_an_operation(self) -> None:
        self.clash()
        self.run_operation(self.fabric)
        self.in_git(ONE, b'vlan: 3001', b'vlan: 2001')
        with listening('resolution_complete') as heard:
            operation = self.run_operation(self.fabric)
        self.assertEqual(heard[0][1]['operation'], operation)

    def test_a_receiver_that_raises_keeps_nobody_from_hearing(self) -> None:
        def broken(**arguments):
            raise RuntimeError('broken receiver')

        signals.operation_finished.connect(broken)
        self.addCleanup(signals.operation_finished.disconnect, broken)
        with listening('operation_finished') as heard, self.assertLogs('django.dispatch'):
            self.assertEqual(self.run_operation(self.fabric).status, 'completed')
        self.assertEqual(len(heard), 1)

    def test_the_live_channel_gets_each_event_with_the_payload_of_the_page(self) -> None:
        self.clash()
        with self.live() as messages:
            self.run_operation(self.fabric)
        quiet = ('sync_progress', 'status_changed')
        by_type = {each['type']: each for each in messages if each['type'] not in quiet}
        self.assertEqual(
            list(by_type), ['sync_started', 'file_changed', 'conflict_detected', 'sync_completed']
        )
        if not EVENTS_PAGE.exists():
            self.skipTest('the documentation is not here')
        page = EVENTS_PAGE.read_text().split('## Payload')[1]
        for name in ('sync_started', 'file_changed', 'conflict_detected'):
            with self.subTest(name):
                described = set(re.findall(r'`(\w+)`', page))
                self.assertLessEqual(set(by_type[name]['payload']), described)

    @contextmanager
    def live(self):
        """What the channel has about the fabric afterwards that it did not have before."""
        messages: list[dict] = []
        start = newest_id()
        yield messages
        messages += [each for each in read_after(start) if each['fabric'] == self.fabric.pk]

    def test_every_event_is_a_type_of_netbox(self) -> None:
        from netbox.events import get_event_type

        for event in EVENTS:
            self.assertIsNotNone(get_event_type(event.type), event.name)
