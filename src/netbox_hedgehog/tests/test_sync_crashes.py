"""`kill -9` at every named step of every operation: the next run ends as an undisturbed one.

A process of its own runs the operation and is killed for good: real PostgreSQL, real Git over HTTP.
Afterwards files, rows, outbox, uploads, conflicts and the number of commits have to be what the
same operation left undisturbed. What came of each step is a table in `docs/reference/crashes.md`,
which has to say what was found here.
"""

import os
import signal
import uuid
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from core.models import ObjectType
from django.db import connections
from django_rq.queues import get_queue
from extras.models import EventRule, Webhook

from netbox_hedgehog.jobs import enqueue_operation, enqueue_undo, enqueue_upload
from netbox_hedgehog.models import (
    ConflictResolution,
    HedgehogFabric,
    OutboxEntry,
    RawUpload,
    SyncOperation,
)
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.progress import OperationProgress
from netbox_hedgehog.sync.recover import recover_dead_workers
from netbox_hedgehog.sync.resolution import Decision
from netbox_hedgehog.sync.resolve import resolve
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.status import sync_status
from netbox_hedgehog.sync.uploads import DroppedFile

from .git_case import BASE, GitTransactionCase, logger, vpc

pytestmark = pytest.mark.timeout(900)
PAGE = Path(__file__).parents[3] / 'docs' / 'reference' / 'crashes.md'

STEPS = {
    'fetch': 'before the branch is read',
    'after_fetch': 'after the branch was read',
    'plan': 'before the commits are planned',
    'commit_made': 'after the commits were made in the clone',
    'push_sent': 'before the push, noted in the database',
    'answer_unread': 'after the server took the push, before it answered',
    'push_confirmed': 'after the server confirmed the push',
    'apply': 'before the rows are written',
    'before_database_commit': 'rows written, before the transaction is committed',
    'recorded': 'after the transaction was committed, before events are told',
}
NOTHING_MORE = {'user': None, 'outside': None, 'refused': []}
OPERATIONS = ('save', 'ingestion', 'upload', 'decision', 'undo')


