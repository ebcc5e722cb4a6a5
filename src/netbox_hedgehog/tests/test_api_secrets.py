"""A credential goes in and never comes out: not in answers, changes, events, search or rows."""

import json

from core.choices import ObjectChangeActionChoices
from core.models import ObjectChange
from cryptography.fernet import Fernet
from django.db import connection
from extras.events import serialize_for_event
from extras.models import CachedValue
from netbox.search.backends import search_backend
from utilities.testing import APITestCase

from netbox_hedgehog.models import GitRepository
from netbox_hedgehog.sync.credentials import open_sealed

from .builders import a_fabric, a_repository
from .test_api_actions import plugin_settings

CANARY = 'ghp_CANARYcanaryCANARYcanary'
URL = '/api/plugins/hedgehog/git-repositories/'
NEW = {'name': 'x', 'remote_url': 'https://a.example.com/b', 'credential': {'token': CANARY}}


class SecretTest(APITestCase):
    def setUp(self):
        super().setUp()
        self.user.is_superuser = True
        self.user.save()
        changed = plugin_settings(encryption_keys={1: Fernet.generate_key().decode()})
        changed.start()
        self.addCleanup(changed.stop)

    def send(self, method, url=URL, data=None):
        return getattr(self.client, method)(url, data, format='json', **self.header)

    def create(self, **fields):
        body = {
            'name': 'guarded',
            'remote_url': 'https://git.example.com/a/b.git',
            'credential': {'username': 'robot', 'token': CANARY},
            **fields,
        }
        response = self.send('post', URL, body)
        self.assertHttpStatus(response, 201)
        return GitRepository.objects.get(pk=response.data['id']), response

    def test_sealed_and_opened(self):
        repository, response = self.create()
        self.assertIs(response.data['has_credential'], True)
        opened = open_sealed(repository, repository.encrypted_credentials)
        self.assertEqual(opened, {'username': 'robot', 'token': CANARY})

    def test_nothing_gives_it_away(self):
        repository, created = self.create()
        detail = f'{URL}{repository.pk}/'
        sealed = repository.encrypted_credentials
        answers = [
            created,
            self.send('get', detail),
            self.send('get', f'{detail}?fields=encrypted_credentials,credential,name'),
            self.send('get', f'{URL}?brief=1'),
            self.send('get', f'{URL}?fields=id,credential,encrypted_credentials'),
            self.send('patch', detail, {'credential': {'token': CANARY}, 'description': 'x'}),
            self.send('patch', URL, [{'id': repository.pk, 'credential': {'token': CANARY}}]),
            self.send('options', detail),
        ]
        texts = [answer.content.decode() for answer in answers]
        repository.refresh_from_db()
        changes = ObjectChange.objects.filter(changed_object_id=repository.pk)
        self.assertEqual(
            set(changes.values_list('action', flat=True)),
            {ObjectChangeActionChoices.ACTION_CREATE, ObjectChangeActionChoices.ACTION_UPDATE},
        )
        texts += [json.dumps([each.prechange_data, each.postchange_data]) for each in changes]
        texts.append(json.dumps(repository.serialize_object()))
        texts.append(json.dumps(serialize_for_event(repository), default=str))
        texts.append(json.dumps(repository.clone(), default=str))
        search_backend.cache(repository)
        texts += CachedValue.objects.values_list('value', flat=True)
        for text in texts:
            for secret in (CANARY, sealed, repository.encrypted_credentials):
                self.assertNotIn(secret, text)
            self.assertNotIn('encrypted_credentials', text)

    def test_no_column_holds_it_in_clear(self):
        self.create()
        with connection.cursor() as cursor:
            cursor.execute('SELECT row_to_json(r)::text FROM netbox_hedgehog_gitrepository r')
            for (row,) in cursor.fetchall():
                self.assertNotIn(CANARY, row)

    def test_new_address_drops_it_unless_given_again(self):
        repository, _ = self.create()
        detail = f'{URL}{repository.pk}/'
        elsewhere = {'remote_url': 'https://elsewhere.example.com/a/b'}
        response = self.send('patch', detail, elsewhere)
        self.assertIs(response.data['has_credential'], False)
        response = self.send(
            'patch',
            detail,
            {'remote_url': 'https://third.example.com/a/b', 'credential': {'token': CANARY}},
        )
        self.assertIs(response.data['has_credential'], True)
        self.assertEqual(response.data['remote_url'], 'https://third.example.com/a/b')

    def test_null_takes_it_away(self):
        repository, _ = self.create()
        response = self.send('patch', f'{URL}{repository.pk}/', {'credential': None})
        self.assertIs(response.data['has_credential'], False)

    def test_other_writes_keep_it(self):
        repository, _ = self.create()
        response = self.send('patch', f'{URL}{repository.pk}/', {'description': 'x'})
        self.assertIs(response.data['has_credential'], True)

    def test_what_is_needed_depends_on_the_authentication(self):
        repository = a_repository()
        for kind, credential, wrong in (
            ('token', {'username': 'x'}, 'token'),
            ('basic', {'username': 'x'}, 'password'),
            ('ssh_key', {'private_key': 'x'}, 'known_hosts'),
        ):
            with self.subTest(kind):
                body = {'authentication_type': kind, 'credential': credential}
                response = self.send('patch', f'{URL}{repository.pk}/', body)
                self.assertHttpStatus(response, 400)
                self.assertIn(wrong, response.data['credential'])
        for body in (
            {'authentication_type': 'none', 'credential': {'token': CANARY}},
            {'credential_source': 'env', 'credential': {'token': CANARY}},
        ):
            response = self.send('patch', f'{URL}{repository.pk}/', body)
            self.assertHttpStatus(response, 400)
            self.assertNotIn(CANARY, response.content.decode())

    def test_without_a_key_the_reason_is_said(self):
        with plugin_settings(encryption_keys={}):
            response = self.send(
                'post',
                URL,
                {
                    'name': 'x',
                    'remote_url': 'https://a.example.com/b',
                    'credential': {'token': CANARY},
                },
            )
        self.assertHttpStatus(response, 400)
        self.assertIn('encryption_keys', str(response.data['credential']))
        self.assertFalse(GitRepository.objects.exists())

    def test_credential_in_the_address_is_refused_and_not_repeated(self):
        response = self.send(
            'post', URL, {'name': 'x', 'remote_url': f'https://robot:{CANARY}@git.example.com/a/b'}
        )
        self.assertHttpStatus(response, 400)
        self.assertIn('remote_url', response.data)
        self.assertNotIn(CANARY, response.content.decode())

    def test_no_background_work_with_secrets(self):
        body = [
            {'name': 'x', 'remote_url': 'https://a.example.com/b', 'credential': {'token': CANARY}}
        ]
        self.assertHttpStatus(self.send('post', f'{URL}?background=true', body), 400)

    def test_repository_in_use_is_409(self):
        repository = a_fabric(git_repository=a_repository()).git_repository
        self.assertHttpStatus(self.send('delete', f'{URL}{repository.pk}/'), 409)
