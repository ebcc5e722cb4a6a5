"""What may be asked for one object over REST: its file, its settings, its way to Git and back."""

import hashlib
from datetime import timedelta

from django.utils import timezone

from netbox_hedgehog.models import (
    ConflictResolution,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    ResourceSyncState,
    SyncOperation,
)

from .pages import allow
from .test_api_versions import BASE, VersionsCase
from .test_sync_conflicts import ONE, TWO

SPEC = {'ipv4Namespace': 'default', 'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': 7}}}


class ResourceCase(VersionsCase):
    def path(self, action: str = '', name: str = 'one') -> str:
        return f'resources/{self.row(name).pk}{"/" if action else ""}{action}'

    def act(self, action: str, name: str = 'one', /, **data):
        return self.post(self.path(action, name), **data)

    def patch(self, **data):
        url = f'{BASE}/{self.path("sync-config")}/'
        return self.client.patch(url, data, format='json')

    def clash(self) -> ConflictResolution:
        self.draft('one', 2001)
        self.in_git(ONE, b'vlan: 1001', b'vlan: 3001')
        self.run_operation(self.fabric)
        return ConflictResolution.objects.get(resource__name='one')


class FileMappingTest(ResourceCase):
    def test_a_file_in_git(self) -> None:
        self.in_git(ONE, b'vlan: 1001', b'vlan: 1002')
        self.run_operation(self.fabric)
        found = self.get(self.path('file-mapping')).data
        text, mapping = self.person.files()[ONE], found['file_mapping']
        self.assertEqual(mapping['managed_file_path'], ONE)
        self.assertEqual(mapping['file_hash'], f'sha256:{hashlib.sha256(text).hexdigest()}')
        self.assertEqual(mapping['file_size_bytes'], len(text))
        self.assertIsNotNone(mapping['last_file_sync'])
        self.assertEqual(mapping['github_info']['branch'], 'main')
        self.assertEqual(len(mapping['github_info']['commit_sha']), 40)
        self.assertIsNotNone(mapping['github_info']['last_modified'])
        self.assertIsNone(mapping['github_info']['file_url'])
        self.assertEqual((found['made_by']['source'], found['made_by']['template']), ('hand', None))
        outside = found['external_modifications']
        self.assertEqual(outside['count'], 1)
        self.assertEqual(outside['recent_modifications'][0]['author'], 'Pat')
        self.assertIsNotNone(outside['last_check'])
        status = found['sync_status']
        self.assertEqual((status['sync_healthy'], status['needs_github_sync']), (True, False))
        self.assertIsNotNone(found['conflict_status']['last_conflict_check'])

    def test_at_github_the_file_has_an_address(self) -> None:
        repository = self.fabric.git_repository
        type(repository).objects.update(provider='github', url='https://github.com/acme/lab.git')
        commit = self.row('one').sync_state.desired_commit
        found = self.get(self.path('file-mapping')).data['file_mapping']['github_info']
        self.assertEqual(found['file_url'], f'https://github.com/acme/lab/blob/{commit}/{ONE}')

    def test_a_draft_and_a_conflict_show(self) -> None:
        self.clash()
        found = self.get(self.path('file-mapping')).data
        self.assertTrue(found['conflict_status']['has_conflicts'])
        self.assertEqual(found['sync_status']['needs_github_sync'], True)
        self.assertEqual(found['sync_status']['needs_gui_sync'], True)
        self.assertEqual(found['sync_status']['sync_healthy'], False)
        ResourceSyncState.objects.update(last_sync_error='The server refused.')
        found = self.get(self.path('file-mapping')).data
        self.assertEqual(found['sync_status']['sync_errors'], ['The server refused.'])

    def test_an_object_git_never_had(self) -> None:
        made = HedgehogResource(
            fabric=self.fabric, api_group='vpc.githedgehog.com', api_version='v1beta1',
            kind='VPC', name='new', draft_spec=SPEC,
        )  # fmt: skip
        self.edit(made)
        found = self.get(self.path('file-mapping', 'new')).data
        self.assertIsNone(found['file_mapping']['managed_file_path'])
        self.assertIsNone(found['file_mapping']['file_hash'])
        self.assertIsNone(found['external_modifications']['count'])
        self.assertIsNone(found['made_by'])


