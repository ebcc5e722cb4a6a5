"""The secret of a webhook: made, sealed, replaced, removed, and shown by nothing."""

import json
import uuid
from datetime import timedelta
from unittest import mock

from core.models import ObjectChange
from django.db import connection
from django.test import TestCase
from django.utils import timezone

from netbox_hedgehog.models import GitRepository
from netbox_hedgehog.sync.webhook_secrets import replace_secret, usable_secrets

from .builders import a_repository
from .pages import allow
from .test_api_actions import plugin_settings
from .webhook_case import SECRET, WebhookCase, push


class SecretTest(WebhookCase, TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.prepare(a_repository())

    def test_a_replaced_secret_stays_good_for_a_day(self) -> None:
        replace_secret(self.repository, self.user, uuid.uuid4(), 'the-next-secret-0123456789')
        self.assertEqual(self.github(push()).status_code, 202)
        self.assertEqual(self.github(push(), secret='the-next-secret-0123456789').status_code, 202)
        tomorrow = mock.patch('netbox_hedgehog.sync.webhook_secrets.timezone.now')
        later = timezone.now() + timedelta(days=1, minutes=1)
        with tomorrow as now:
            now.return_value = later
            self.assertEqual(usable_secrets(self.repository), ('the-next-secret-0123456789',))

    def test_nothing_gives_the_secret_away(self) -> None:
        self.user.is_superuser = True
        self.user.save()
        self.client.force_login(self.user)
        sealed = GitRepository.objects.get(pk=self.repository.pk).webhook_secret
        self.assertNotIn(SECRET, sealed)
        api = f'/api/plugins/hedgehog/git-repositories/{self.repository.pk}/'
        pages = [
            self.client.get(path).content.decode()
            for path in (
                api,
                f'{api}?fields=webhook_secret,name',
                self.repository.get_absolute_url(),
                f'{self.repository.get_absolute_url()}webhook/',
                f'{self.repository.get_absolute_url()}edit/',
                f'{self.repository.get_absolute_url()}changelog/',
            )
        ]
        change = ObjectChange.objects.get(changed_object_id=self.repository.pk)
        self.assertEqual((change.user, change.message), (self.user, 'Webhook secret replaced'))
        pages.append(json.dumps([change.prechange_data, change.postchange_data]))
        with connection.cursor() as cursor:
            cursor.execute('SELECT row_to_json(r)::text FROM netbox_hedgehog_gitrepository r')
            rows = [row for (row,) in cursor.fetchall()]
        for text in (*pages, *rows):
            self.assertNotIn(SECRET, text)
        for text in pages:
            self.assertNotIn(sealed, text)


class SecretApiTest(WebhookCase, TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.prepare(a_repository())
        self.client.force_login(self.user)
        self.api = f'/api/plugins/hedgehog/git-repositories/{self.repository.pk}/webhook-secret/'

    def call(self, method: str = 'post', body: object = None):
        return getattr(self.client, method)(self.api, body or {}, content_type='application/json')

    def test_needs_change_on_the_repository(self) -> None:
        allow(self.user, GitRepository, 'view', 'test')
        for method in ('post', 'delete'):
            self.assertEqual(self.call(method).status_code, 403)
        page = f'{self.repository.get_absolute_url()}webhook/'
        self.assertEqual(self.client.get(page).status_code, 403)
        self.assertEqual(self.client.post(page).status_code, 403)
        self.repository.refresh_from_db()
        self.assertEqual(usable_secrets(self.repository), (SECRET,))

    def test_made_shown_once_replaced_and_removed(self) -> None:
        self.user.is_superuser = True
        self.user.save()
        made = self.call()
        self.assertEqual(made.status_code, 200)
        self.assertEqual(made['Cache-Control'], 'no-store')
        self.assertTrue(made.json()['webhook_url'].endswith(self.url))
        self.repository.refresh_from_db()
        self.assertEqual(usable_secrets(self.repository)[0], made.json()['secret'])
        given = self.call(body={'secret': 'a-secret-of-my-own'})
        self.assertNotIn('secret', given.json())
        self.assertEqual(self.call(body={'secret': 'short'}).status_code, 400)
        self.assertEqual(self.call('delete').status_code, 204)
        self.repository.refresh_from_db()
        self.assertEqual(usable_secrets(self.repository), ())

    def test_the_page_shows_a_made_secret_once(self) -> None:
        self.user.is_superuser = True
        self.user.save()
        page = f'{self.repository.get_absolute_url()}webhook/'
        answer = self.client.post(page, {'secret': '', '_set': ''})
        self.repository.refresh_from_db()
        secret = usable_secrets(self.repository)[0]
        self.assertContains(answer, secret)
        self.assertIn('no-store', answer['Cache-Control'])
        self.assertNotContains(self.client.get(page), secret)
        self.assertContains(self.client.get(self.repository.get_absolute_url()), self.url)
        self.assertContains(self.client.post(page, {'secret': 'short'}), 'at least 16')
        self.client.post(page, {'_remove': ''})
        self.repository.refresh_from_db()
        self.assertFalse(self.repository.has_webhook_secret)

    def test_without_a_key_the_reason_is_said(self) -> None:
        self.user.is_superuser = True
        self.user.save()
        with plugin_settings(encryption_keys={}):
            response = self.call()
        self.assertEqual((response.status_code, response.json()['reason']), (
            409, 'EncryptionKeyMissing',
        ))  # fmt: skip
