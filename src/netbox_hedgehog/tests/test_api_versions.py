"""Files, versions and checkpoints over REST, on a real repository: who may, what is answered."""

import hashlib
import uuid

from django_rq.queues import get_queue
from rest_framework.test import APIClient
from users.models import ObjectPermission
from utilities.rqworker import NetBoxRQWorker

from netbox_hedgehog.models import Checkpoint, HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.runner import work_off

from .git_case import BASE as FOLDER
from .git_case import logger, vpc
from .pages import allow
from .test_sync_conflicts import ONE, ConflictCase

BASE = '/api/plugins/hedgehog'
VLAN = 'spec.subnets.default.vlan'


class VersionsCase(ConflictCase):
    """Alice's requests to a fabric that was synchronised."""

    def setUp(self) -> None:
        super().setUp()
        self.client = APIClient()
        self.client.force_authenticate(self.alice)

    def get(self, address: str, /, **query):
        return self.client.get(f'{BASE}/{address}/', query)

    def post(self, address: str, /, **data):
        return self.client.post(f'{BASE}/{address}/', data, format='json')

    def files(self, action: str = '', /, **query):
        tail = f'files/{action}' if action else 'files'
        return self.get(f'fabrics/{self.fabric.pk}/{tail}', **query)

    def ask(self, address: str, /, **data):
        return self.post(f'fabrics/{self.fabric.pk}/{address}', **data)

    def worker(self) -> None:
        queue = get_queue('default')
        worker = NetBoxRQWorker([queue], connection=queue.connection, name=f'test-{uuid.uuid4()}')
        worker.register_birth()
        self.addCleanup(worker.register_death)

    def done(self, response) -> SyncOperation:
        """Carries out what was accepted."""
        self.assertEqual(response.status_code, 202, response.data)
        work_off(self.fabric.pk, logger)
        return SyncOperation.objects.get(pk=response.data['operation']['id'])

    def synced(self) -> str:
        self.fabric.sync_state.refresh_from_db()
        return self.fabric.sync_state.last_synced_commit

    def edited(self, vlan: int = 2001) -> SyncOperation:
        self.draft('one', vlan)
        return self.run_operation(self.fabric)

    def refused(self, response, status: int, reason: str) -> dict:
        self.assertEqual((response.status_code, response.data['reason']), (status, reason))
        return response.data