class SyncConfigTest(ResourceCase):
    def test_what_is_said_changes_and_the_rest_stays(self) -> None:
        answer = self.patch(
            sync_priority=5,
            conflict_resolution_preference='gui_wins',
            notification_settings={'notify_on_conflict': False, 'email_recipients': ['a@b.cd']},
            changelog_message='As ordered',
        )
        self.assertEqual(answer.status_code, 200, answer.data)
        config = answer.data['updated_config']
        self.assertEqual((config['sync_priority'], config['auto_sync_enabled']), (5, True))
        self.assertEqual(config['conflict_resolution_preference']['value'], 'gui_wins')
        self.assertIsNotNone(answer.data['next_sync_scheduled'])
        row = self.row('one')
        self.assertEqual(row.notification_settings['email_recipients'], ['a@b.cd'])
        self.assertEqual(OutboxEntry.objects.filter(state='pending').count(), 0)
        HedgehogFabric.objects.update(sync_interval=0)
        self.assertIsNone(self.patch(sync_priority=6).data['next_sync_scheduled'])

    def test_stale_is_412(self) -> None:
        url = f'{BASE}/{self.path("sync-config")}/'
        etag = self.client.get(f'{BASE}/{self.path()}/')['ETag']
        first = self.client.patch(url, {'sync_priority': 1}, format='json', HTTP_IF_MATCH=etag)
        self.assertEqual(first.status_code, 200)
        again = self.client.patch(url, {'sync_priority': 2}, format='json', HTTP_IF_MATCH=etag)
        self.refused(again, 412, 'StalePlan')
        self.assertTrue(again.data['details']['suggestions'])
        newer = self.client.patch(
            url, {'sync_priority': 2}, format='json', HTTP_IF_MATCH=first['ETag']
        )
        self.assertEqual(newer.status_code, 200)

    def test_bad_values(self) -> None:
        for bad in (
            {},
            {'sync_direction': 'up'},
            {'sync_priority': -1},
            {'notification_settings': {'x': 1}},
            {'notification_settings': {'email_recipients': ['nobody']}},
            {'kind': 'VPC'},
        ):
            self.assertEqual(self.patch(**bad).status_code, 400, bad)
        HedgehogFabric.objects.update(sync_direction='git_to_gui')
        self.refused(self.patch(sync_direction='gui_to_git'), 422, 'DirectionNotPermitted')
        self.assertEqual(self.patch(sync_direction='disabled').status_code, 200)

    def test_permissions(self) -> None:
        self.alice.is_superuser = False
        self.alice.save()
        allow(self.alice, HedgehogResource, 'view')
        self.assertEqual(self.patch(sync_priority=1).status_code, 403)
        allow(self.alice, HedgehogResource, 'change', auto_sync_enabled=True)
        self.assertEqual(self.patch(sync_priority=1).status_code, 200)
        # Out of one's own reach.
        self.assertEqual(self.patch(auto_sync_enabled=False).status_code, 403)
        self.assertTrue(self.row('one').auto_sync_enabled)


class DraftTest(ResourceCase):
    def test_yaml_and_preview(self) -> None:
        found = self.get(self.path('yaml')).data
        self.assertEqual(found['text'].encode(), self.person.files()[ONE])
        self.assertEqual((found['git_text'], found['has_draft']), (found['text'], False))
        shown = self.act('preview', draft_spec=SPEC).data
        self.assertTrue(shown['valid'])
        self.assertIn('+      vlan: 7', shown['diff'])
        text = found['text'].replace('1001', '9')
        self.assertIn('+      vlan: 9', self.act('preview', draft_text=text).data['diff'])
        self.assertFalse(self.row('one').has_draft)
        broken = self.act('preview', draft_text='a: [').data
        self.assertFalse(broken['valid'])
        self.assertEqual(broken['findings'][0]['severity'], 'error')
        self.assertEqual(self.act('preview').status_code, 400)
        self.assertEqual(self.act('preview', draft_text='a', draft_spec={}).status_code, 400)

    def test_commit_publishes_this_object_alone(self) -> None:
        self.worker()
        HedgehogFabric.objects.update(publish_mode='manual')
        self.draft('one', 2001)
        self.draft('two', 2002)
        done = self.done(self.act('commit', message='One only'))
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.person.log()[0].subject, 'One only')
        files = self.person.files()
        self.assertIn(b'vlan: 2001', files[ONE])
        self.assertIn(b'vlan: 1001', files[TWO])
        self.refused(self.act('commit'), 409, 'NothingToCommit')

    def test_commit_needs_change_and_push(self) -> None:
        self.worker()
        self.draft('one', 2001)
        self.alice.is_superuser = False
        self.alice.save()
        allow(self.alice, HedgehogResource, 'view', 'change')
        allow(self.alice, HedgehogFabric, 'view')
        self.assertEqual(self.act('commit').status_code, 403)
        allow(self.alice, HedgehogFabric, 'push')
        done = self.done(self.act('commit'))
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])

    def test_discard(self) -> None:
        self.refused(self.act('discard'), 409, 'NothingToDiscard')
        self.draft('one', 2001)
        self.assertEqual(self.act('discard').status_code, 204)
        self.assertFalse(self.row('one').has_draft)
        self.assertEqual(OutboxEntry.objects.get().state, 'discarded')
        self.draft('one', 2002)
        OutboxEntry.objects.filter(state='pending').update(state='pushing')
        self.refused(self.act('discard'), 409, 'EditOnItsWay')

    def test_what_git_never_had_is_gone_with_its_draft(self) -> None:
        made = HedgehogResource(
            fabric=self.fabric, api_group='vpc.githedgehog.com', api_version='v1beta1',
            kind='VPC', name='new', draft_spec=SPEC,
        )  # fmt: skip
        self.edit(made)
        path = self.path('discard', 'new')
        self.alice.is_superuser = False
        self.alice.save()
        allow(self.alice, HedgehogResource, 'view', 'change')
        self.assertEqual(self.post(path).status_code, 403)
        allow(self.alice, HedgehogResource, 'delete')
        self.assertEqual(self.post(path).status_code, 204)
        self.assertFalse(self.fabric.resources.filter(name='new').exists())


