"""Pages of Git repositories, by NetBox's own test cases, and what becomes of a secret."""

from unittest import mock

from django.urls import reverse
from utilities.testing import TestCase, ViewTestCases

from netbox_hedgehog.models import GitRepository
from netbox_hedgehog.sync.credentials import open_sealed, seal

from .builders import a_fabric, a_repository
from .pages import PluginUrls, allow

CANARY = 'canary-5a1f-secret'


class GitRepositoryPagesTest(
    PluginUrls,
    ViewTestCases.PrimaryObjectViewTestCase,
    ViewTestCases.BulkRenameObjectsViewTestCase,
):
    model = GitRepository

    @classmethod
    def setUpTestData(cls):
        rows = [a_repository(name=f'Repository {number}') for number in range(3)]
        cls.form_data = {
            'name': 'Repository X',
            'url': 'https://git.example.com/group/x.git',
            'provider': 'gitlab',
            'authentication_type': 'token',
            'credential_source': 'encrypted',
            'default_branch': 'production',
            'write_through': 'git',
            'validate_ssl': True,
            'timeout_seconds': 60,
            'enabled': True,
            'description': 'Made by a test',
        }
        cls.bulk_edit_data = {
            'provider': 'gitea',
            'default_branch': 'trunk',
            'timeout_seconds': 30,
            'description': 'Together',
        }
        cls.csv_data = (
            'name,url,authentication_type,default_branch',
            'One,https://git.example.com/import/one.git,none,main',
            'Two,https://git.example.com/import/two.git,token,main',
            'Three,ssh://git@git.example.com/import/three.git,ssh_key,trunk',
        )
        cls.csv_update_data = (
            'id,description',
            *(f'{row.pk},Described {row.pk}' for row in rows),
        )


class CredentialFormTest(TestCase):
    """What is typed is sealed; it never comes out again, and it never goes elsewhere."""

    user_permissions = (
        'netbox_hedgehog.add_gitrepository',
        'netbox_hedgehog.change_gitrepository',
        'netbox_hedgehog.view_gitrepository',
    )

    def setUp(self):
        super().setUp()
        self.row = a_repository(authentication_type='basic')

    def _fields(self, **changed):
        return {
            'name': self.row.name,
            'url': self.row.url,
            'provider': 'generic',
            'authentication_type': self.row.authentication_type,
            'credential_source': 'encrypted',
            'default_branch': 'main',
            'write_through': 'git',
            'validate_ssl': 'on',
            'timeout_seconds': 300,
            'enabled': 'on',
            **changed,
        }

    def _post(self, **changed):
        address = reverse('plugins:netbox_hedgehog:gitrepository_edit', args=[self.row.pk])
        response = self.client.post(address, self._fields(**changed))
        self.row = GitRepository.objects.get(pk=self.row.pk)
        return response

    def _opened(self):
        return open_sealed(self.row, self.row.encrypted_credentials)

    def test_is_sealed_and_opens_for_this_repository_only(self):
        response = self._post(credential_username='svc', credential_password=CANARY)
        self.assertHttpStatus(response, 302)
        self.assertEqual(self._opened(), {'username': 'svc', 'password': CANARY})
        self.assertNotIn(CANARY, self.row.encrypted_credentials)

    def test_empty_keeps_and_one_part_alone_replaces_that_part(self):
        self._post(credential_username='svc', credential_password=CANARY)
        sealed = self.row.encrypted_credentials
        self._post(description='Nothing about the credential')
        self.assertEqual(self.row.encrypted_credentials, sealed)
        self._post(credential_username='other')
        self.assertEqual(self._opened(), {'username': 'other', 'password': CANARY})

    def test_half_a_credential_is_refused(self):
        response = self._post(credential_username='svc')
        self.assertContains(response, 'This part of the credential is missing')
        self.assertEqual(self.row.encrypted_credentials, '')

    def test_a_new_url_never_gets_the_old_secret(self):
        self._post(credential_username='svc', credential_password=CANARY)
        # Neither by saving alone ...
        self._post(url='https://elsewhere.example.com/group/x.git')
        self.assertEqual(self.row.encrypted_credentials, '')
        # ... nor by giving the other half along with it.
        self._post(credential_username='svc', credential_password=CANARY)
        response = self._post(
            url='https://third.example.com/group/x.git', credential_username='svc'
        )
        self.assertHttpStatus(response, 200)
        self.assertEqual(self.row.url, 'https://elsewhere.example.com/group/x.git')

    def test_another_way_of_signing_in_drops_what_is_stored(self):
        self._post(credential_username='svc', credential_password=CANARY)
        self._post(authentication_type='token')
        self.assertEqual(self.row.encrypted_credentials, '')
        self._post(authentication_type='token', credential_token=CANARY)
        self.assertEqual(self._opened(), {'token': CANARY})

    def test_a_key_keeps_its_lines(self):
        key = '-----BEGIN KEY-----\nabc\n-----END KEY-----\n'
        self._post(authentication_type='ssh_key')
        self._post(
            authentication_type='ssh_key',
            credential_private_key=key.replace('\n', '\r\n'),
            credential_known_hosts='git.example.com ssh-ed25519 AAAA',
        )
        self.assertEqual(self._opened()['private_key'], key)

    def test_can_be_removed(self):
        self._post(credential_username='svc', credential_password=CANARY)
        self._post(clear_credential='on')
        self.assertEqual(self.row.encrypted_credentials, '')

    def test_no_page_shows_it(self):
        self._post(credential_username='svc-name', credential_password=CANARY)
        sealed = self.row.encrypted_credentials
        detail = self.row.get_absolute_url()
        for address in (
            detail,
            f'{detail}edit/?credential_password={CANARY}',
            f'{detail}changelog/',
            reverse('plugins:netbox_hedgehog:gitrepository_list'),
            reverse('plugins:netbox_hedgehog:gitrepository_list') + '?export',
        ):
            with self.subTest(address):
                body = b''.join(self.client.get(address)).decode()
                shown = body.replace(f'?credential_password={CANARY}', '')
                self.assertNotIn(CANARY, shown)
                self.assertNotIn('svc-name', shown)
                self.assertNotIn(sealed, shown)

    def test_a_refused_form_does_not_repeat_it(self):
        response = self._post(url='nonsense', credential_password=CANARY, credential_username='u')
        self.assertHttpStatus(response, 200)
        self.assertNotContains(response, CANARY)

    def test_without_a_key_the_reason_is_said(self):
        with mock.patch('netbox_hedgehog.sync.sealing.sync_settings') as settings:
            settings.return_value.encryption_keys = {}
            response = self._post(credential_username='svc', credential_password=CANARY)
        self.assertContains(response, 'encryption_keys')


