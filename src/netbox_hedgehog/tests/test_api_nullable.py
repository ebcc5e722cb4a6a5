"""Every field of REST that may be null is seen with a value, which is as the schema says.

A field that is null in every test may never have worked. What is looked at is a fabric on a real
Git server: its conflict, its scan, its operations are real; rows are filled up with what only a
host, another person or a long time would bring.
"""

from datetime import timedelta
from typing import Any

import pytest
from core.models import Job, ObjectType
from django.utils import timezone
from users.models import Owner

from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.jobs import enqueue_render
from netbox_hedgehog.models import (
    Checkpoint,
    ConflictResolution,
    ErrorRecord,
    FabricSyncState,
    GitRepository,
    GitRepositoryState,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    PullRequest,
    RawUpload,
    ResolutionPolicy,
    ResourceSyncState,
    SyncOperation,
    YAMLDuplicateFile,
    YAMLDuplicateGroup,
)
from netbox_hedgehog.sync.locks import fabric_locked
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.ui.kinds import KINDS

from . import builders
from .git_case import BASE as FOLDER
from .git_case import logger, vpc
from .nullable import BASE, Seen, described
from .test_api_actions import plugin_settings
from .test_api_conformance import MODELS
from .test_api_versions import VersionsCase
from .test_sync_conflicts import ONE, TWO
from .test_sync_templates import TEMPLATE, VPCS
from .world import World

# Every address there is, on a busy machine.
pytestmark = pytest.mark.timeout(900)

# Fields that stay null here, and why.
EXCUSED = {
    ('Connection', 'api_requests_left'): 'told by GitHub alone: test_hosts_app sees it',
    (
        '_IntegrationHealth',
        'rate_limit_usage',
    ): 'the specification has it; no host tells of how much',
}
# VPCs that both sides change.
CLASHING = ('one', 'three', 'four', 'five')
UUID = '12345678-1234-4234-8234-123456789abc'


