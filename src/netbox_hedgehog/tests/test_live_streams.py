"""Who may listen to what, for how long and how many at once: streams of events over WSGI."""

import json
from contextlib import contextmanager
from itertools import takewhile
from unittest import mock

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signals import request_finished
from django.test import Client, override_settings
from django.urls import reverse
from users.models import User
from utilities.testing import TestCase

from netbox_hedgehog.live import seats, sse, streams, viewer
from netbox_hedgehog.models import ConflictResolution, HedgehogFabric, SyncOperation
from netbox_hedgehog.sync import channel
from netbox_hedgehog.sync.announce import _Rest, announce
from netbox_hedgehog.sync.messages import MESSAGES, message
from netbox_hedgehog.ui.live import numbers_in, ranges

from .builders import a_fabric
from .pages import allow
from .test_live_channel import NOWHERE

THREADS = {'wsgi.multithread': True}
OVER = {'over': True}


def with_settings(**changed):
    ours = {**settings.PLUGINS_CONFIG['netbox_hedgehog'], **changed}
    return override_settings(PLUGINS_CONFIG={**settings.PLUGINS_CONFIG, 'netbox_hedgehog': ours})


def hang_up(response):
    """Ends a stream as a server does, and leaves the test its database connection."""
    with mock.patch.object(request_finished, 'send'):
        response.close()


class StreamCase(TestCase):
    user_permissions = ()

    def setUp(self) -> None:
        super().setUp()
        _Rest.until = 0.0
        seats._Process.taken.clear()
        channel.connection().delete(f'netbox_hedgehog:live:user:{self.user.pk}')
        self.enterContext(mock.patch.object(streams, '_LOOK', 0.05))
        self.enterContext(with_settings(live_stream_seconds=60, live_streams_per_process=20))
        self.fabric, self.other = a_fabric(), a_fabric()
        self.operation = SyncOperation.objects.create(
            fabric=self.fabric, operation_type='sync', status='in_progress'
        )

    def address(self, row, name='events'):
        model = row._meta.model_name
        return reverse(f'plugins:netbox_hedgehog:{model}_{name}', args=[row.pk])

    def ask(self, row, client=None, **extra):
        return (client or self.client).get(self.address(row), **THREADS, **extra)

    @contextmanager
    def listening(self, row, **extra):
        """The lines of a stream that has begun; it is closed in the end."""
        response = self.ask(row, **extra)
        self.assertEqual(response.status_code, 200)
        lines = (line.decode() for line in response.streaming_content)
        self.assertEqual(next(lines), 'retry: 2000\n\n')
        yield lines
        hang_up(response)

    def say(self, kind, fabric=None, operation='', **payload):
        announce(message(kind, (fabric or self.fabric).pk, str(operation), payload))

    def said(self, line):
        return json.loads(line.split('data: ')[1])