class RepositoryActionsTest(TestCase):
    """The connection test asks the real server and says what came back."""

    def setUp(self):
        super().setUp()
        self.row = a_repository(
            url='https://127.0.0.1:1/nobody/listens.git', authentication_type='none'
        )
        self.address = reverse('plugins:netbox_hedgehog:gitrepository_test', args=[self.row.pk])

    def test_button_and_view_need_the_permission(self):
        allow(self.user, GitRepository, 'view')
        self.assertNotContains(self.client.get(self.row.get_absolute_url()), self.address)
        self.assertHttpStatus(self.client.post(self.address), 403)
        allow(self.user, GitRepository, 'test')
        self.assertContains(self.client.get(self.row.get_absolute_url()), self.address)

    def test_a_constrained_permission_hides_the_button_of_the_other_row(self):
        other = a_repository()
        allow(self.user, GitRepository, 'view')
        allow(self.user, GitRepository, 'test', pk=other.pk)
        self.assertNotContains(self.client.get(self.row.get_absolute_url()), self.address)
        self.assertHttpStatus(self.client.post(self.address), 404)

    def test_get_does_nothing(self):
        allow(self.user, GitRepository, 'view', 'test')
        self.assertRedirects(self.client.get(self.address), self.row.get_absolute_url())
        self.row.state.refresh_from_db()
        self.assertEqual(self.row.state.connection_status, 'pending')

    def test_failure_tells_reason_and_hint(self):
        allow(self.user, GitRepository, 'view', 'test')
        response = self.client.post(self.address, follow=True)
        self.assertContains(response, 'RemoteUnreachable')
        self.row.state.refresh_from_db()
        self.assertEqual(self.row.state.connection_status, 'failed')
        self.assertContains(response, self.row.state.validation_error.split('\n')[0][:40])

    def test_a_disabled_repository_is_not_contacted(self):
        GitRepository.objects.filter(pk=self.row.pk).update(enabled=False)
        allow(self.user, GitRepository, 'view', 'test')
        response = self.client.post(self.address, follow=True)
        self.assertContains(response, 'This repository is disabled')
        self.row.state.refresh_from_db()
        self.assertEqual(self.row.state.connection_status, 'pending')


class RepositoryInUseTest(TestCase):
    user_permissions = (
        'netbox_hedgehog.delete_gitrepository',
        'netbox_hedgehog.view_gitrepository',
    )

    def test_a_repository_with_fabrics_is_not_deleted(self):
        fabric = a_fabric(git_repository=a_repository())
        address = reverse(
            'plugins:netbox_hedgehog:gitrepository_delete', args=[fabric.git_repository_id]
        )
        self.client.post(address, {'confirm': 'true'})
        self.assertTrue(GitRepository.objects.filter(pk=fabric.git_repository_id).exists())


class SealTest(TestCase):
    def test_a_sealed_secret_does_not_open_for_another_repository(self):
        first, second = a_repository(), a_repository()
        sealed = seal(first, {'token': CANARY})
        with self.assertRaises(Exception) as caught:
            open_sealed(second, sealed)
        self.assertNotIn(CANARY, str(caught.exception))