class ReadingTest(VersionsCase):
    def test_tree_content_and_facts(self) -> None:
        self.edited()
        listing = self.files().data
        self.assertEqual(listing['commit'], self.synced())
        paths = {row['path']: row for row in listing['files']}
        self.assertEqual(set(paths), set(self.person.files(FOLDER)))
        self.assertEqual(paths[ONE]['below'], 'managed/vpcs/one.yaml')
        text = self.person.files()[ONE]
        for path in (ONE, 'managed/vpcs/one.yaml'):
            shown = self.files('content', path=path).data
            self.assertEqual((shown['content'].encode(), shown['is_text']), (text, True))
            self.assertEqual(shown['blob'], paths[ONE]['blob'])
        older = self.files('content', path=ONE, at=self.person.log()[1].id).data
        self.assertIn('vlan: 1001', older['content'])
        facts = self.files('metadata', path=ONE).data
        self.assertEqual(facts['sha256'], hashlib.sha256(text).hexdigest())
        self.assertEqual((facts['size'], facts['versions']), (len(text), 2))
        self.assertIn('Alice Ng <alice@example.com>', facts['authors'])

    def test_history_and_difference_of_a_file(self) -> None:
        before = self.synced()
        edit = self.edited()
        commits = self.files('history', path=ONE).data['commits']
        self.assertEqual([each['action'] for each in commits], ['update', 'create'])
        self.assertEqual(commits[0]['user'], 'alice')
        self.assertEqual(commits[0]['request'], self.request_of(edit))
        self.assertEqual(len(self.files('history', path=ONE, limit=1).data['commits']), 1)
        (file,) = self.files('diff', **{'path': ONE, 'from': before}).data['files']
        (found,) = file['objects']
        self.assertEqual(
            found['fields'], [{'field': VLAN, 'action': 'change', 'old': 1001, 'new': 2001}]
        )
        self.assertIn('+      vlan: 2001', file['text'])
        self.assertEqual(len(self.files('diff', **{'from': before}).data['files']), 1)

    def request_of(self, operation: SyncOperation) -> str:
        return self.person.log()[0].trailers['NetBox-Request-Id']

    def test_what_is_not_there(self) -> None:
        for action, query, status, reason in (
            ('content', {'path': 'raw/none.yaml'}, 404, 'FileMissing'),
            ('metadata', {'path': 'raw/none.yaml'}, 404, 'FileMissing'),
            ('content', {}, 422, 'PathRefused'),
            ('content', {'path': '../../x'}, 422, 'PathRefused'),
            ('content', {'path': ONE, 'at': 'f' * 40}, 404, 'CommitUnknown'),
            ('diff', {'path': ONE, 'from': 'main; rm'}, 404, 'CommitUnknown'),
        ):
            with self.subTest(action=action, query=query):
                self.refused(self.files(action, **query), status, reason)

    def test_nothing_of_elsewhere_is_shown(self) -> None:
        self.person.push({'secret.txt': b'other team'})
        self.run_operation(self.fabric)
        for path in ('secret.txt', f'{FOLDER}/../../../secret.txt', '/secret.txt'):
            self.assertIn(self.files('content', path=path).status_code, (404, 422), path)

    def test_what_was_removed_and_how_it_comes_back(self) -> None:
        self.worker()
        path = f'fabrics/{self.fabric.pk}'
        self.assertEqual(self.get(f'{path}/removed').data, {'removed': []})
        before = self.synced()
        self.row('one').delete()
        self.run_operation(self.fabric)
        (gone,) = self.get(f'{path}/removed').data['removed']
        self.assertEqual(gone['resource'], 'vpc.githedgehog.com/VPC/default/one')
        self.assertEqual((gone['last_commit'], gone['below']), (before, 'managed/vpcs/one.yaml'))
        asked = {'resource': gone['resource'], 'to_commit': gone['last_commit']}
        self.assertEqual(self.done(self.post(f'{path}/restore', **asked)).status, 'completed')
        self.assertEqual(self.row('one').desired_spec['subnets']['default']['vlan'], 1001)
        self.assertEqual(self.get(f'{path}/removed').data, {'removed': []})

    def test_without_a_copy_on_this_machine(self) -> None:
        from netbox_hedgehog.sync.stores import remake_store

        remake_store(self.fabric.git_repository)
        self.refused(self.files(), 503, 'NotFetched')

    def test_an_object(self) -> None:
        before = self.synced()
        self.edited()
        pk = self.row('one').pk
        commits = self.get(f'resources/{pk}/history').data['commits']
        self.assertEqual([each['action'] for each in commits], ['update', 'create', 'drop'])
        self.assertEqual([each['kind'] for each in commits], ['sync', 'file_ingestion', None])
        fields = {each['field']: each for each in self.get(f'resources/{pk}/blame').data['fields']}
        self.assertEqual((fields[VLAN]['user'], fields[VLAN]['value']), ('alice', 2001))
        subnet = fields['spec.subnets.default.subnet']
        self.assertEqual((subnet['author'], subnet['user']), ('Pat', None))
        self.assertEqual(subnet['source'], f'{FOLDER}/raw/two.yaml')
        only = self.get(f'resources/{pk}/blame', field=VLAN).data['fields']
        self.assertEqual([each['field'] for each in only], [VLAN])
        self.refused(self.get(f'resources/{pk}/blame', field='a..b'), 422, 'FieldRefused')
        self.draft('one', 7)
        asked = {'from': before, 'to': 'draft'}
        (change,) = self.get(f'resources/{pk}/diff', **asked).data['fields']
        self.assertEqual((change['old'], change['new']), (1001, 7))


