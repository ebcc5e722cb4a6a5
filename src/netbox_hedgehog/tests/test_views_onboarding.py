"""The wizard from a repository to a fabric: its steps, who may take them, and what it makes."""

from io import StringIO
from unittest import mock

from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django_rq import get_queue
from utilities.testing.query_counts import assert_expected_query_count

from netbox_hedgehog.models import GitRepository, HedgehogFabric, HedgehogResource, SyncOperation
from netbox_hedgehog.sync.onboarding import existing_files
from netbox_hedgehog.sync.runner import work_off

from .git_case import PASSWORD, GitCase, logger, vpc
from .pages import a_waiting_worker, allow, strict_templates

HTMX = {'HTTP_HX_REQUEST': 'true'}


def address(step: str, **query: object) -> str:
    page = reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{step}')
    asked = '&'.join(f'{name}={value}' for name, value in query.items())
    return f'{page}?{asked}' if asked else page


class OnboardingCase(GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.repository = self.make_repository()
        self.person.push({
            'sites/lab/one.yaml': vpc('one'),
            'sites/lab/broken.yaml': b'kind: VPC\nmetadata: {name: [\n',
            'other/fabric/.hnp/manifest.yaml': b'version: "1.0"\nfabric_name: F\nfabric_slug: f\n',
            'other/fabric/raw/.gitkeep': b'',
            '.github/workflow.yaml': b'on: push\n',
        })  # fmt: skip
        self.client = Client()
        self.client.force_login(self.alice)
        self.place = {'repository': self.repository.pk, 'name': 'Lab', 'slug': 'lab'}
        self.place |= {'branch': 'main', 'folder': 'sites/lab'}

    def page(self, step: str, **query: object) -> str:
        with strict_templates() as missing:
            response = self.client.get(address(step, **query))
        self.assertEqual(response.status_code, 200, response.headers)
        self.assertEqual(missing, [])
        return response.content.decode()

    def begin(self, **query: object) -> SyncOperation:
        """Presses the last button as the page shows it; this process does the work."""
        asked = {**self.place, **query}
        seen = self.page('onboard_preview', **asked).split('name="seen" value="')[1].split('"')[0]
        with a_waiting_worker():
            response = self.client.post(address('onboard_preview', **asked), {'seen': seen})
        operation = SyncOperation.objects.get()
        self.assertRedirects(response, operation.get_absolute_url())
        work_off(operation.fabric_id, logger)
        operation.refresh_from_db()
        return operation


class OnboardingStepsTest(OnboardingCase):
    query_count_model_label = 'onboarding'
    model = HedgehogFabric

    def test_the_steps_ask_the_database_little(self) -> None:
        for step in ('onboard', 'onboard_connection', 'onboard_folder', 'onboard_preview'):
            self.page(step, **self.place)
            with self.subTest(step), assert_expected_query_count(self, step):
                self.page(step, **self.place)

    def test_a_repository_is_chosen_or_made(self) -> None:
        shown = self.page('onboard')
        self.assertIn('aria-current="step"', shown)
        self.assertIn(f'value="{self.repository.pk}"', shown)
        self.assertIn(address('onboard_repository'), shown)
        chosen = self.client.post(address('onboard'), {'repository': self.repository.pk})
        self.assertRedirects(chosen, address('onboard_connection', repository=self.repository.pk))
        refused = self.client.post(address('onboard'), {'repository': ''})
        self.assertContains(refused, 'This field is required')

    def test_a_new_repository_is_saved_sealed_and_tested_next(self) -> None:
        self.page('onboard_repository')
        typed = {
            'name': 'New', 'url': self.url, 'provider': 'generic', 'default_branch': 'main',
            'authentication_type': 'basic', 'credential_source': 'encrypted',
            'credential_username': self.login, 'credential_password': PASSWORD,
        }  # fmt: skip
        wrong = self.client.post(address('onboard_repository'), {**typed, 'url': 'ftp://x'})
        self.assertNotContains(wrong, PASSWORD)
        made = self.client.post(address('onboard_repository'), typed)
        repository = GitRepository.objects.get(name='New')
        self.assertTrue(repository.enabled)
        self.assertRedirects(made, address('onboard_connection', repository=repository.pk))
        tested = self.client.post(made['Location'], **HTMX)
        self.assertContains(tested, 'The server answers.')
        self.assertNotContains(tested, PASSWORD)

    def test_the_server_is_really_contacted(self) -> None:
        here = address('onboard_connection', repository=self.repository.pk)
        self.assertNotIn('The server answers', self.page('onboard_connection', **self.place))
        head = self.person.pull()
        self.assertContains(self.client.post(here), f'main is at {head[:12]}.')
        self.server.stop()
        gone = self.client.post(here)
        self.assertContains(gone, 'alert-danger')
        self.assertNotContains(gone, address('onboard_folder'))
        edit = reverse('plugins:netbox_hedgehog:gitrepository_edit', args=[self.repository.pk])
        self.assertContains(gone, f'{edit}?return_url=')

    def test_folders_are_those_of_the_branch(self) -> None:
        shown = self.page('onboard_folder', repository=self.repository.pk)
        self.assertRegex(shown, r'name="folder" value="sites/lab">')
        self.assertRegex(shown, r'name="folder" value="other/fabric">')
        self.assertIn('laid out already', shown)
        self.assertRegex(shown, r'name="folder" value="other" disabled')
        self.assertNotIn('.github', shown)
        self.assertNotIn('value="other/fabric/raw"', shown)
        self.make_fabric(git_repository=self.repository, name='Own', gitops_directory='sites')
        shown = self.page('onboard_folder', repository=self.repository.pk)
        self.assertIn('belongs to the fabric Own', shown)
        self.assertRegex(shown, r'name="folder" value="sites/lab" disabled')

    def test_another_branch_and_what_was_typed_stay(self) -> None:
        self.person.branch = 'trial'
        self.person.push({'elsewhere/a.yaml': vpc('a')})
        shown = self.page('onboard_folder', **{**self.place, 'branch': 'trial', 'name': 'Typed'})
        self.assertIn('value="elsewhere"', shown)
        self.assertIn('value="Typed"', shown)
        gone = self.page('onboard_folder', **{**self.place, 'branch': 'gone'})
        self.assertIn('has no branch gone', gone)

    def test_the_folder_is_checked(self) -> None:
        here = address('onboard_folder', repository=self.repository.pk)
        good = {'name': 'Lab', 'slug': '', 'branch': 'main', 'folder': '+', 'directory': ''}
        for wrong, told in (
            ({'name': ''}, 'This field is required'),
            ({'directory': 'a/../b'}, 'may not hold the segment'),
            ({'folder': 'sites/lab', 'directory': 'x'}, 'or empty it'),
        ):
            with self.subTest(told):
                self.assertContains(self.client.post(here, {**good, **wrong}), told)
        forward = self.client.post(here, good)
        self.assertEqual(forward.status_code, 302)
        self.assertIn('/onboard/preview/', forward['Location'])
        self.assertFalse(HedgehogFabric.objects.exists())

    def test_the_preview_tells_each_file_and_writes_nothing(self) -> None:
        head = self.person.pull()
        shown = self.page('onboard_preview', **self.place)
        for words in ('sites/lab/one.yaml', '1 object (VPC)', 'moved to raw/', 'Lay out lab'):
            self.assertIn(words, shown)
        self.assertIn('sites/lab/managed/vpcs/one.yaml', shown)
        self.assertRegex(shown, r'sites/lab/(raw/)?broken.yaml:\d')
        kept = self.page('onboard_preview', **self.place, existing='keep')
        self.assertIn('left where it is', kept)
        self.assertNotIn('managed/vpcs/one.yaml', kept)
        fresh = self.page('onboard_preview', **self.place, existing='archive')
        self.assertIn('.hnp/archive/one.yaml', fresh)
        again = self.page('onboard_preview', **{**self.place, 'folder': 'other/fabric'})
        self.assertIn('laid out as a fabric&#x27;s already', again.replace("'", '&#x27;'))
        self.assertEqual(self.person.pull(), head)
        self.assertFalse(HedgehogFabric.objects.exists())
        self.assertFalse(SyncOperation.objects.exists())

    def test_what_was_chosen_wrongly_leads_back(self) -> None:
        for step in ('onboard_connection', 'onboard_folder', 'onboard_preview'):
            self.assertRedirects(self.client.get(address(step)), address('onboard'))
            self.assertEqual(self.client.get(address(step, repository=999)).status_code, 404)
        wrong = self.client.get(address('onboard_preview', **{**self.place, 'name': ''}))
        self.assertEqual(wrong.status_code, 302)
        self.assertIn('/onboard/folder/', wrong['Location'])


class OnboardingEndTest(OnboardingCase):
    def test_it_makes_the_fabric_by_one_operation(self) -> None:
        operation = self.begin()
        fabric = operation.fabric
        self.assertEqual(operation.operation_type, 'directory_init')
        self.assertEqual(operation.user_name, 'alice')
        self.assertEqual(
            (fabric.name, fabric.branch, fabric.gitops_directory), ('Lab', '', 'sites/lab')
        )
        fabric.refresh_from_db()
        self.assertTrue(fabric.gitops_initialized)
        self.assertEqual(HedgehogResource.objects.get(fabric=fabric).name, 'one')
        self.assertEqual(operation.status, 'partially_completed', operation.last_error_message)
        files = self.person.files('sites/lab')
        self.assertIn('sites/lab/raw/broken.yaml', files)
        self.assertIn('.github/workflow.yaml', self.person.files())

    def test_what_is_chosen_is_done(self) -> None:
        self.begin(existing='archive', archive_strategy='git_history_only')
        self.assertIn('sites/lab/.hnp/archive/one.yaml', self.person.files())
        self.assertFalse(HedgehogResource.objects.exists())
        self.assertEqual(HedgehogFabric.objects.get().archive_strategy, 'git_history_only')

    def test_it_can_be_undone(self) -> None:
        before = self.person.files()
        operation = self.begin()
        with a_waiting_worker():
            self.client.post(
                reverse('plugins:netbox_hedgehog:syncoperation_undo', args=[operation.pk])
            )
        work_off(operation.fabric_id, logger)
        undo = SyncOperation.objects.filter(operation_type='undo').order_by('-pk').first()
        self.assertEqual(undo.status, 'completed', undo.last_error_message)
        self.assertEqual(self.person.files(), before)
        fabric = HedgehogFabric.objects.get()
        self.assertFalse(fabric.gitops_initialized)
        self.assertFalse(HedgehogResource.objects.exists())

    def test_a_branch_that_moved_is_shown_once_more(self) -> None:
        old = self.person.pull()
        self.person.push({'sites/lab/two.yaml': vpc('two')})
        with a_waiting_worker():
            shown = self.client.post(address('onboard_preview', **self.place), {'seen': old})
        self.assertContains(shown, 'look at the preview once more')
        self.assertContains(shown, 'sites/lab/two.yaml')
        self.assertFalse(HedgehogFabric.objects.exists())

    def test_without_a_worker_nothing_is_made(self) -> None:
        head = self.person.pull()
        get_queue('default').connection.flushdb()
        with mock.patch('netbox_hedgehog.jobs.operations.worker_available', return_value=False):
            self.client.post(address('onboard_preview', **self.place), {'seen': head})
        self.assertFalse(HedgehogFabric.objects.exists())
        self.assertContains(self.client.get(address('onboard')), 'worker')

    def test_trying_again_does_what_was_chosen(self) -> None:
        fabric = self.make_fabric(git_repository=self.repository, gitops_directory='sites/lab')
        chosen = {'existing_files': 'keep', 'directory': 'sites/lab'}
        asked = {'fabric': fabric, 'operation_type': 'directory_init'}
        SyncOperation.objects.create(**asked, status='failed', operation_config=chosen)
        again = SyncOperation.objects.create(**asked)
        self.assertEqual(existing_files(again), 'keep')
        fabric.gitops_directory = 'elsewhere'
        self.assertEqual(existing_files(again), 'organise')
        SyncOperation.objects.filter(pk__lt=again.pk).update(status='completed')
        self.assertEqual(existing_files(again), 'organise')


class OnboardingTwinsTest(OnboardingCase):
    """What the wizard chooses can be chosen over REST and by the command."""

    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.make_fabric(git_repository=self.repository, gitops_directory='sites/lab')

    def asked(self, **body: object) -> SyncOperation:
        page = reverse(
            'plugins-api:netbox_hedgehog-api:hedgehogfabric-init-gitops', args=[self.fabric.pk]
        )
        with a_waiting_worker():
            answer = self.client.post(page, body, content_type='application/json')
        self.assertEqual(answer.status_code, 202, answer.content)
        work_off(self.fabric.pk, logger)
        return SyncOperation.objects.get(pk=answer.json()['operation']['id'])

    def test_rest_tells_without_doing(self) -> None:
        head = self.person.pull()
        told = self.asked(existing_files='archive', commit=False)
        self.assertEqual(told.status, 'completed', told.last_error_message)
        paths = {change['path'] for change in told.plan['changes']}
        self.assertIn('sites/lab/.hnp/archive/one.yaml', paths)
        self.assertEqual(self.person.pull(), head)
        self.fabric.refresh_from_db()
        self.assertFalse(self.fabric.gitops_initialized)

    def test_rest_does_what_is_chosen(self) -> None:
        done = self.asked(existing_files='keep')
        self.assertEqual(done.status, 'completed', done.last_error_message)
        files = self.person.files('sites/lab')
        self.assertIn('sites/lab/one.yaml', files)
        self.assertIn('sites/lab/.hnp/manifest.yaml', files)

    def test_the_command_as_well(self) -> None:
        told = StringIO()
        call_command('init_gitops', 'lab', existing='archive', stdout=told, stderr=told)
        self.assertIn('completed', told.getvalue())
        self.assertIn('sites/lab/.hnp/archive/one.yaml', self.person.files())


class OnboardingPermissionTest(OnboardingCase):
    """Every step asks for all three permissions, and for the very repository."""

    def setUp(self) -> None:
        super().setUp()
        self.bob = type(self.alice).objects.create_user('bob')
        self.client.force_login(self.bob)

    def steps(self) -> list[int]:
        return [
            self.client.get(address(step, **self.place)).status_code
            for step in ('onboard', 'onboard_connection', 'onboard_folder', 'onboard_preview')
        ]

    def test_all_three(self) -> None:
        wanted = ((GitRepository, 'test'), (HedgehogFabric, 'add'), (HedgehogFabric, 'init'))
        for missing in wanted:
            self.bob.object_permissions.all().delete()
            allow(self.bob, GitRepository, 'view')
            for model, action in wanted:
                if (model, action) != missing:
                    allow(self.bob, model, action)
            with self.subTest(missing):
                self.assertEqual(self.steps(), [403] * 4)
        self.assertEqual(self.client.get(address('onboard_repository')).status_code, 403)

    def test_another_repository_is_not_there(self) -> None:
        allow(self.bob, GitRepository, 'view', 'test', name='elsewhere')
        allow(self.bob, HedgehogFabric, 'add', 'init')
        self.assertEqual(self.steps(), [200, 404, 404, 404])
        self.assertNotIn(f'<option value="{self.repository.pk}"', self.page('onboard'))

    def test_a_fabric_that_may_not_be_made_is_not_made(self) -> None:
        allow(self.bob, GitRepository, 'view', 'test')
        allow(self.bob, HedgehogFabric, 'view', 'add', 'init', name='Else')
        head = self.person.pull()
        with a_waiting_worker():
            self.client.post(address('onboard_preview', **self.place), {'seen': head})
        self.assertFalse(HedgehogFabric.objects.exists())
        self.assertFalse(SyncOperation.objects.exists())
