"""A repository signs in as a GitHub App: tokens come and go, the key stays where it is."""

from datetime import timedelta
from typing import Any

from core.models import ObjectChange
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.serializers import serialize

from hedgehog_gitops.testing.github import GitHubApp
from netbox_hedgehog.forms import GitRepositoryForm
from netbox_hedgehog.models import GitRepository, GitRepositoryState
from netbox_hedgehog.sync.connection import test_connection
from netbox_hedgehog.sync.credentials import open_sealed, seal

from .git_case import BASE, GitCase, vpc
from .github_case import GitHubCase

ONE = f'{BASE}/managed/vpcs/one.yaml'


class AppTest(GitHubCase, GitCase):
    def setUp(self) -> None:
        super().setUp()
        cache.clear()
        self.addCleanup(cache.clear)
        self.app = self.github.install(GitHubApp())
        self.repository = self.make_repository(authentication_type='github_app')
        self.hand_over(self.app)

    def hand_over(self, app: GitHubApp) -> None:
        self.parts = {
            'app_id': str(app.id),
            'installation_id': str(app.installation),
            'private_key': app.private_key,
        }
        self.repository.encrypted_credentials = seal(self.repository, self.parts)
        self.repository.save()

    def sync(self) -> Any:
        return self.run_operation(self.fabric)

    def test_one_token_serves_git_and_api_until_shortly_before_it_ends(self) -> None:
        self.fabric = self.ready_fabric(git_repository=self.repository)
        self.person.push({ONE: vpc('one')})
        self.assertEqual(self.sync().status, 'completed')
        self.assertTrue(self.fabric.resources.filter(name='one').exists())
        self.repository.write_through = 'github_api'
        self.repository.full_clean()
        self.repository.save()
        row = self.fabric.resources.get(name='one')
        self.edit(row, draft_spec={**row.desired_spec, 'vrf': 'red'})
        operation = self.sync()
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(self.person.log()[0].author.name, 'hedgehog[bot]')
        self.assertEqual(len(self.app.tokens), 1)
        # What ends soon is not kept: whoever begins now needs it longer.
        cache.clear()
        self.app.lives = timedelta(minutes=10)
        self.sync()
        asked = len(self.app.tokens)
        self.sync()
        self.assertGreater(len(self.app.tokens), asked)

    def test_a_token_that_was_withdrawn_is_asked_for_anew(self) -> None:
        self.fabric = self.ready_fabric(git_repository=self.repository)
        self.github.expire(self.app.tokens[-1])
        failed = self.sync()
        self.assertEqual((failed.status, failed.last_reason), ('failed', 'CredentialsRefused'))
        again = self.sync()
        self.assertEqual(again.status, 'completed', again.last_error_message)
        self.assertEqual(len(self.app.tokens), 2)

    def test_another_key_gets_another_token_and_a_wrong_one_none(self) -> None:
        self.assertTrue(test_connection(self.repository)['ok'])
        self.hand_over(GitHubApp())
        answer = test_connection(self.repository)
        self.assertEqual((answer['ok'], answer['reason']), (False, 'CredentialsRefused'))
        self.assertNotIn('PRIVATE KEY', str(answer))
        self.hand_over(self.github.install(GitHubApp()))
        self.assertTrue(test_connection(self.repository)['ok'])

    def test_neither_key_nor_token_lies_anywhere_in_the_clear(self) -> None:
        self.fabric = self.ready_fabric(git_repository=self.repository)
        (token,) = self.app.tokens
        middle = self.app.private_key.splitlines()[5]
        kept = cache.get(f'netbox_hedgehog:app-token:{self.repository.uuid}')
        self.assertEqual(open_sealed(self.repository, kept)['token'], token)
        told = [
            kept,
            serialize('json', GitRepository.objects.all()),
            serialize('json', self.fabric.sync_operations.all()),
            serialize('json', ObjectChange.objects.all()),
        ]
        for text in told:
            self.assertNotIn(token, text)
            self.assertNotIn(middle, text)

    def test_the_connection_test_tells_what_is_left_of_the_budget(self) -> None:
        answer = test_connection(self.repository)
        self.assertEqual((answer['ok'], answer['api_requests_left']), (True, 5000))
        state = GitRepositoryState.objects.get(repository=self.repository)
        self.assertEqual(state.rate_limit_remaining, 5000)

    def test_it_is_for_github_only(self) -> None:
        self.repository.provider = 'gitea'
        with self.assertRaises(ValidationError) as refused:
            self.repository.full_clean()
        self.assertIn('authentication_type', refused.exception.message_dict)

    def test_the_form_takes_its_three_parts_and_gives_none_out(self) -> None:
        data = {
            'name': 'by-app',
            'url': 'https://github.com/acme/lab.git',
            'provider': 'github',
            'authentication_type': 'github_app',
            'credential_source': 'encrypted',
            'default_branch': 'main',
            'write_through': 'git',
            'timeout_seconds': 300,
            'validate_ssl': 'on',
            'enabled': 'on',
            'credential_app_id': '7',
            'credential_installation_id': '8',
        }
        form = GitRepositoryForm(data)
        self.assertFalse(form.is_valid())
        self.assertIn('credential_app_key', form.errors)
        form = GitRepositoryForm({**data, 'credential_app_key': self.app.private_key})
        self.assertTrue(form.is_valid(), form.errors)
        made = form.save()
        parts = open_sealed(made, made.encrypted_credentials)
        self.assertEqual(parts, {**self.parts, 'app_id': '7', 'installation_id': '8'})
        self.assertNotIn('PRIVATE KEY', GitRepositoryForm(instance=made).as_p())