class CrashesTest(GitTransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()

    def test_save(self) -> None:
        self.check('save', self.saved)

    def test_ingestion(self) -> None:
        self.check('ingestion', self.dropped)

    def test_upload(self) -> None:
        self.check('upload', self.uploaded)

    def test_decision(self) -> None:
        self.check('decision', self.decided)

    def test_undo(self) -> None:
        self.check('undo', self.edited_and_undone)

    def test_listeners_hear_of_an_operation_whose_worker_died_before_it_told(self) -> None:
        self.saved('heard')
        self.listen()
        asked = SyncOperation.objects.filter(fabric=self.fabric).order_by('pk').last()
        self.die_at('recorded')
        asked.refresh_from_db()
        self.assertEqual((asked.status, self.heard()), ('completed', []))
        told = [('hedgehog_sync_completed', str(asked.operation_id))]
        self.assertEqual(recover_dead_workers(), [self.fabric.pk])
        self.assertEqual(self.heard(), told)
        self.assertEqual((recover_dead_workers(), self.heard()), ([], told))
        # A next operation would have told it as well, before its own news.
        SyncOperation.objects.filter(pk=asked.pk).update(untold=NOTHING_MORE)
        after = self.run_operation(self.fabric)
        told += [*told, ('hedgehog_sync_completed', str(after.operation_id))]
        self.assertEqual(self.heard(), told)
        self.assertFalse(SyncOperation.objects.filter(untold__isnull=False).exists())

    def listen(self) -> None:
        """A rule that hands a job to the queue for every sync that is over."""
        rule = EventRule.objects.create(
            name='Listener',
            event_types=['hedgehog_sync_completed'],
            action_type='webhook',
            action_object=Webhook.objects.create(name='Hook', payload_url='https://example.com/'),
        )
        rule.object_types.set([ObjectType.objects.get_for_model(HedgehogFabric)])

    def heard(self) -> list[tuple[str, str]]:
        """What the queue holds for the rule, in the order it came."""
        jobs = [job for job in get_queue('default').jobs if 'send_webhook' in job.func_name]
        return [(job.kwargs['event_type'], job.kwargs['data']['operation_id']) for job in jobs]

    def check(self, kind: str, ask: Callable[[str], None]) -> None:
        """Every step, compared with a run that nobody disturbs."""
        expected = self.ended(ask, f'{kind}-calm', None)
        found = {}
        for step in STEPS:
            name = f'{kind}-{step}'.replace('_', '-')
            with self.subTest(step=step):
                self.assertEqual(self.ended(ask, name, step), expected)
                found[step] = self.how
        self.assertEqual(_column(kind), found, f'{PAGE} says something else; found:\n{found}')

    def ended(self, ask: Callable[[str], None], name: str, step: str | None) -> dict[str, Any]:
        """What stands in the end, with the name of the object taken out of it."""
        ask(name)
        before = len(self.person.log())
        asked = SyncOperation.objects.filter(fabric=self.fabric).order_by('pk').last()
        if step is not None:
            self.die_at(step)
        after_death = len(self.person.log()) - before
        self.run_operation(self.fabric)
        commits = len(self.person.log()) - before
        asked.refresh_from_db()
        died = {'WorkerDied': 'closed'}.get(asked.last_reason, asked.status)
        self.how = f'{after_death} + {commits - after_death}, {died}'
        head = self.person.pull()
        self.run_operation(self.fabric)
        self.assertEqual(self.person.pull(), head, 'one more run made a commit')
        return self.everything(name) | {'commits': commits}

    def everything(self, name: str) -> dict[str, Any]:
        files = self.person.files(BASE)
        text = files.get(f'{BASE}/managed/vpcs/{name}.yaml', b'').decode()
        row = self.fabric.resources.filter(name=name).first()
        self.fabric.refresh_from_db()
        return {
            'file': '\n'.join(line for line in text.split('\n') if 'hnp.' not in line).replace(
                name, 'NAME'
            ),
            'raw': [
                path.replace(name, 'NAME') for path in files if '/raw/' in path and name in path
            ],
            'row': row and (row.desired_spec, row.has_draft, row.sync_state.resource_state),
            'outbox': [
                (entry.action, entry.state)
                for entry in OutboxEntry.objects.filter(name=name).order_by('pk')
            ],
            'uploads': [
                (upload.state, bool(upload.new_commit), upload.content is None)
                for upload in RawUpload.objects.filter(name=f'{name}.yaml')
            ],
            'conflicts': [
                (conflict.resolution_status, conflict.resolution_strategy)
                for conflict in ConflictResolution.objects.filter(resource_key__endswith=name)
            ],
            'open operations': SyncOperation.objects.filter(
                fabric=self.fabric, completed_at=None
            ).count(),
            'status': sync_status(self.fabric),
        }

    # What is asked for; a worker has still to come.

    def saved(self, name: str) -> None:
        self.is_there(name)
        self.draft(name, 2001)
        self.ask('sync')

    def dropped(self, name: str) -> None:
        self.person.push({f'{BASE}/raw/{name}.yaml': vpc(name)})
        self.ask('sync')

    def uploaded(self, name: str) -> None:
        file = DroppedFile(f'{name}.yaml', vpc(name))
        enqueue_upload(self.fabric, [file], Editor(self.alice, uuid.uuid4()), 'api')

    def decided(self, name: str) -> None:
        self.is_there(name)
        self.draft(name, 2001)
        self.person.push({f'{BASE}/managed/vpcs/{name}.yaml': vpc(name, 3001)})
        self.run_operation(self.fabric)
        conflict = ConflictResolution.objects.get(resource_key__endswith=f'/{name}')
        editor = Editor(self.alice, uuid.uuid4())
        resolve(conflict.pk, Decision('gui_wins'), editor)
        self.ask('conflict_resolution', request_id=editor.request_id)

    def edited_and_undone(self, name: str) -> None:
        self.is_there(name)
        self.draft(name, 2001)
        enqueue_undo(self.run_operation(self.fabric), self.alice, 'cli')

    def is_there(self, name: str) -> None:
        self.person.push({f'{BASE}/managed/vpcs/{name}.yaml': vpc(name)})
        self.run_operation(self.fabric)

    def draft(self, name: str, vlan: int) -> None:
        row = self.fabric.resources.get(name=name)
        subnets = {'default': {'subnet': '10.0.1.0/24', 'vlan': vlan}}
        # Without the receiver's own job: who works when is what is looked at here.
        self.edit(row, draft_spec={**row.desired_spec, 'subnets': subnets})
        SyncOperation.objects.filter(fabric=self.fabric, status='pending').delete()

    def ask(self, kind: str, **options: Any) -> None:
        enqueue_operation(self.fabric, kind, user=self.alice, trigger_type='cli', **options)

    # How a worker dies

    def die_at(self, step: str) -> None:
        """A process of its own does the work and is killed; it must have got that far."""
        if step == 'answer_unread':
            hook = self.bare / 'hooks' / 'post-receive'
            hook.parent.mkdir(exist_ok=True)
            hook.write_text(f'#!/bin/sh\nkill -9 "$(cat {self.folder}/pid)"\n')
            hook.chmod(0o755)
        with warnings.catch_warnings():
            # The server's threads stay in this process; the other one needs none of them.
            warnings.simplefilter('ignore', DeprecationWarning)
            child = os.fork()
        if child == 0:
            self.work_and_die(step)
        _, status = os.waitpid(child, 0)
        (self.bare / 'hooks' / 'post-receive').unlink(missing_ok=True)
        self.assertTrue(os.WIFSIGNALED(status), f'{step} was never reached')
        self.assertEqual(os.WTERMSIG(status), signal.SIGKILL)

    def work_and_die(self, step: str) -> None:
        (self.folder / 'pid').write_text(str(os.getpid()))
        reported = OperationProgress.stage

        def stage(progress: OperationProgress, name: str) -> None:
            reported(progress, name)
            if name == step:
                os.kill(os.getpid(), signal.SIGKILL)

        OperationProgress.stage = stage
        try:
            for connection in connections.all():
                # The socket is the parent's: it is left alone, and this process gets its own.
                connection.connection = None
            work_off(self.fabric.pk, logger)
        finally:
            os._exit(7)


def _column(kind: str) -> dict[str, str]:
    """What the page says about one kind of operation, by step."""
    rows = [
        [cell.strip() for cell in line.strip('|').split('|')]
        for line in PAGE.read_text().splitlines()
        if line.startswith('| `')
    ]
    column = OPERATIONS.index(kind) + 2
    return {row[0].strip('`'): row[column] for row in rows}