class WhoMayListenTest(StreamCase):
    """Four users at every stream: nobody, without, with a constraint that fits, with another."""

    def test_anonymous(self) -> None:
        for row in (self.fabric, self.operation):
            self.assertHttpStatus(self.ask(row, Client()), 403)

    def test_without_permission(self) -> None:
        for row in (self.fabric, self.operation):
            self.assertHttpStatus(self.ask(row), 403)

    def test_with_a_constraint(self) -> None:
        allow(self.user, HedgehogFabric, 'view', pk=self.fabric.pk)
        allow(self.user, SyncOperation, 'view', fabric__pk=self.fabric.pk)
        elsewhere = SyncOperation.objects.create(fabric=self.other, operation_type='sync')
        for row, expected in (
            (self.fabric, 200),
            (self.other, 404),
            (self.operation, 200),
            (elsewhere, 404),
        ):
            response = self.ask(row)
            self.assertHttpStatus(response, expected)
            hang_up(response)
        several = reverse('plugins:netbox_hedgehog:syncoperation_bulk_events')
        for asked, expected in (
            (f'{self.operation.pk},{elsewhere.pk}', 200),
            (f'{elsewhere.pk}', 404),
            ('', 404),
            ('x,-', 404),
        ):
            response = self.client.get(several, {'operations': asked}, **THREADS)
            self.assertHttpStatus(response, expected)
            hang_up(response)

    def test_only_reading(self) -> None:
        allow(self.user, HedgehogFabric, 'view')
        self.assertHttpStatus(self.client.post(self.address(self.fabric), **THREADS), 405)

    def test_each_message_is_for_whom_it_is(self) -> None:
        allow(self.user, HedgehogFabric, 'view', pk=self.fabric.pk)
        conflict = ConflictResolution.objects.create(fabric=self.fabric, resource_key='a')
        hidden = ConflictResolution.objects.create(fabric=self.fabric, resource_key='b')
        named = [{'id': row.pk, 'resource': row.resource_key} for row in (conflict, hidden)]
        mine = self.operation.operation_id

        def everything():
            for kind, needs in MESSAGES.items():
                more = {'conflicts': named, 'conflicts_total': 2, 'conflicts_detected': 2}
                self.say(kind, operation=mine, **(more if needs == 'objects' else {}))
                self.say(kind, fabric=self.other, operation=mine)
            self.say('made_up', operation=mine)
            self.say('status_changed', over=True)

        def heard():
            start = channel.newest_id()
            everything()
            with self.listening(self.fabric, HTTP_LAST_EVENT_ID=start) as lines:
                return list(takewhile(lambda news: news['payload'] != OVER, map(self.said, lines)))

        plain = {kind for kind, needs in MESSAGES.items() if needs == ''}
        self.assertEqual({each['type'] for each in heard()}, plain)
        allow(self.user, SyncOperation, 'view')
        about = {kind for kind, needs in MESSAGES.items() if needs == 'operation'}
        self.assertEqual({each['type'] for each in heard()}, plain | about)
        allow(self.user, ConflictResolution, 'view', pk=conflict.pk)
        told = heard()
        self.assertEqual({each['type'] for each in told}, set(MESSAGES))
        self.assertEqual(len(told), len(MESSAGES))
        (detected,) = (each for each in told if each['type'] == 'conflict_detected')
        self.assertEqual(detected['payload'], {'conflicts': named[:1], 'conflicts_total': 1})

    def test_the_stream_of_an_operation_tells_of_it_alone(self) -> None:
        allow(self.user, SyncOperation, 'view')
        other = SyncOperation.objects.create(fabric=self.fabric, operation_type='sync')
        with self.listening(self.operation) as lines:
            self.say('sync_progress', operation=other.operation_id, done=1)
            self.say('status_changed')
            self.say('sync_progress', operation=self.operation.operation_id, done=2)
            self.assertEqual(self.said(next(lines))['payload'], {'done': 2})


class CutOffTest(StreamCase):
    """Whoever may not listen any more hears nothing more, and is told to stop."""

    def setUp(self) -> None:
        super().setUp()
        allow(self.user, HedgehogFabric, 'view')
        self.enterContext(mock.patch.object(streams, 'CHECKED_EVERY', 0.0))

    def cut_off(self, act) -> None:
        with self.listening(self.fabric) as lines:
            self.say('status_changed', sync_status='in_sync')
            self.assertEqual(self.said(next(lines))['payload'], {'sync_status': 'in_sync'})
            act()
            self.say('status_changed', sync_status='error')
            self.assertEqual(next(lines), 'event: end\ndata: {"why": "not admitted"}\n\n')
            self.assertEqual(list(lines), [])

    def test_the_permission_is_gone(self) -> None:
        self.cut_off(self.user.object_permissions.all().delete)

    def test_the_permission_is_for_another_fabric_now(self) -> None:
        def act():
            self.user.object_permissions.all().delete()
            allow(self.user, HedgehogFabric, 'view', pk=self.other.pk)

        self.cut_off(act)

    def test_logged_out(self) -> None:
        self.cut_off(self.client.logout)

    def test_deactivated(self) -> None:
        self.cut_off(lambda: User.objects.filter(pk=self.user.pk).update(is_active=False))

    def test_the_password_is_another_one(self) -> None:
        def act():
            user = get_user_model().objects.get(pk=self.user.pk)
            user.set_password('something-else-1A')
            user.save()

        self.cut_off(act)

    def test_within_ten_seconds(self) -> None:
        self.assertLessEqual(viewer.CHECKED_EVERY, 10)