class WritingTest(VersionsCase):
    def test_a_resource_is_shown_then_restored(self) -> None:
        then = self.synced()
        self.edited()
        path = f'resources/{self.row("one").pk}/restore'
        head = self.person.pull()
        shown = self.post(path, to_commit=then, commit=False)
        self.assertEqual(shown.status_code, 200)
        plan = shown.data['plan']
        self.assertEqual((plan['base_commit'], self.person.pull()), (head, head))
        self.assertIn('+      vlan: 1001', plan['diff'])
        self.refused(self.post(path, to_commit=then), 503, 'NoWorker')
        self.worker()
        self.done(self.post(path, to_commit=then, expected_commit=head))
        self.assertEqual(self.row('one').desired_spec['subnets']['default']['vlan'], 1001)

    def test_refusals_of_a_plan(self) -> None:
        first = self.person.log()[-1].id
        path = f'resources/{self.row("one").pk}/restore'
        data = self.refused(self.post(path, to_commit=first, commit=False), 409, 'NotThereThen')
        self.assertTrue(data['details']['suggestions'])
        stale = self.post(path, to_commit=first, commit=False, expected_commit='a' * 40)
        self.refused(stale, 409, 'StalePlan')
        self.assertEqual(self.post(path).status_code, 400)
        self.assertEqual(self.post(path, to_commit=first, mode='x').status_code, 400)

    def test_a_deleted_object_and_the_whole_fabric(self) -> None:
        self.worker()
        then = self.synced()
        self.person.push({ONE: None})
        self.run_operation(self.fabric)
        key = 'vpc.githedgehog.com/VPC/default/one'
        self.done(self.ask('restore', to_commit=then, resource=key))
        self.assertTrue(self.fabric.resources.filter(name='one').exists())
        self.edited()
        self.done(self.ask('restore', to_commit=then))
        self.assertEqual(self.row('one').desired_spec['subnets']['default']['vlan'], 1001)

    def test_file_operations(self) -> None:
        self.worker()
        blob = self.files('content', path=ONE).data['blob']
        operations = [
            {'action': 'create', 'path': 'unmanaged/n.txt', 'content': ' x\n'},
            {'action': 'move', 'path': ONE, 'to': 'managed/vpcs/moved.yaml', 'expected_blob': blob},
        ]
        shown = self.ask('files/operations', operations=operations, commit=False).data['plan']
        self.assertEqual([each['action'] for each in shown['changes']], ['move', 'create'])
        done = self.done(self.ask('files/operations', operations=operations, message='Say so'))
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.person.log()[0].subject, 'Say so')
        self.assertEqual(self.person.files()[f'{FOLDER}/unmanaged/n.txt'], b' x\n')
        listed = self.get(f'sync-operations/{done.pk}').data
        self.assertNotIn('payload', listed)

    def test_bad_requests_name_what_is_wrong(self) -> None:
        for each in (
            {'action': 'create', 'path': 'x'},
            {'action': 'create', 'path': 'x', 'content': '', 'expected_blob': 'a' * 40},
            {'action': 'update', 'path': 'x', 'content': ''},
            {'action': 'move', 'path': 'x', 'expected_blob': 'a' * 40},
            {'action': 'delete', 'path': 'x', 'expected_blob': 'zz'},
            {'action': 'delete', 'path': 'x', 'to': 'y', 'expected_blob': 'a' * 40},
            {'action': 'truncate', 'path': 'x'},
        ):
            with self.subTest(each=each):
                response = self.ask('files/operations', operations=[each])
                self.assertEqual(response.status_code, 400)
                self.assertTrue(response.data['details']['field_errors'])
        self.assertEqual(self.ask('files/operations', operations=[]).status_code, 400)
        stale = {'action': 'delete', 'path': ONE, 'expected_blob': 'a' * 40}
        response = self.ask('files/operations', operations=[stale], commit=False)
        data = self.refused(response, 409, 'FileChanged')
        self.assertEqual(data['details']['validation_errors'][0]['file'], ONE)

    def test_backups_are_listed_and_come_back_by_their_number(self) -> None:
        self.worker()
        before = self.person.files()[ONE]
        blob = self.files('content', path=ONE).data['blob']
        delete = {'action': 'delete', 'path': ONE, 'expected_blob': blob}
        deleted = self.done(self.ask('files/operations', operations=[delete]))
        (backup,) = self.get(f'fabrics/{self.fabric.pk}/backups').data['results']
        self.assertEqual(backup['files'], [{'path': ONE, 'blob': blob, 'action': 'delete'}])
        self.assertEqual(backup['operation']['id'], deleted.pk)
        self.done(self.ask('files/restore', backup=backup['id']))
        self.assertEqual(self.person.files()[ONE], before)
        self.refused(self.ask('files/restore', backup=0), 404, 'BackupUnknown')
        self.refused(self.ask('files/restore', backup=backup['id'], path='x'), 404, 'BackupUnknown')

    def test_originals_are_listed_and_come_back(self) -> None:
        self.worker()
        (original,) = self.files('originals').data['originals']
        self.assertEqual(original['file'], f'{FOLDER}/raw/two.yaml')
        self.done(self.ask('files/restore', original=original['blob']))
        text = vpc('one') + b'---\n' + vpc('two')
        self.assertEqual(self.person.files()[original['file']], text)
        for wrong in ({}, {'original': 'x', 'backup': 1}, {'to_commit': self.synced()}):
            self.assertEqual(self.ask('files/restore', **wrong).status_code, 400, wrong)
        unknown = self.ask('files/restore', original='x', commit=False)
        self.refused(unknown, 404, 'OriginalUnknown')

    def test_checkpoints(self) -> None:
        self.worker()
        made = self.ask('checkpoints', name='Friday', note='before the week-end')
        self.assertEqual(made.status_code, 201, made.data)
        self.assertEqual(made.data['note'], 'before the week-end')
        self.assertEqual(made.data['settings']['publish_mode'], 'direct')
        self.assertNotIn('snapshot', made.data)
        (listed,) = self.get(f'fabrics/{self.fabric.pk}/checkpoints').data['results']
        self.assertEqual(listed['id'], made.data['id'])
        self.assertEqual(self.get(f'fabrics/{self.fabric.pk}/backups').data['count'], 0)
        self.edited()
        path = f'checkpoints/{made.data["id"]}/rollback'
        self.assertIn('vlan: 1001', self.post(path, commit=False).data['plan']['diff'])
        done = self.done(self.post(path))
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.row('one').desired_spec['subnets']['default']['vlan'], 1001)

    def test_bulk_deletion_is_secured(self) -> None:
        rows = [{'id': self.row(name).pk} for name in ('one', 'two')]
        response = self.client.delete(f'{BASE}/resources/', rows, format='json')
        self.assertEqual(response.status_code, 204)
        kept = Checkpoint.objects.get()
        self.assertEqual((kept.reason, kept.commit), ('bulk_deletion', self.synced()))


