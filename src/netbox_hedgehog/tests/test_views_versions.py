"""Pages of versions: history and blame of an object, the files, checkpoints, and the way back."""

import re
import uuid

from django.test import Client
from django.urls import reverse
from django.utils.http import urlencode
from netbox.context_managers import event_tracking
from utilities.testing import ViewTestCases
from utilities.testing.query_counts import assert_expected_query_count

from netbox_hedgehog.models import Checkpoint, HedgehogFabric, HedgehogResource, SyncOperation
from netbox_hedgehog.sync.origin import Actor
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.status import sync_status

from .builders import a_checkpoint, a_fabric
from .git_case import BASE, logger, vpc
from .pages import PluginUrls, a_waiting_worker, allow, strict_templates
from .test_sync_conflicts import ONE, ConflictCase


class CheckpointPagesTest(
    PluginUrls, ViewTestCases.GetObjectViewTestCase, ViewTestCases.ListObjectsViewTestCase
):
    model = Checkpoint

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for _ in range(3):
            a_checkpoint(fabric, snapshot={'settings': {'annotate': True}})


class VersionPagesTest(ConflictCase):
    query_count_model_label = 'fabricfiles'
    model = HedgehogFabric

    def setUp(self) -> None:
        super().setUp()
        self.client = Client()
        self.client.force_login(self.alice)
        self.fabric.sync_state.refresh_from_db()
        self.then = self.fabric.sync_state.last_synced_commit
        self.draft('one', 2001)
        self.run_operation(self.fabric)

    def address(self, name: str, pk: int) -> str:
        return reverse(f'plugins:netbox_hedgehog:{name}', args=[pk])

    def page(self, name: str, pk: int, **query) -> str:
        with strict_templates() as missing:
            response = self.client.get(self.address(name, pk), query)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(missing, [])
        return response.content.decode()

    def press(self, name: str, pk: int, **data) -> SyncOperation | None:
        """Presses a button; a worker waits, and this process does the work."""
        return self.press_at(self.address(name, pk), **data)

    def press_at(self, address: str, **data) -> SyncOperation | None:
        before = set(SyncOperation.objects.values_list('pk', flat=True))
        with a_waiting_worker():
            response = self.client.post(address, data)
        self.assertEqual(response.status_code, 302)
        work_off(self.fabric.pk, logger)
        return SyncOperation.objects.exclude(pk__in=before).first()

    def vlan(self) -> int:
        return self.row('one').desired_spec['subnets']['default']['vlan']

    def test_history_tells_who_and_compares(self) -> None:
        row = self.row('one')
        shown = self.page('hedgehogresource_history', row.pk)
        for words in ('Alice Ng', 'Pat', 'spec.subnets.default.vlan', '2001', 'raw/two.yaml:9'):
            self.assertIn(words, shown)
        self.assertIn('hh-added', shown)
        self.draft('one', 5)
        shown = self.page('hedgehogresource_history', row.pk, **{'from': self.then, 'to': 'draft'})
        self.assertIn('vlan: 5', shown)
        shown = self.page('hedgehogresource_history', row.pk, **{'from': '<script>'})
        self.assertIn('No commit of this branch', shown)
        self.assertNotIn('<script>&#x27;', shown)
        self.assertIn(
            self.address('hedgehogresource_history', row.pk), self.page('hedgehogresource', row.pk)
        )

    def test_a_version_comes_back_by_a_button(self) -> None:
        done = self.press('hedgehogresource_restore', self.row('one').pk, commit=self.then)
        self.assertEqual((done.operation_type, done.status), ('restore', 'completed'))
        self.assertEqual(self.vlan(), 1001)

    def test_a_folder_and_a_file_ask_the_database_little(self) -> None:
        for name, query in (('folder', {'folder': 'managed'}), ('file', {'path': ONE})):
            self.page('hedgehogfabric_files', self.fabric.pk, **query)
            with assert_expected_query_count(self, name):
                self.page('hedgehogfabric_files', self.fabric.pk, **query)

    def test_files(self) -> None:
        shown = self.page('hedgehogfabric_files', self.fabric.pk)
        for words in ('?folder=managed', '?path=README.md', 'raw/two.yaml.archived'):
            self.assertIn(words, shown)
        shown = self.page('hedgehogfabric_files', self.fabric.pk, folder='managed/vpcs')
        self.assertIn('?path=managed%2Fvpcs%2Fone.yaml', shown)
        shown = self.page('hedgehogfabric_files', self.fabric.pk, path='managed/vpcs/one.yaml')
        for words in ('SHA-256', 'Alice Ng', 'hh-line'):
            self.assertIn(words, shown)
        query = {'path': ONE, 'from': self.then, 'at': self.then}
        self.assertIn('hh-removed', self.page('hedgehogfabric_files', self.fabric.pk, **query))
        gone = self.page('hedgehogfabric_files', self.fabric.pk, path='raw/two.yaml')
        self.assertIn('an older version can be restored', gone)
        self.assertIn(
            'There is no file', self.page('hedgehogfabric_files', self.fabric.pk, path='x')
        )

    def test_files_tell_who_touched_them_and_what_is_wrong(self) -> None:
        broken = b'kind: VPC\nmetadata:\n  name: [three\n'
        self.person.push({f'{BASE}/raw/broken.yaml': broken}, 'Drop a broken one')
        self.run_operation(self.fabric)
        shown = self.page('hedgehogfabric_files', self.fabric.pk)
        for words in ('aria-label="Folders"', '?folder=managed%2Fvpcs', 'one error'):
            self.assertIn(words, shown)
        shown = self.page('hedgehogfabric_files', self.fabric.pk, folder='raw')
        for words in ('Pat', 'Drop a broken one', '1 E', 'aria-current="page">raw'):
            self.assertIn(words, shown)
        shown = self.page('hedgehogfabric_files', self.fabric.pk, path='raw/broken.yaml')
        self.assertRegex(shown, r'<a href="#L(\d+)">[^<]*raw/broken.yaml:\1')
        self.assertRegex(shown, r'class="hh-line hh-marked" id="L\d+"')
        older = {'path': ONE, 'at': self.then}
        self.assertNotIn('hh-marked', self.page('hedgehogfabric_files', self.fabric.pk, **older))
        shown = self.page('hedgehogfabric_files', self.fabric.pk, folder='managed/vpcs')
        self.assertIn('Alice Ng', shown)

    def drop_broken(self) -> str:
        """Drops a file that cannot be taken in; returns the address of its page's form."""
        self.person.push({f'{BASE}/raw/torn.yaml': b'kind: [VPC\n'}, 'Drop a torn one')
        self.run_operation(self.fabric)
        form = self.address('hedgehogfabric_change_file', self.fabric.pk)
        return f'{form}?path=raw%2Ftorn.yaml'

    def test_a_file_that_was_not_taken_in_is_corrected_in_the_page(self) -> None:
        form = self.drop_broken()
        file = self.page('hedgehogfabric_files', self.fabric.pk, path='raw/torn.yaml')
        self.assertIn(f'href="{form}"', file)
        older = {'path': ONE, 'at': self.then}
        self.assertNotIn('files/change', self.page('hedgehogfabric_files', self.fabric.pk, **older))
        shown = self.client.get(form)
        self.assertContains(shown, 'kind: [VPC')
        self.assertContains(shown, 'YamlSyntax')
        sent = {'path': 'raw/torn.yaml', 'blob': shown.context['blob']}
        same = self.client.post(form, {**sent, 'text': 'kind: [VPC\r\n'})
        self.assertContains(same, 'Nothing has been changed yet')
        fixed = vpc('torn').decode()
        done = self.press('hedgehogfabric_change_file', self.fabric.pk, **sent, text=fixed)
        self.assertEqual((done.operation_type, done.status), ('file_operations', 'completed'))
        self.run_operation(self.fabric)
        self.assertEqual(self.row('torn').kind, 'VPC')

    def test_a_file_that_became_another_one_is_left_alone(self) -> None:
        form = self.drop_broken()
        sent = {'path': 'raw/torn.yaml', 'blob': '0' * 40, 'text': 'kind: what I typed'}
        refused = self.client.post(form, sent)
        self.assertContains(refused, 'what I typed')
        self.assertContains(refused, 'role="alert"')
        self.assertFalse(SyncOperation.objects.filter(operation_type='file_operations').exists())

    def test_a_file_is_deleted_in_the_page(self) -> None:
        form = self.drop_broken()
        sent = {'path': 'raw/torn.yaml', 'blob': self.client.get(form).context['blob']}
        done = self.press('hedgehogfabric_change_file', self.fabric.pk, **sent, _delete='')
        self.assertEqual(done.status, 'completed', done.last_error_message)
        file = self.page('hedgehogfabric_files', self.fabric.pk, path='raw/torn.yaml')
        self.assertIn('an older version can be restored', file)

    def test_a_second_click_says_nothing_about_the_fabric(self) -> None:
        form = self.drop_broken()
        before = sync_status(self.fabric)
        blob = self.client.get(form).context['blob']
        sent = {'path': 'raw/torn.yaml', 'blob': blob, 'text': 'kind: [Switch'}
        with a_waiting_worker():
            for _ in range(2):
                self.assertEqual(self.client.post(form, sent).status_code, 302)
        work_off(self.fabric.pk, logger)
        asked = SyncOperation.objects.filter(operation_type='file_operations').order_by('pk')
        ended = [(each.status, each.last_reason) for each in asked]
        self.assertEqual(ended, [('partially_completed', ''), ('failed', 'FileChanged')])
        self.assertEqual(sync_status(self.fabric), before)

    def test_what_operations_write_is_not_changed_in_the_page(self) -> None:
        log = '.hnp/manifest.yaml'
        file = self.page('hedgehogfabric_files', self.fabric.pk, path=log)
        self.assertNotIn('files/change', file)
        form = self.address('hedgehogfabric_change_file', self.fabric.pk)
        blob = self.client.get(form, {'path': log}).context['blob']
        refused = self.client.post(form, {'path': log, 'blob': blob, 'text': 'x: 1'})
        self.assertContains(refused, 'written by operations only')

    def test_uploading_leads_from_the_files_and_back(self) -> None:
        files = self.address('hedgehogfabric_files', self.fabric.pk)
        form = self.address('hedgehogfabric_upload', self.fabric.pk)
        back = f'{files}?folder=raw'
        link = f'{form}?{urlencode({"return_url": back})}'
        self.assertIn(f'href="{link}"', self.page('hedgehogfabric_files', self.fabric.pk))
        self.assertContains(self.client.get(link), f'href="{back}"')
        with a_waiting_worker():
            done = self.client.post(link, {'name': 'x.yaml', 'text': 'a: 1'})
        self.assertRedirects(done, back)
        bob = type(self.alice).objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view')
        self.client.force_login(bob)
        self.assertNotIn(form, self.page('hedgehogfabric_files', self.fabric.pk))

    def test_a_file_and_an_original_come_back_by_buttons(self) -> None:
        done = self.press('hedgehogfabric_restore', self.fabric.pk, path=ONE, commit=self.then)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.vlan(), 1001)
        done = self.press('hedgehogfabric_restore', self.fabric.pk, original=f'{BASE}/raw/two.yaml')
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertIn(f'{BASE}/raw/two.yaml', self.person.files())

    def test_a_removed_object_comes_back_by_its_button(self) -> None:
        text = self.person.files()[ONE]
        self.person.push({ONE: None}, 'Clean up')
        self.run_operation(self.fabric)
        self.assertFalse(self.fabric.resources.filter(name='one').exists())
        shown = self.page('hedgehogfabric_removed', self.fabric.pk)
        button = re.search(r'name="resource" value="([^"]+)" formaction="([^"]+)"', shown)
        done = self.press_at(button[2], resource=button[1])
        self.assertEqual((done.operation_type, done.status), ('restore', 'completed'))
        self.assertEqual(self.person.files()[ONE], text)
        self.assertEqual(self.vlan(), 2001)
        self.assertNotIn('VPC/one', self.page('hedgehogfabric_removed', self.fabric.pk))
        refused = self.press_at(button[2], resource='nonsense')
        self.assertEqual((refused.status, refused.last_reason), ('failed', 'ResourceMissing'))

    def test_the_whole_fabric_goes_back_after_a_look(self) -> None:
        shown = self.page('hedgehogfabric_history', self.fabric.pk)
        link = f'{self.address("hedgehogfabric_restore", self.fabric.pk)}?commit={self.then}'
        for words in ('Alice Ng', 'Edit VPC/one', self.then[:12], link):
            self.assertIn(words, shown)
        made = SyncOperation.objects.get(commit_sha=self.person.pull())
        self.assertIn(made.get_absolute_url(), shown)
        before = SyncOperation.objects.count()
        shown = self.page('hedgehogfabric_restore', self.fabric.pk, commit=self.then)
        for words in (ONE, 'hh-removed', 'LaterChangeReplaced', 'takes back', 'Go back'):
            self.assertIn(words, shown)
        self.assertEqual(SyncOperation.objects.count(), before)
        head = self.person.pull()
        done = self.press(
            'hedgehogfabric_restore', self.fabric.pk, commit=self.then, expected_commit=head
        )
        self.assertEqual((done.operation_type, done.status), ('restore', 'completed'))
        self.assertEqual(self.vlan(), 1001)
        self.assertEqual(len(self.person.store.log(self.person.pull(), since=head)), 1)
        undo = self.press('syncoperation_undo', done.pk)
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        self.assertEqual(self.vlan(), 2001)

    def test_what_was_looked_at_is_what_is_done(self) -> None:
        seen = self.person.pull()
        self.draft('one', 2222)
        self.run_operation(self.fabric)
        done = self.press(
            'hedgehogfabric_restore', self.fabric.pk, commit=self.then, expected_commit=seen
        )
        self.assertEqual((done.status, done.last_reason), ('failed', 'StalePlan'))
        self.assertEqual(self.vlan(), 2222)

    def test_there_is_nothing_to_go_back_from_at_the_newest_commit(self) -> None:
        head = self.person.pull()
        shown = self.page('hedgehogfabric_restore', self.fabric.pk, commit=head)
        self.assertIn('there is nothing to change', shown)
        self.assertNotIn('btn-danger', shown)
        url = self.address('hedgehogfabric_restore', self.fabric.pk)
        for query in ({}, {'commit': 'f' * 40}, {'commit': '<script>'}):
            self.assertEqual(self.client.get(url, query).status_code, 302)

    def test_an_operation_leads_to_the_page(self) -> None:
        made = SyncOperation.objects.get(commit_sha=self.person.pull())
        link = f'{self.address("hedgehogfabric_restore", self.fabric.pk)}?commit={made.commit_sha}'
        self.assertIn(link, self.page('syncoperation', made.pk))
        SyncOperation.objects.filter(pk=made.pk).update(branch_name='netbox/lab/1')
        self.assertNotIn(link, self.page('syncoperation', made.pk))

    def test_checkpoint_and_rollback(self) -> None:
        self.press('hedgehogfabric_make_checkpoint', self.fabric.pk)
        checkpoint = Checkpoint.objects.get()
        self.assertIn(str(checkpoint), self.page('hedgehogfabric_checkpoints', self.fabric.pk))
        self.assertIn('Roll back to this', self.page('checkpoint', checkpoint.pk))
        self.draft('one', 2222)
        self.run_operation(self.fabric)
        done = self.press('checkpoint_rollback', checkpoint.pk)
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.vlan(), 2001)
        automatic = Checkpoint.objects.exclude(pk=checkpoint.pk).get()
        self.assertIn(ONE, self.page('checkpoint', automatic.pk))

    def test_without_a_worker_nothing_is_queued(self) -> None:
        before = SyncOperation.objects.count()
        url = self.address('hedgehogresource_restore', self.row('one').pk)
        self.client.post(url, {'commit': self.then})
        self.assertEqual(SyncOperation.objects.count(), before)

    def test_only_who_may_push_has_buttons_and_may_press_them(self) -> None:
        checkpoint = Checkpoint.objects.create(fabric=self.fabric, name='x', commit=self.then)
        self.alice.is_superuser = False
        self.alice.save()
        for model in (HedgehogFabric, HedgehogResource, Checkpoint):
            allow(self.alice, model, 'view')
        row = self.row('one')
        for name, pk in (
            ('hedgehogresource_history', row.pk),
            ('hedgehogfabric_files', self.fabric.pk),
            ('hedgehogfabric_history', self.fabric.pk),
            ('checkpoint', checkpoint.pk),
        ):
            self.assertNotIn('mdi-restore', self.page(name, pk))
        for name, pk in (
            ('hedgehogresource_restore', row.pk),
            ('hedgehogfabric_restore', self.fabric.pk),
            ('checkpoint_rollback', checkpoint.pk),
            ('hedgehogfabric_make_checkpoint', self.fabric.pk),
        ):
            response = self.client.post(self.address(name, pk), {'commit': self.then})
            self.assertEqual(response.status_code, 403, name)
        looked = self.client.get(
            self.address('hedgehogfabric_restore', self.fabric.pk), {'commit': self.then}
        )
        self.assertEqual(looked.status_code, 403)
        allow(self.alice, HedgehogFabric, 'push')
        self.assertIn('mdi-restore', self.page('hedgehogresource_history', row.pk))

    def test_bulk_deletion_is_secured(self) -> None:
        wanted = [row.pk for row in self.fabric.resources.all()]
        data = {'pk': wanted, 'confirm': True, '_confirm': True}
        with event_tracking(Actor(self.alice, uuid.uuid4(), '')._request()):
            url = reverse('plugins:netbox_hedgehog:hedgehogresource_bulk_delete')
            self.client.post(url, data)
        self.assertFalse(self.fabric.resources.exists())
        self.assertEqual(Checkpoint.objects.get().reason, 'bulk_deletion')
