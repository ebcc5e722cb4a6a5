"""A server that keeps failing is left alone, probed with care, and used again."""

from datetime import UTC, datetime, timedelta

from django.test import SimpleTestCase
from django.utils import timezone

from hedgehog_gitops.testing.faults import Fault
from netbox_hedgehog.choices import CircuitStateChoices as State
from netbox_hedgehog.models import GitRepositoryState
from netbox_hedgehog.sync import recover
from netbox_hedgehog.sync.circuit import PAUSE, Circuit, after_failure, after_success

from .git_case import BASE, GitCase, vpc

ONE = f'{BASE}/managed/vpcs/one.yaml'

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


class CircuitTest(SimpleTestCase):
    def test_five_failures_in_five_minutes_open_it(self) -> None:
        circuit = Circuit()
        for number in range(5):
            self.assertEqual(circuit.state, State.CLOSED)
            circuit = after_failure(circuit, NOW + timedelta(seconds=60 * number))
        self.assertEqual(circuit.state, State.OPEN)

    def test_failures_far_apart_do_not(self) -> None:
        circuit = Circuit()
        for number in range(20):
            circuit = after_failure(circuit, NOW + timedelta(seconds=100 * number))
        self.assertEqual(circuit.state, State.CLOSED)

    def test_a_success_between_begins_anew(self) -> None:
        circuit = Circuit()
        for _ in range(4):
            circuit = after_failure(circuit, NOW)
        self.assertEqual(after_success(circuit), Circuit())

    def test_probes(self) -> None:
        half = Circuit(State.HALF_OPEN, 0, NOW)
        self.assertEqual(after_failure(half, NOW).state, State.OPEN)
        twice = after_success(after_success(half))
        self.assertEqual(twice.state, State.HALF_OPEN)
        self.assertEqual(after_failure(twice, NOW).state, State.OPEN)
        self.assertEqual(after_success(twice), Circuit())


class LeftAloneTest(GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()

    @property
    def state(self) -> GitRepositoryState:
        return GitRepositoryState.objects.get(repository=self.fabric.git_repository)

    def sync(self, trigger: str = 'scheduled'):
        user = None if trigger == 'scheduled' else self.alice
        return self.run_operation(self.fabric, user=user, trigger_type=trigger)

    def age(self) -> None:
        GitRepositoryState.objects.update(circuit_opened_at=timezone.now() - PAUSE * 2)

    def test_open_probed_closed_and_nothing_lost(self) -> None:
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.server.add(Fault(status=503, times=None))
        for _ in range(5):
            self.assertEqual(self.sync().last_reason, 'RemoteUnreachable')
        self.assertEqual(self.state.circuit_state, State.OPEN)
        self.server.clear()
        asked = len(self.server.requests)
        left = self.sync()
        self.assertEqual((left.status, left.last_reason), ('failed', 'CircuitOpen'))
        self.assertEqual(len(self.server.requests), asked, 'the server was contacted')
        self.age()
        for expected in (State.HALF_OPEN, State.HALF_OPEN, State.CLOSED):
            operation = self.sync()
            self.assertEqual(operation.status, 'completed', operation.last_error_message)
            self.assertEqual(self.state.circuit_state, expected)
        self.assertTrue(self.fabric.resources.filter(name='one').exists())

    def test_a_failing_probe_opens_it_again(self) -> None:
        self.server.add(Fault(status=503, times=None))
        for _ in range(5):
            self.sync()
        self.age()
        self.assertEqual(self.sync().last_reason, 'RemoteUnreachable')
        self.assertEqual(self.sync().last_reason, 'CircuitOpen')

    def test_a_person_tries_at_once(self) -> None:
        self.server.add(Fault(status=503, times=None))
        for _ in range(5):
            self.sync()
        self.server.clear()
        self.assertEqual(self.sync('cli').status, 'completed')

    def test_the_schedule_leaves_it_alone(self) -> None:
        old = timezone.now() - timedelta(hours=1)
        self.fabric.sync_operations.update(created=old)
        type(self.fabric.sync_state).objects.update(last_sync=old)
        self.assertIn(self.fabric, list(recover.due_fabrics(timezone.now())))
        GitRepositoryState.objects.update(
            circuit_state=State.OPEN, circuit_opened_at=timezone.now()
        )
        self.assertNotIn(self.fabric, list(recover.due_fabrics(timezone.now())))
        self.age()
        self.assertIn(self.fabric, list(recover.due_fabrics(timezone.now())))

    def test_an_edit_is_tried_again_where_no_interval_is_set(self) -> None:
        self.person.push({ONE: vpc('one')})
        self.fabric.sync_interval = 0
        self.fabric.save()
        self.sync()
        self.long_ago()
        self.assertEqual(list(recover.due_fabrics(timezone.now())), [])
        row = self.fabric.resources.get()
        subnets = {'default': {'subnet': '10.0.1.0/24', 'vlan': 2001}}
        self.edit(row, draft_spec={**row.desired_spec, 'subnets': subnets})
        self.server.add(Fault(status=503, times=None))
        self.assertEqual(self.sync().last_reason, 'RemoteUnreachable')
        self.server.clear()
        self.assertEqual(list(recover.due_fabrics(timezone.now())), [])
        self.long_ago()
        for field, value in (('publish_mode', 'manual'), ('sync_direction', 'git_to_gui')):
            with self.subTest(value):
                rows = type(self.fabric).objects.filter(pk=self.fabric.pk)
                before = rows.values_list(field, flat=True).get()
                rows.update(**{field: value})
                self.assertEqual(list(recover.due_fabrics(timezone.now())), [])
                rows.update(**{field: before})
        self.assertEqual(list(recover.due_fabrics(timezone.now())), [self.fabric])
        self.sync()
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        self.long_ago()
        self.assertEqual(list(recover.due_fabrics(timezone.now())), [])

    def long_ago(self) -> None:
        self.fabric.sync_operations.update(created=timezone.now() - timedelta(hours=1))

    def test_a_refused_password_is_no_failure_of_the_server(self) -> None:
        self.server.password = 'another'
        for _ in range(6):
            self.assertEqual(self.sync().last_reason, 'CredentialsRefused')
        self.assertEqual(self.state.circuit_state, State.CLOSED)