class PermissionTest(VersionsCase):
    def setUp(self) -> None:
        super().setUp()
        self.worker()
        self.alice.is_superuser = False
        self.alice.save()
        self.checkpoint = Checkpoint.objects.create(
            fabric=self.fabric, name='x', commit=self.synced()
        )

    def requests(self):
        """Every writing request and what it needs."""
        then, pk = self.synced(), self.row('one').pk
        create = [{'action': 'create', 'path': 'raw/x', 'content': ''}]
        fabric = f'fabrics/{self.fabric.pk}'
        yield f'{fabric}/files/operations', {'operations': create}
        yield f'{fabric}/files/restore', {'path': 'README.md', 'to_commit': then}
        yield f'{fabric}/restore', {'to_commit': then}
        yield f'{fabric}/checkpoints', {'name': 'x'}
        yield f'resources/{pk}/restore', {'to_commit': then}
        yield f'checkpoints/{self.checkpoint.pk}/rollback', {}

    def test_view_reads_and_push_writes(self) -> None:
        from netbox_hedgehog.models import HedgehogResource

        pk = self.row('one').pk
        reads = [f'fabrics/{self.fabric.pk}/files', f'resources/{pk}/history']
        for path in reads:
            self.assertEqual(self.get(path).status_code, 403, path)
        for model in (HedgehogFabric, HedgehogResource, Checkpoint):
            allow(self.alice, model, 'view')
        for path in reads:
            self.assertEqual(self.get(path).status_code, 200, path)
        for path, data in self.requests():
            self.assertEqual(self.post(path, **data).status_code, 403, path)
        self.assertFalse(SyncOperation.objects.filter(status='pending').exists())
        allow(self.alice, HedgehogFabric, 'push')
        for path, data in self.requests():
            self.assertIn(self.post(path, **data).status_code, (201, 202), path)

    def test_push_on_another_fabric_is_not_enough(self) -> None:
        from netbox_hedgehog.models import HedgehogResource

        for model in (HedgehogFabric, HedgehogResource, Checkpoint):
            allow(self.alice, model, 'view')
        allow(self.alice, HedgehogFabric, 'push', name='Another')
        for path, data in self.requests():
            self.assertEqual(self.post(path, **data).status_code, 403, path)

    def test_who_lost_the_permission_meanwhile_changes_nothing(self) -> None:
        allow(self.alice, HedgehogFabric, 'view', 'push')
        create = [{'action': 'create', 'path': 'raw/x', 'content': ''}]
        response = self.ask('files/operations', operations=create)
        ObjectPermission.objects.all().delete()
        before = self.person.pull()
        done = self.done(response)
        self.assertEqual((done.status, done.last_reason), ('failed', 'PermissionDenied'))
        self.assertEqual(self.person.pull(), before)
