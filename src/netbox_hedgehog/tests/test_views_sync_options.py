"""The page "Sync with…": one synchronisation that is to be another one than the button's."""

from django.urls import reverse
from utilities.testing import TestCase

from netbox_hedgehog.models import HedgehogFabric, OutboxEntry, SyncOperation
from netbox_hedgehog.sync.cancel import request_cancel
from netbox_hedgehog.sync.runner import work_off

from .builders import a_fabric, a_repository, a_resource, an_entry
from .git_case import BASE, GitCase, logger, vpc
from .pages import a_waiting_worker, allow

PATH = 'plugins:netbox_hedgehog:hedgehogfabric_sync_options'


class SyncOptionsPageTest(TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        self.address = reverse(PATH, args=[self.fabric.pk])
        allow(self.user, HedgehogFabric, 'view')

    def post(self, **data):
        with a_waiting_worker():
            return self.client.post(self.address, data)

    def asked(self, **data):
        """The options of the operation that the form makes."""
        SyncOperation.objects.all().delete()
        response = self.post(**data)
        operation = SyncOperation.objects.get()
        self.assertRedirects(response, operation.get_absolute_url(), fetch_redirect_response=False)
        self.assertEqual((operation.operation_type, operation.trigger_type), ('sync', 'manual'))
        return operation.operation_config

    def test_needs_the_permission_on_this_very_fabric(self) -> None:
        self.assertHttpStatus(self.client.get(self.address), 403)
        allow(self.user, HedgehogFabric, 'sync', pk=a_fabric().pk)
        self.assertHttpStatus(self.post(), 404)
        self.assertNotContains(self.client.get(self.fabric.get_absolute_url()), self.address)
        self.assertFalse(SyncOperation.objects.exists())

    def test_names_the_edits_that_wait(self) -> None:
        allow(self.user, HedgehogFabric, 'sync')
        self.assertContains(self.client.get(self.fabric.get_absolute_url()), self.address)
        self.assertContains(self.client.get(self.address), 'only Git is read')
        entry = an_entry(a_resource(self.fabric, name='waits'))
        self.assertNotContains(self.client.get(self.address), 'VPC/waits')
        allow(self.user, OutboxEntry, 'view')
        page = self.client.get(self.address)
        self.assertContains(page, 'VPC/waits')
        self.assertContains(page, entry.get_absolute_url())

    def test_nothing_chosen_is_a_plain_synchronisation(self) -> None:
        allow(self.user, HedgehogFabric, 'sync')
        self.assertEqual(self.asked(), {})

    def test_what_is_chosen_is_what_the_operation_is_asked_for(self) -> None:
        allow(self.user, HedgehogFabric, 'sync', 'push')
        for kind in ('VPC', 'Connection', 'VPC'):
            an_entry(a_resource(self.fabric, kind=kind))
        self.assertContains(self.client.get(self.address), 'VPC (2)')
        options = self.asked(
            direction='gui_to_git',
            kinds=['VPC', 'Connection'],
            names='a-*  b',
            strategy='user_decision',
            dry_run='on',
            create_pr='on',
            branch_name='maintenance/tonight',
            pr_title='Tonight',
            pr_body='As *planned*.',
        )
        self.assertEqual(
            options,
            {
                'direction': 'gui_to_git',
                'resource_filters': {'kinds': ['VPC', 'Connection'], 'names': ['a-*', 'b']},
                'conflict_strategy': 'user_decision',
                'dry_run': True,
                'create_pr': True,
                'branch_name': 'maintenance/tonight',
                'pr_title': 'Tonight',
                'pr_body': 'As *planned*.',
            },
        )

    def test_the_page_of_the_operation_tells_what_was_asked_for(self) -> None:
        allow(self.user, HedgehogFabric, 'sync', 'push')
        allow(self.user, SyncOperation, 'view')
        self.asked()
        page = self.client.get(SyncOperation.objects.get().get_absolute_url())
        self.assertNotContains(page, 'Asked for')
        options = {'direction': 'gui_to_git', 'names': 'a-* b', 'dry_run': 'on'}
        self.asked(**options, strategy='user_decision', create_pr='on', pr_title='Tonight')
        operation = SyncOperation.objects.get()
        request_cancel(operation.pk, self.user, 'too <early>')
        page = self.client.get(operation.get_absolute_url())
        for words in (
            'Asked for', 'Nothing is done', 'NetBox to Git', 'a-*, b', 'Tonight',
            self.user.username, 'too &lt;early&gt;',
        ):  # fmt: skip
            self.assertContains(page, words)

    def test_what_cannot_be_is_said_at_its_field(self) -> None:
        allow(self.user, HedgehogFabric, 'sync')
        for data, field, words in (
            ({'direction': 'gui_to_git'}, 'direction', 'permission &quot;push&quot;'),
            ({'strategy': 'git_wins'}, 'strategy', 'not one of the available choices'),
            ({'kinds': ['Nothing']}, 'kinds', 'not one of the available choices'),
            ({'create_pr': 'on', 'branch_name': 'a..b'}, 'branch_name', 'a..b'),
            ({'create_pr': 'on', 'branch_name': 'main'}, 'branch_name', 'lives on'),
            ({'pr_title': 'Tonight'}, 'pr_title', 'none is asked for'),
        ):
            with self.subTest(words):
                page = self.post(**data)
                self.assertContains(page, words)
                self.assertEqual(list(page.context['form'].errors), [field])
        self.assertFalse(SyncOperation.objects.exists())

    def test_where_every_edit_is_proposed_only_the_words_are_asked_for(self) -> None:
        allow(self.user, HedgehogFabric, 'sync')
        HedgehogFabric.objects.update(publish_mode='pull_request')
        self.assertNotContains(self.client.get(self.address), 'id_create_pr')
        self.assertEqual(self.asked(pr_title='Tonight'), {'pr_title': 'Tonight'})

    def test_a_one_way_fabric_stays_one_way(self) -> None:
        allow(self.user, HedgehogFabric, 'sync', 'push')
        HedgehogFabric.objects.update(sync_direction='git_to_gui')
        page = self.post(direction='gui_to_git')
        self.assertEqual(list(page.context['form'].errors), ['direction'])

    def test_a_fabric_that_is_switched_off_says_so(self) -> None:
        allow(self.user, HedgehogFabric, 'sync')
        HedgehogFabric.objects.update(sync_enabled=False)
        back = self.fabric.get_absolute_url()
        for answer in (self.client.get(self.address), self.post()):
            self.assertRedirects(answer, back, fetch_redirect_response=False)
        self.assertContains(self.client.get(back), 'switched off')
        self.assertFalse(SyncOperation.objects.exists())

    def test_without_a_worker_the_form_comes_back_filled(self) -> None:
        allow(self.user, HedgehogFabric, 'sync')
        page = self.client.post(self.address, {'names': 'kept-*'})
        self.assertContains(page, 'kept-*')
        self.assertFalse(SyncOperation.objects.exists())


class SyncSomeTest(GitCase):
    def test_only_the_edits_that_were_named_are_published(self) -> None:
        self.fabric = self.ready_fabric()
        self.person.push({f'{BASE}/managed/vpcs/{n}.yaml': vpc(n) for n in ('one', 'two')})
        self.run_operation(self.fabric)
        for row in self.fabric.resources.all():
            self.edit(row, draft_labels={'team': 'net'})
        self.client.force_login(self.alice)
        address = reverse(PATH, args=[self.fabric.pk])
        with a_waiting_worker():
            self.client.post(address, {'names': 'two'})
        work_off(self.fabric.pk, logger)
        files = self.person.files(f'{BASE}/managed/vpcs')
        changed = {path for path, text in files.items() if b'team: net' in text}
        self.assertEqual(changed, {f'{BASE}/managed/vpcs/two.yaml'})