class BoundsTest(StreamCase):
    """Few streams, short ones; whoever finds no seat is told so and asks instead."""

    def setUp(self) -> None:
        super().setUp()
        allow(self.user, HedgehogFabric, 'view')

    def test_one_thread_has_none_to_spare(self) -> None:
        response = self.client.get(self.address(self.fabric), **{'wsgi.multithread': False})
        self.assertHttpStatus(response, 503)
        self.assertEqual(response['Retry-After'], '60')

    def test_a_process_has_so_many_places(self) -> None:
        with with_settings(live_streams_per_process=2):
            begun = [self.ask(self.fabric) for _ in range(3)]
            self.assertEqual([each.status_code for each in begun], [200, 200, 503])
            hang_up(begun[0])
            hang_up(begun[0])
            again = [self.ask(self.fabric) for _ in range(2)]
            self.assertEqual([each.status_code for each in again], [200, 503])
        with with_settings(live_streams_per_process=0):
            self.assertHttpStatus(self.ask(self.fabric), 503)

    def test_a_person_has_so_many_places(self) -> None:
        with with_settings(live_streams_per_user=2, live_streams_per_process=20):
            begun = [self.ask(self.fabric) for _ in range(3)]
            self.assertEqual([each.status_code for each in begun], [200, 200, 429])
            self.assertTrue(begun[2]['Retry-After'])
            hang_up(begun[0])
            again = self.ask(self.fabric)
            self.assertHttpStatus(again, 200)
            for each in (*begun, again):
                hang_up(each)
        self.assertEqual(seats._Process.taken['thread'], 0)

    def test_a_place_nobody_gave_back_runs_out(self) -> None:
        seat = seats.take_seat('t', self.user.pk, limit=9, user_limit=1, seconds=-100)
        with self.assertRaises(seats.NoSeat):
            seats.take_seat('t', self.user.pk, limit=1, user_limit=9, seconds=1)
        # Another process would not know of the first, whose time is long over.
        again = seats.take_seat('t', self.user.pk, limit=9, user_limit=1, seconds=1)
        again.give_back()
        seat.give_back()

    def test_a_stream_ends_by_itself_and_gives_its_place_back(self) -> None:
        with with_settings(live_stream_seconds=1), self.listening(self.fabric) as lines:
            self.assertEqual(list(lines), [])
            self.assertEqual(seats._Process.taken['thread'], 0)

    def test_signs_of_life(self) -> None:
        with mock.patch.object(streams, 'BEAT', 0.0), self.listening(self.fabric) as lines:
            self.assertEqual(next(lines), ': still here\n\n')

    def test_whoever_hung_up_holds_nothing(self) -> None:
        import socket

        ours, theirs = socket.socketpair()
        self.addCleanup(ours.close)
        with self.listening(self.fabric, **{'gunicorn.socket': ours}) as lines:
            self.say('status_changed')
            self.assertIn('status_changed', next(lines))
            theirs.close()
            self.assertEqual(list(lines), [])
        self.assertEqual(seats._Process.taken['thread'], 0)

    def test_what_was_missed_comes_after_the_last_id(self) -> None:
        self.say('status_changed', number=1)
        with self.listening(self.fabric) as lines:
            self.say('status_changed', number=2)
            first = next(lines)
        identity = first.split('\n')[0].removeprefix('id: ')
        self.say('status_changed', number=3)
        with self.listening(self.fabric, HTTP_LAST_EVENT_ID=identity) as lines:
            self.assertEqual(self.said(next(lines))['payload'], {'number': 3})
        with self.listening(self.fabric, HTTP_LAST_EVENT_ID='garbage') as lines:
            self.say('status_changed', number=4)
            self.assertEqual(self.said(next(lines))['payload'], {'number': 4})

    def test_without_redis_there_is_no_stream(self) -> None:
        with mock.patch.object(seats, 'connection', return_value=NOWHERE):
            self.assertHttpStatus(self.ask(self.fabric), 503)
        self.assertEqual(seats._Process.taken['thread'], 0)

    def test_redis_goes_away(self) -> None:
        def away(*arguments):
            raise ConnectionError

        gone = mock.patch.object(streams, 'read_after', away)
        with self.listening(self.fabric) as lines, gone:
            self.assertEqual(next(lines), 'event: end\ndata: {"why": "no channel"}\n\n')

    def test_proxies_pass_it_on(self) -> None:
        response = self.ask(self.fabric)
        self.assertEqual(response['Content-Type'], 'text/event-stream')
        self.assertEqual(response['X-Accel-Buffering'], 'no')
        self.assertIn('no-cache', response['Cache-Control'])
        self.assertIsNotNone(sse)
        hang_up(response)


class RangesTest(TestCase):
    def test_written_and_read(self) -> None:
        for numbers, text in (
            ([], ''),
            ([5], '5'),
            ([3, 1, 2], '1-3'),
            ([1, 2, 3, 7, 9, 10, 9], '1-3,7,9-10'),
        ):
            self.assertEqual(ranges(numbers), text)
            self.assertEqual(numbers_in(text), sorted(set(numbers)))

    def test_garbage_is_left_out_and_nothing_is_endless(self) -> None:
        self.assertEqual(numbers_in('x,-,1-,5--6,7,8-6, 3,' + '9' * 40), [1, 7])
        self.assertEqual(len(numbers_in('1-99999999999')), 2000)
        self.assertLess(len(ranges(range(1000, 3000))), 20)
