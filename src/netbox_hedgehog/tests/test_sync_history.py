"""What NetBox did is proven by the repository alone, with the command and without any database."""

import contextlib
import io
import json
import os
import uuid
from unittest.mock import patch

from netbox.context_managers import event_tracking

from hedgehog_gitops.cli import run
from netbox_hedgehog.models import SyncOperation
from netbox_hedgehog.sync.origin import Actor

from .git_case import BASE
from .test_sync_conflicts import ONE, ConflictCase


class ProofTest(ConflictCase):
    def command(self, verb: str, *options: str) -> dict:
        """Runs the command on the server's own repository."""
        out = io.StringIO()
        words = [verb, str(self.bare), '--fabric-dir', BASE, *options, '--json']
        home = {'PATH': os.environ['PATH'], 'HOME': str(self.folder), 'GIT_CONFIG_NOSYSTEM': '1'}
        with patch.dict(os.environ, home, clear=True), contextlib.redirect_stdout(out):
            run(words)
        return json.loads(out.getvalue())

    def test_edits_and_deletions_from_netbox(self) -> None:
        self.draft('one', 2001)
        edit = self.run_operation(self.fabric)
        removal = Actor(self.alice, uuid.uuid4(), '')
        with event_tracking(removal._request()):
            self.row('one').delete()
        deletion = self.run_operation(self.fabric)
        expected = (edit.commit_sha, deletion.commit_sha)
        # The database forgets; the trailers stay.
        SyncOperation.objects.all().delete()
        commits = self.command('history', '--resource', 'VPC/one')['commits']
        deleted, edited, created, dropped = commits
        self.assertEqual((edited['commit'], deleted['commit']), expected)
        for each, action in ((deleted, 'delete'), (edited, 'update')):
            self.assertEqual(
                (each['action'], each['user'], each['author'], each['path'], each['kind']),
                (action, 'alice', 'Alice Ng', ONE, 'sync'),
            )
            self.assertTrue(uuid.UUID(each['operation']))
        self.assertEqual(deleted['request'], str(removal.request_id))
        self.assertEqual(edited['fields'], ['spec.subnets.default.vlan'])
        self.assertEqual((created['action'], created['kind']), ('create', 'file_ingestion'))
        self.assertEqual(
            (dropped['action'], dropped['author'], dropped['user']), ('drop', 'Pat', None)
        )
        file = self.command('history', '--path', ONE)['commits']
        self.assertEqual([each['action'] for each in file], ['delete', 'update', 'create'])
        restored = self.command('blame', '--resource', 'VPC/two')['fields']
        self.assertEqual({each['source'] for each in restored}, {f'{BASE}/raw/two.yaml'})
