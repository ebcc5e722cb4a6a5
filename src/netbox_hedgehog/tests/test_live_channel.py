"""The one channel: what a run sends through it, in which shape, and that no run depends on it."""

import time
from unittest import mock

from django.test import TestCase
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from netbox_hedgehog.choices import OperationPhaseChoices
from netbox_hedgehog.models import HedgehogResource
from netbox_hedgehog.sync import announce as announce_room
from netbox_hedgehog.sync import channel
from netbox_hedgehog.sync.announce import (
    announce,
    announce_duplicate_detection,
    announce_resolution,
)
from netbox_hedgehog.sync.latest import latest_progress
from netbox_hedgehog.sync.messages import (
    MESSAGES,
    DuplicateDetectionUpdate,
    ResolutionProgress,
    message,
)

from .git_case import BASE, GitCase, vpc

NOWHERE = Redis(host='127.0.0.1', port=1, socket_connect_timeout=0.2)
NOWHERE.set_retry(Retry(NoBackoff(), 0))


class ChannelTest(TestCase):
    """Messages come out as they went in, each with an id that leads to those after it."""

    def setUp(self) -> None:
        super().setUp()
        announce_room._Rest.until = 0.0
        self.start = channel.newest_id()

    def heard(self, after: str = '') -> list[dict]:
        return channel.read_after(after or self.start)

    def test_the_two_messages_of_the_mission(self) -> None:
        found = {'identical': 2, 'conflicting': 1}
        update = DuplicateDetectionUpdate('running', 'read', 40, 100, 3, found, 'reading')
        announce_duplicate_detection(7, 'op', update)
        announce_resolution(7, 'op', ResolutionProgress('running', 'duplicates', 'plan', 1, 3, 1))
        first, second = self.heard()
        self.assertEqual(first['type'], 'duplicate_detection_update')
        self.assertEqual(
            first['payload'],
            {
                'status': 'running',
                'phase': 'read',
                'done': 40,
                'total': 100,
                'groups_total': 3,
                'groups_by_kind': found,
                'message': 'reading',
            },
        )
        self.assertEqual(second['type'], 'resolution_progress')
        self.assertEqual(
            second['payload'],
            {
                'status': 'running',
                'subject': 'duplicates',
                'phase': 'plan',
                'done': 1,
                'total': 3,
                'failed': 1,
                'message': '',
            },
        )
        for each in (first, second):
            self.assertEqual((each['fabric'], each['operation']), (7, 'op'))
            self.assertEqual(set(each), {'id', 'type', 'fabric', 'operation', 'at', 'payload'})
        self.assertEqual(self.heard(first['id']), [second])
        self.assertEqual(self.heard(second['id']), [])

    def test_an_id_is_known_from_what_is_none(self) -> None:
        announce(message('status_changed', 7, '', {}))
        self.assertTrue(channel.is_message_id(self.heard()[0]['id']))
        for said in ('', '5', '$', '+', '1-2-3', '1-x', '\u0663-\u0661', '9' * 50 + '-1', '-'):
            with self.subTest(said):
                self.assertFalse(channel.is_message_id(said))

    def test_the_channel_stays_small(self) -> None:
        redis = channel.connection()
        for _ in range(channel.KEPT + 300):
            channel.append({'fabric': 1}, redis)
        self.assertLessEqual(redis.xlen(channel.channel()), channel.KEPT + 200)
        self.assertGreater(redis.ttl(channel.channel()), 0)

    def test_a_message_of_any_size_costs_little(self) -> None:
        announce(message('file_changed', 7, 'op', {'paths': ['x' * 1000] * 1000}))
        (only,) = self.heard()
        self.assertEqual((only['type'], only['payload']), ('file_changed', {}))

    def test_without_redis_nothing_fails_and_nobody_waits(self) -> None:
        with mock.patch.object(announce_room, 'connection', return_value=NOWHERE) as asked:
            begun = time.monotonic()
            for _ in range(100):
                announce(message('status_changed', 7, '', {}))
            self.assertLess(time.monotonic() - begun, 2)
        self.assertEqual(asked.call_count, 1)
        with mock.patch('netbox_hedgehog.sync.latest.connection', return_value=NOWHERE):
            self.assertEqual(latest_progress({'op'}), {})

    def test_a_redis_that_does_not_answer_costs_half_a_second_once(self) -> None:
        import socket

        with socket.create_server(('127.0.0.1', 0)) as deaf:
            redis = Redis(port=deaf.getsockname()[1], socket_timeout=0.5)
            redis.set_retry(Retry(NoBackoff(), 0))
            with mock.patch.object(announce_room, 'connection', return_value=redis):
                begun = time.monotonic()
                for _ in range(5):
                    announce(message('status_changed', 7, '', {}))
                self.assertLess(time.monotonic() - begun, 2.0)


class RunTest(GitCase):
    """What a run says: phases in order, few messages, and the same run where nobody hears it."""

    def setUp(self) -> None:
        super().setUp()
        announce_room._Rest.until = 0.0
        self.fabric = self.ready_fabric()

    def drop(self, count: int) -> None:
        many = b'---\n'.join(vpc(f'vpc-{n:04}', 1000 + n % 2000) for n in range(count))
        self.person.push({f'{BASE}/raw/many.yaml': many}, 'Drop')

    def test_phases_come_in_order_and_the_bar_moves_inside_the_transaction(self) -> None:
        self.drop(300)
        start = channel.newest_id()
        with mock.patch('netbox_hedgehog.sync.progress._PAUSE', 0.0):
            operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed')
        self.assertEqual(HedgehogResource.objects.filter(fabric=self.fabric).count(), 300)
        heard = []
        while some := channel.read_after(heard[-1]['id'] if heard else start):
            heard += some
        mine = [each for each in heard if each['operation'] == str(operation.operation_id)]
        self.assertLessEqual({each['type'] for each in mine}, set(MESSAGES))
        told = [each['payload'] for each in mine if each['type'] == 'sync_progress']
        order = list(dict.fromkeys(each['phase'] for each in told))
        self.assertEqual(order, ['fetch', 'plan', 'read', 'commit', 'publish', 'record'])
        self.assertLessEqual(set(order), set(OperationPhaseChoices.values()))
        written = [each for each in told if each['phase'] == 'record' and each['total']]
        self.assertGreater(len({each['done'] for each in written}), 10)
        self.assertEqual({each['total'] for each in written}, {300})
        done = [each['done'] for each in written]
        self.assertEqual(done, sorted(done))
        self.assertEqual(done[-1], 300)
        self.assertEqual(mine[-1]['type'], 'sync_completed')

    def test_a_run_says_little(self) -> None:
        self.drop(300)
        start = channel.newest_id()
        begun = time.monotonic()
        self.run_operation(self.fabric)
        took = time.monotonic() - begun
        # One for each stage, and two a second: never one for each of 300 objects.
        self.assertLess(len(channel.read_after(start)), 25 + 2 * took)

    def test_without_redis_a_run_is_the_same(self) -> None:
        self.drop(3)
        with mock.patch.object(announce_room, 'connection', return_value=NOWHERE):
            operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed')
        self.assertEqual(HedgehogResource.objects.filter(fabric=self.fabric).count(), 3)
