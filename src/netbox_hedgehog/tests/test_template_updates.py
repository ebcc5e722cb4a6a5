"""Changed templates: who hears of it, and where their objects follow by themselves."""

from core.models import ObjectType
from extras.models import EventRule, Notification, NotificationGroup

from netbox_hedgehog.jobs import enqueue_undo
from netbox_hedgehog.models import HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.channel import newest_id, read_after
from netbox_hedgehog.sync.runner import work_off

from .git_case import BASE, logger, vpc
from .test_notify import EVENTS_PAGE, listening
from .test_sync_templates import OF_A, TEMPLATE, VPCS, TemplateCase


class TemplateUpdatedTest(TemplateCase):
    def told(self) -> list[dict]:
        return [
            each
            for each in read_after(self.start)
            if each['fabric'] == self.fabric.pk and each['type'] == 'template_updated'
        ]

    def setUp(self) -> None:
        super().setUp()
        self.start = newest_id()

    def test_a_push_is_told_once_by_signal_rule_and_channel(self) -> None:
        group = NotificationGroup.objects.create(name='watch')
        group.users.add(self.alice)
        rule = EventRule.objects.create(
            name='templates',
            event_types=['hedgehog_template_updated'],
            action_type='notification',
            action_object_type=ObjectType.objects.get_for_model(NotificationGroup),
            action_object_id=group.pk,
        )
        rule.object_types.set([ObjectType.objects.get_for_model(HedgehogFabric)])
        self.person.push({TEMPLATE: VPCS.replace('1001', '1500').encode()})
        with listening('template_updated', 'operation_finished') as heard:
            done = self.run_operation(self.fabric)
            self.run_operation(self.fabric)
        names = [name for name, _ in heard]
        self.assertEqual(names, ['template_updated', 'operation_finished', 'operation_finished'])
        self.assertEqual((heard[0][1]['paths'], heard[0][1]['operation']), ((TEMPLATE,), done))
        (message,) = self.told()
        self.assertEqual(message['payload']['paths'], [TEMPLATE])
        self.assertEqual(
            (message['payload']['paths_total'], message['payload']['applies']), (1, False)
        )
        described = EVENTS_PAGE.read_text() if EVENTS_PAGE.exists() else ''
        for name in message['payload']:
            self.assertIn(f'`{name}`', described)
        told = Notification.objects.get(user=self.alice)
        self.assertEqual(told.event_type, 'hedgehog_template_updated')

    def test_an_edit_here_and_its_undo_are_told_and_other_files_are_not(self) -> None:
        done = self.rendered({'vpcs.yaml.j2': VPCS.replace('1001', '1500')})
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(len(self.told()), 1)
        enqueue_undo(done, self.alice, 'api')
        work_off(self.fabric.pk, logger)
        self.assertEqual(len(self.told()), 2)
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.run_operation(self.fabric)
        self.rendered()
        self.assertEqual(len(self.told()), 2)


class FollowingTest(TemplateCase):
    def setUp(self) -> None:
        super().setUp()
        self.rendered()

    def follow(self, removal: str = 'hold') -> None:
        self.fabric.template_change_mode = 'apply'
        self.fabric.template_removal_mode = removal
        self.fabric.save()

    def push(self, text: str) -> list[SyncOperation]:
        before = set(SyncOperation.objects.values_list('pk', flat=True))
        self.person.push({TEMPLATE: text.encode()})
        self.run_operation(self.fabric)
        work_off(self.fabric.pk, logger)
        made = SyncOperation.objects.filter(operation_type='template_render').exclude(pk__in=before)
        return list(made.order_by('pk'))

    def test_held_where_the_fabric_does_not_say_otherwise(self) -> None:
        self.assertEqual(self.push(VPCS.replace('1001', '1500')), [])
        self.assertIn(b'vlan: 1001', self.person.files()[OF_A])

    def test_applied_by_one_operation_that_starts_no_other(self) -> None:
        self.follow()
        (done,) = self.push(VPCS.replace('1001', '1500'))
        self.assertEqual((done.status, done.trigger_type), ('completed', 'automatic'))
        self.assertEqual(done.user_name, '')
        self.assertIn(b'vlan: 1500', self.person.files()[OF_A])

    def test_what_is_made_no_more_stays_unless_the_fabric_lets_it_go(self) -> None:
        self.follow()
        shorter = VPCS.replace('in names %}', "in names if name == 'b' %}")
        (done,) = self.push(shorter)
        self.assertEqual(self.names(), ['a', 'b'])
        self.assertIn('RenderedHeld', str(done.findings))
        self.follow('apply')
        self.push(shorter + '{# once more #}\n')
        self.assertEqual(self.names(), ['b'])

    def test_a_mistake_takes_nothing_away(self) -> None:
        self.follow('apply')
        (done,) = self.push('{% for name in names %}')
        self.assertIn('TemplateSyntax', str(done.findings))
        self.assertEqual(self.names(), ['a', 'b'])

    def test_a_hand_is_asked_about_and_not_overruled(self) -> None:
        self.by_hand(b'vlan: 1001', b'vlan: 2222')
        self.follow()
        (done,) = self.push(VPCS.replace('1001', '1500'))
        self.assertEqual(done.conflicts_detected, 1)
        self.assertIn(b'vlan: 2222', self.person.files()[OF_A])