class SyncResourceTest(ResourceCase):
    def test_this_object_alone_goes_to_git(self) -> None:
        self.worker()
        SyncOperation.objects.update(
            started_at=timezone.now() - timedelta(seconds=3), completed_at=timezone.now()
        )
        self.draft('one', 2001)
        self.draft('two', 2002)
        answer = self.act('sync', direction='gui_to_github', custom_commit_message='By REST')
        self.assertEqual(answer.status_code, 202, answer.data)
        self.assertEqual(
            (answer.data['resources_targeted'], answer.data['conflicts_detected']), (1, 0)
        )
        self.assertAlmostEqual(answer.data['estimated_duration_seconds'], 3, places=1)
        self.assertTrue(answer.data['monitoring']['cancel_url'].endswith('/cancel/'))
        done = self.done(answer)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.person.log()[0].subject, 'By REST')
        self.assertIn(b'vlan: 1001', self.person.files()[TWO])

    def test_an_open_conflict_stands_in_the_way(self) -> None:
        self.worker()
        conflict = self.clash()
        data = self.refused(self.act('sync'), 409, 'ConflictsOpen')
        self.assertEqual(data['error_code'], 'UNRESOLVED_CONFLICTS')
        self.assertEqual(data['details']['conflicts'], [str(conflict.conflict_id)])
        self.assertEqual(self.act('sync', ignore_conflicts=True).status_code, 202)
        self.assertEqual(self.act('sync', force_overwrite=True).status_code, 400)
        self.done(self.act('sync', force_overwrite=True, direction='gui_to_git'))
        self.assertIn(b'vlan: 2001', self.person.files()[ONE])
        conflict.refresh_from_db()
        self.assertEqual(conflict.resolution_strategy, 'gui_wins')

    def test_git_may_win_over_a_draft(self) -> None:
        self.worker()
        self.draft('one', 2001)
        self.done(self.act('sync', force_overwrite=True, direction='git_to_gui'))
        self.assertFalse(self.row('one').has_draft)
        self.assertIn(b'vlan: 1001', self.person.files()[ONE])

    def test_refusals(self) -> None:
        self.refused(self.act('sync'), 503, 'NoWorker')
        self.worker()
        self.assertEqual(self.act('sync', direction='x').status_code, 400)
        HedgehogResource.objects.filter(name='one').update(sync_direction='git_to_gui')
        self.refused(self.act('sync', direction='gui_to_git'), 422, 'DirectionNotPermitted')
        HedgehogResource.objects.filter(name='one').update(sync_direction='disabled')
        self.refused(self.act('sync'), 409, 'SyncDisabled')
        HedgehogFabric.objects.update(sync_enabled=False)
        self.refused(self.act('sync'), 409, 'SyncDisabled')
        self.assertEqual(self.post('resources/0/sync').status_code, 404)

    def test_permissions(self) -> None:
        self.worker()
        self.in_git(ONE, b'vlan: 1001', b'vlan: 4001')
        self.alice.is_superuser = False
        self.alice.save()
        allow(self.alice, HedgehogResource, 'view')
        self.assertEqual(self.act('sync').status_code, 403)
        allow(self.alice, HedgehogResource, 'sync', name='two')
        self.assertEqual(self.act('sync').status_code, 403)
        allow(self.alice, HedgehogResource, 'sync', name='one')
        self.assertEqual(self.act('sync', direction='gui_to_git').status_code, 403)
        # Whoever may synchronise the object needs nothing on its fabric.
        done = self.done(self.act('sync'))
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.row('one').desired_spec['subnets']['default']['vlan'], 4001)

    def test_spellings_with_underscores(self) -> None:
        self.assertEqual(self.get(self.path('file_mapping')).status_code, 200)
        fabric = f'fabrics/{self.fabric.pk}'
        for path in (
            'gitops_directories/validate',
            'gitops_status',
            'sync_health',
            'sync_operations',
        ):
            self.assertEqual(self.get(f'{fabric}/{path}').status_code, 200, path)
