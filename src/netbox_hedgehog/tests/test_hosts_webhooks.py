"""NetBox registers its webhook at the host itself, by page and over REST."""

from unittest import mock

from django.contrib.contenttypes.models import ContentType
from users.models import ObjectPermission

from hedgehog_gitops.testing.faults import Fault
from hedgehog_gitops.testing.github import Grant
from netbox_hedgehog.models import GitRepository
from netbox_hedgehog.sync.credentials import seal
from netbox_hedgehog.sync.hosts import opened_host
from netbox_hedgehog.sync.webhook_secrets import replace_secret, usable_secrets

from .git_case import PASSWORD, GitCase
from .github_case import GitHubCase


class RegistrationTest(GitHubCase, GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.repository = self.make_repository()
        self.client.force_login(self.alice)
        self.api = f'/api/plugins/hedgehog/git-repositories/{self.repository.pk}/register-webhook/'
        self.page = f'{self.repository.get_absolute_url()}webhook/'

    def secrets(self) -> tuple[str, ...]:
        self.repository.refresh_from_db()
        return usable_secrets(self.repository)

    def test_over_rest(self) -> None:
        answer = self.client.post(self.api)
        self.assertEqual(answer.status_code, 200, answer.content)
        (hook,) = self.hosted.hooks
        self.assertEqual(
            answer.json(),
            {'webhook_url': hook.url, 'host_id': hook.id, 'events': ['push', 'pull_request']},
        )
        self.assertTrue(
            hook.url.endswith(f'/api/plugins/hedgehog/webhooks/{self.repository.uuid}/')
        )
        self.assertEqual(self.secrets(), (hook.secret,))
        self.assertNotIn(hook.secret, answer.content.decode())

    def test_by_page(self) -> None:
        self.assertContains(self.client.get(self.page), 'name="_register"')
        answer = self.client.post(self.page, {'_register': ''}, follow=True)
        self.assertContains(answer, 'The webhook is registered at the host')
        (hook,) = self.hosted.hooks
        self.assertEqual(self.secrets(), (hook.secret,))
        self.assertNotContains(answer, hook.secret)

    def test_again_renews_it_and_the_secret_before_stays_good(self) -> None:
        self.client.post(self.api)
        first = self.hosted.hooks[0].secret
        self.client.post(self.api)
        (hook,) = self.hosted.hooks
        self.assertEqual(self.secrets(), (hook.secret, first))

    def test_a_host_that_refuses_changes_nothing_here(self) -> None:
        replace_secret(self.repository, self.alice, None, 'a secret of mine, long enough')
        self.github.grants[PASSWORD] = Grant(may_hook=False)
        answer = self.client.post(self.api)
        self.assertEqual(answer.status_code, 502)
        self.assertEqual(answer.json()['reason'], 'RemoteNotFound')
        self.assertNotIn(PASSWORD, answer.content.decode())
        page = self.client.post(self.page, {'_register': ''}, follow=True)
        self.assertContains(page, 'RemoteNotFound')
        self.assertEqual(self.secrets(), ('a secret of mine, long enough',))

    def test_a_host_that_takes_no_more_says_when_it_does(self) -> None:
        self.github.budget.remaining = 0
        answer = self.client.post(self.api)
        self.assertEqual(
            (answer.status_code, answer.json()['error_code'], answer.json()['reason']),
            (429, 'GITHUB_RATE_LIMITED', 'RateLimited'),
        )
        self.assertGreater(int(answer['Retry-After']), 0)

    def test_an_answer_that_breaks_off_leaves_both_secrets_good(self) -> None:
        replace_secret(self.repository, self.alice, None, 'a secret of mine, long enough')
        self.server.add(Fault('/api/', method='POST', drop='after'))
        answer = self.client.post(self.api)
        self.assertEqual((answer.status_code, answer.json()['reason']), (502, 'OutcomeUnknown'))
        (hook,) = self.hosted.hooks
        self.assertEqual(self.secrets(), (hook.secret, 'a secret of mine, long enough'))

    def test_without_a_key_the_host_is_not_asked(self) -> None:
        with mock.patch(
            'netbox_hedgehog.sync.sealing.sync_settings',
            return_value=mock.Mock(encryption_keys={}),
        ):
            answer = self.client.post(self.api)
        self.assertEqual(answer.json()['reason'], 'EncryptionKeyMissing')
        self.assertFalse(self.server.requests)

    def test_other_hosts_say_what_it_needs(self) -> None:
        GitRepository.objects.update(provider='gitlab')
        answer = self.client.post(self.api)
        self.assertEqual((answer.status_code, answer.json()['reason']), (409, 'HostApiMissing'))
        self.assertNotContains(self.client.get(self.page), 'name="_register"')

    def test_a_disabled_repository_is_not_contacted(self) -> None:
        GitRepository.objects.update(enabled=False)
        answer = self.client.post(self.api)
        self.assertEqual((answer.status_code, answer.json()['reason']), (409, 'RepositoryDisabled'))
        self.assertFalse(self.server.requests)

    def test_it_needs_the_permission_to_change(self) -> None:
        self.alice.is_superuser = False
        self.alice.save()
        seeing = ObjectPermission.objects.create(name='see', actions=['view'])
        seeing.object_types.add(ContentType.objects.get_for_model(GitRepository))
        seeing.users.add(self.alice)
        self.assertEqual(self.client.post(self.api).status_code, 403)
        self.assertEqual(self.client.post(self.page, {'_register': ''}).status_code, 403)
        self.assertFalse(self.hosted.hooks)

    def test_the_answers_of_the_host_are_kept_by_their_etag(self) -> None:
        for _ in range(2):
            with opened_host(self.repository) as host:
                host.webhooks()
        self.assertEqual(self.github.budget.remaining, 4999)
        # What another token may see is asked anew.
        self.repository.encrypted_credentials = seal(self.repository, {'token': PASSWORD})
        self.repository.save()
        with opened_host(self.repository) as host:
            host.webhooks()
        self.assertEqual(self.github.budget.remaining, 4998)