class NullableTest(VersionsCase):
    maxDiff = None

    def setUp(self) -> None:
        super().setUp()
        self.worker()
        self.seen = Seen(described())

    def test_every_field_that_may_be_null_is_seen_with_a_value(self) -> None:
        self.work()
        self.world = World(self.fabric, called='another')
        for reason in ('undo', 'restore'):
            builders.a_checkpoint(self.fabric, reason=reason)
        self.fill()
        earlier = timezone.now() - timedelta(days=2)
        builders.an_operation(
            self.fabric, status='completed', completed_at=earlier, memory_peak_bytes=9
        )
        with plugin_settings(documentation_url='https://docs.example.com/'):
            self.look_at_everything()
            self.act()
        missing = self.seen.nullable() - self.seen.fields
        told = {
            'wrong': sorted(set(self.seen.wrong)),
            'never seen': sorted(missing - EXCUSED.keys()),
            'seen by now': sorted(EXCUSED.keys() - missing),
        }
        self.assertEqual({name: each for name, each in told.items() if each}, {})

    def work(self) -> None:
        """Clashes, and a search for duplicates, as they come about."""
        more = b'---\n'.join(vpc(name) for name in CLASHING[1:])
        template = VPCS.replace('names: list', 'names: {type: list, default: [made]}')
        template = template.replace('default: 1001', 'default: 1999').replace('10.0.', '10.99.')
        self.person.push({f'{FOLDER}/raw/more.yaml': more, TEMPLATE: template.encode()})
        self.run_operation(self.fabric)
        enqueue_render(self.fabric, {}, self.alice, 'api')
        work_off(self.fabric.pk, logger)
        self.person.push({f'{FOLDER}/examples/two.yaml': vpc('two')})
        self.run_operation(self.fabric)
        self.run_operation(self.fabric, Type.DUPLICATE_SCAN)
        for name in CLASHING:
            self.draft(name, 2001)
            self.in_git(ONE.replace('one', name), b'vlan: 1001', b'vlan: 3001')
        self.finished = self.run_operation(self.fabric)
        self.conflicts = [ConflictResolution.objects.get(resource__name=name) for name in CLASHING]
        self.group = YAMLDuplicateGroup.objects.get()

    def fill(self) -> None:
        """Everything a row can hold, in every row."""
        now, alice, fabric = timezone.now(), self.alice, self.fabric
        owner = Owner.objects.create(name='Network')
        policy = ResolutionPolicy.objects.first()
        done = self.finished
        review = PullRequest.objects.filter(fabric=fabric).first()
        job = Job.objects.create(
            name='sync',
            object_type=ObjectType.objects.get_for_model(HedgehogFabric),
            object_id=fabric.pk,
            job_id=UUID,
            user=alice,
        )
        edits = {'request_id': UUID, 'user': alice, 'next_attempt_at': now}
        for model, fields in (
            (GitRepository, {'owner': owner}),
            (
                GitRepositoryState,
                {
                    'last_validated': now, 'last_fetched': now, 'rate_limit_remaining': 7,
                    'rate_limit_reset': now, 'webhook_delivered': now, 'validation_error': 'Slow.',
                    'connection_status': 'connected',
                },
            ),
            (HedgehogFabric, {'owner': owner, 'resolution_policy': policy}),
            (
                FabricSyncState,
                {
                    'last_sync': now, 'last_git_sync': now, 'last_duplicate_scan': now,
                    'raw_files': 1, 'held_documents': 0,
                },
            ),
            (ResolutionPolicy, {'owner': owner}),
            (
                HedgehogResource,
                {
                    'owner': owner, 'sync_direction': 'bidirectional', 'draft_updated': now,
                    'conflict_resolution_preference': 'git_wins', 'draft_updated_by': alice,
                    'draft_labels': {'a': 'b'}, 'draft_annotations': {'a': 'b'},
                },
            ),
            (ResourceSyncState, {'last_file_sync': now}),
            (
                SyncOperation,
                {
                    'initiated_by': alice, 'job': job, 'parent': done, 'undoes': done,
                    'git_repository': fabric.git_repository, 'request_id': UUID,
                    'progress_total': 4, 'total_file_size_bytes': 9, 'git_commands': 3,
                    'api_calls_made': 2, 'network_transfer_bytes': 10, 'resources_targeted': 4,
                    'memory_peak_bytes': 11,
                    'plan': {'changes': []}, 'started_at': now - timedelta(seconds=8),
                    'pull_request_url': 'https://git.example.com/1', 'branch_name': 'main',
                },
            ),
            (PullRequest, {'number': 1, 'closed_at': now, 'sync_operation': done, 'user': alice}),
            (Checkpoint, {'sync_operation': done, 'created_by': alice}),
            (OutboxEntry, {**edits, 'pull_request': review}),
            (RawUpload, {**edits, 'sync_operation': done}),
            (ErrorRecord, {'line': 1, 'operation': done, 'resolved_at': now}),
            (
                YAMLDuplicateGroup,
                {
                    'policy': policy, 'policy_version': 1, 'detected_in': done, 'resolved_in': done,
                    'resolved_by': alice, 'resolved_at': now, 'wait': 'tie',
                    'resolution_strategy': 'move_to_archive',
                },
            ),
            (YAMLDuplicateFile, {'item_index': 0, 'line': 1}),
        ):  # fmt: skip
            model.objects.update(**fields)
        self.resolved = self.world.of['A']['conflictresolution']
        ConflictResolution.objects.filter(pk=self.resolved.pk).update(
            resolution_strategy='git_wins', resolution_attempted_at=now, resolved_at=now,
            resolved_by=alice, resolved_in=done, sync_operation=done, resolution_status='resolved',
        )  # fmt: skip
        # The edits of the clashes wait for a decision still.
        OutboxEntry.objects.filter(name__in=CLASHING).update(state='conflict', pull_request=None)
        HedgehogResource.objects.filter(name__in=CLASHING).update(
            draft_labels=None, draft_annotations=None
        )
        # The last one of its kind is over; it is what other answers are made of.
        SyncOperation.objects.filter(pk=done.pk).update(parent=None, undoes=None, job=job)
        self.running = builders.an_operation(
            fabric, operation_type=Type.DUPLICATE_SCAN, status='in_progress', progress_done=1,
            current_phase='commit', progress_total=2, started_at=now, commit_sha=self.synced(),
        )  # fmt: skip

    def look_at_everything(self) -> None:
        """Each address that is only read, and each list in pages of one row."""
        with fabric_locked(self.fabric.pk):
            for address in self.seen.schema['paths']:
                if 'get' not in self.seen.schema['paths'][address]:
                    continue
                if (asked := self.named(address)) is None:
                    continue
                if 'count' in self.look(asked, **self.query(address)):
                    self.look(asked, limit=1)
                    self.look(asked, limit=1, offset=1)
        for row in (self.finished, self.running, self.world.of['A']['syncoperation']):
            self.look(f'{BASE}/sync-operations/{row.pk}/')
        one = self.row('one').pk
        # Only GitHub has a page for each file.
        GitRepository.objects.update(provider='github')
        self.look(f'{BASE}/resources/{one}/file-mapping/')
        GitRepository.objects.update(provider='generic')
        self.look(f'{BASE}/resources/{self.row("made").pk}/file-mapping/')
        for tail in ('', 'yaml/', 'history/', 'blame/', 'diff/'):
            self.look(f'{BASE}/resources/{one}/{tail}')

    def named(self, address: str) -> str | None:
        """An address with an object in it; None for the kinds, which are like resources."""
        place = address.removeprefix(f'{BASE}/').partition('/')[0]
        if place in {kind.path for kind in KINDS.values()}:
            return None
        return address.replace(
            '{id}', str(self.world.pk(MODELS[place], 'A')) if '{' in address else ''
        )

    def query(self, address: str) -> dict[str, Any]:
        return {'path': ONE} if '/files/' in address else {}

    def look(self, address: str, **query: Any) -> Any:
        answer = self.client.get(address, query)
        self.seen.answer('get', address, answer)
        return answer.json()

    def send(self, address: str, status: int, method: str = 'post', **data: Any) -> Any:
        whole = f'{BASE}/{address}/'
        answer = getattr(self.client, method)(whole, data, format='json', HTTP_X_REQUEST_ID=UUID)
        if answer.status_code != status:
            self.seen.wrong.append(f'{address}: {answer.status_code} {answer.data}')
        self.seen.answer(method, whole, answer)
        return answer

    def act(self) -> None:
        """What is told by actions alone."""
        fabric, one = f'fabrics/{self.fabric.pk}', self.row('one')
        SyncOperation.objects.filter(pk=self.running.pk).update(status='completed')
        repository = f'git-repositories/{self.fabric.git_repository_id}'
        broken = {f'{FOLDER}/raw/torn.yaml': 'kind: VPC\nmetadata: [\n', TWO: vpc('two').decode()}
        self.send(f'{fabric}/validate', 200, texts=broken)
        self.send(f'{fabric}/validate', 400, nonsense=1)
        self.send(f'{fabric}/sync', 202, publish=True)
        self.send(f'{repository}/test-connection', 200)
        self.send(f'{repository}/branches', 201, name='next')
        self.look(f'{BASE}/{repository}/branches/')
        self.send(
            f'resources/{one.pk}/sync-config', 200, 'patch', sync_direction='bidirectional',
            conflict_resolution_preference='git_wins',
        )  # fmt: skip
        policy = ResolutionPolicy.objects.filter(pk=self.world.pk('resolutionpolicy', 'A')).get()
        self.send(f'resolution-policies/{policy.pk}/preview', 200, fabric=self.fabric.pk)
        webhook = self.world.of['A']['webhook']
        # Some server that answers, if not what it should.
        type(webhook).objects.update(payload_url=f'{self.server.url}/lab.git/info/refs')
        self.send(f'webhooks/{webhook.pk}/test', 502)
        waiting = self.world.of['A']['syncoperation']
        self.send(f'sync-operations/{waiting.pk}/cancel', 200)
        self.decide(fabric)

    def decide(self, fabric: str) -> None:
        """Conflicts, one by one and several together, with and without a commit."""
        at_once, published, bulk, together = (each.pk for each in self.conflicts)
        ours = {'resolution_strategy': 'gui_wins'}
        self.send(f'conflicts/{at_once}/resolve', 200, resolution_strategy='git_wins')
        self.send(f'conflicts/{published}/resolve', 202, **ours)
        self.send(f'{fabric}/conflicts/resolve-bulk', 202, conflict_ids=[str(bulk)], **ours)
        winner = self.group.files.get(file_path__contains='managed/')
        groups = [{'group': str(self.group.pk), 'winner': str(winner.pk)}]
        both = {'conflict_ids': [str(together)], 'groups': groups, **ours}
        self.send(f'{fabric}/resolve-conflicts', 202, **both)
