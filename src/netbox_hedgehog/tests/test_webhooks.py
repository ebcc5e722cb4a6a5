"""Deliveries of Git hosts, as they send them: verified over the raw body, and only a hint."""

import base64
import hashlib
import hmac
import json
import logging
import time
import uuid
from unittest import mock
from urllib.parse import urlencode

from core.models import Job, ObjectChange
from django.test import TestCase
from django_rq.queues import get_queue

from netbox_hedgehog.models import GitRepository, SyncOperation
from netbox_hedgehog.sync.generations import is_behind, mark_processed
from netbox_hedgehog.sync.webhook_deliveries import is_genuine
from netbox_hedgehog.sync.webhook_secrets import replace_secret, usable_secrets

from .builders import a_fabric, a_repository
from .git_case import BASE, KEYS, GitCase, GitTransactionCase, vpc
from .test_api_actions import plugin_settings

SECRET = 'canary-webhook-secret-0123456789'
ZEROS = '0' * 40


def push(branch: str = 'main', **more: object) -> dict[str, object]:
    """What every host says of a push, besides much that nobody needs here."""
    return {
        'ref': f'refs/heads/{branch}',
        'before': 'a' * 40,
        'after': 'b' * 40,
        'commits': [{'id': 'b' * 40, 'message': 'Change', 'added': ['x.yaml']}],
        **more,
    }


def signed(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class WebhookCase:
    def setUp(self) -> None:
        super().setUp()
        keys = plugin_settings(encryption_keys=KEYS)
        keys.start()
        self.addCleanup(keys.stop)
        get_queue('default').empty()

    def prepare(self, repository: GitRepository) -> None:
        from users.models import User

        self.repository = repository
        self.user = User.objects.create_user(f'keeper-{uuid.uuid4().hex[:6]}')
        replace_secret(repository, self.user, uuid.uuid4(), SECRET)
        self.url = f'/api/plugins/hedgehog/webhooks/{repository.uuid}/'

    def send(self, payload: object, headers: dict[str, str], content_type='application/json'):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        return self.client.post(self.url, body, content_type=content_type, headers=headers)

    def github(self, payload: object, event='push', secret=SECRET, number='', **more: str):
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        headers = {
            'User-Agent': 'GitHub-Hookshot/044aadd',
            'X-GitHub-Event': event,
            'X-GitHub-Delivery': number or str(uuid.uuid4()),
            'X-Hub-Signature-256': f'sha256={signed(body, secret)}',
            **more,
        }
        return self.send(body, headers)


class DeliveryTest(WebhookCase, TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.prepare(a_repository())
        self.fabric = a_fabric(
            git_repository=self.repository, gitops_initialized=True, slug='followed'
        )

    def enqueued(self, response) -> list[str]:
        self.assertEqual(response.status_code, 202, response.content)
        return [each['fabric'] for each in response.json()['enqueued']]

    def test_github(self) -> None:
        payload = push(repository={'full_name': 'a/b'}, deleted=False, forced=False)
        response = self.github(payload)
        self.assertEqual(self.enqueued(response), ['followed'])
        operation = SyncOperation.objects.get()
        self.assertEqual((operation.trigger_type, operation.initiated_by), ('webhook', None))
        self.assertEqual(
            response.json()['enqueued'][0]['operation_id'], str(operation.operation_id)
        )
        self.repository.state.refresh_from_db()
        self.assertIn('main was pushed', self.repository.state.webhook_outcome)
        self.assertIsNotNone(self.repository.state.webhook_delivered)

    def test_github_as_a_form(self) -> None:
        body = urlencode({'payload': json.dumps(push())}).encode()
        headers = {'X-GitHub-Event': 'push', 'X-Hub-Signature-256': f'sha256={signed(body)}'}
        response = self.send(body, headers, 'application/x-www-form-urlencoded')
        self.assertEqual(self.enqueued(response), ['followed'])

    def test_gitea(self) -> None:
        body = json.dumps(push(secret='', compare_url='', total_commits=1), indent=2).encode()
        for brand in ('Gitea', 'Forgejo', 'Gogs'):
            headers = {
                f'X-{brand}-Event': 'push',
                f'X-{brand}-Delivery': str(uuid.uuid4()),
                f'X-{brand}-Signature': signed(body),
            }
            with self.subTest(brand):
                self.assertEqual(self.enqueued(self.send(body, headers)), ['followed'])

    def test_gitlab(self) -> None:
        payload = push(object_kind='push', event_name='push', project={'id': 15})
        headers = {
            'X-Gitlab-Event': 'Push Hook',
            'X-Gitlab-Event-UUID': str(uuid.uuid4()),
            'X-Gitlab-Token': SECRET,
        }
        self.assertEqual(self.enqueued(self.send(payload, headers)), ['followed'])
        system = {**headers, 'X-Gitlab-Event': 'System Hook'}
        self.assertEqual(self.enqueued(self.send(payload, system)), ['followed'])
        self.assertEqual(self.send(payload, {**headers, 'X-Gitlab-Token': 'x'}).status_code, 403)

    def test_gitlab_signing_token(self) -> None:
        key = base64.b64encode(b'0123456789abcdef0123456789abcdef').decode()
        replace_secret(self.repository, self.user, uuid.uuid4(), f'whsec_{key}')
        body, number = json.dumps(push(object_kind='push')).encode(), str(uuid.uuid4())

        def headers(moment: int) -> dict[str, str]:
            what = f'{number}.{moment}.'.encode() + body
            made = hmac.digest(b'0123456789abcdef0123456789abcdef', what, 'sha256')
            return {
                'X-Gitlab-Event': 'Push Hook',
                'webhook-id': number,
                'webhook-timestamp': str(moment),
                'webhook-signature': f'v1,aaaa v1,{base64.b64encode(made).decode()}',
            }

        now = int(time.time())
        self.assertEqual(self.send(body, headers(now - 3600)).status_code, 403)
        self.assertEqual(self.enqueued(self.send(body, headers(now))), ['followed'])

    def test_a_wrong_signature_tells_nothing_and_does_nothing(self) -> None:
        body = json.dumps(push()).encode()
        wrong = (
            {},
            {'X-Hub-Signature-256': f'sha256={signed(body, "another-secret-entirely")}'},
            {'X-Hub-Signature-256': f'sha256={signed(body + b" ")}'},
            {'X-Hub-Signature-256': signed(body)},
            {'X-Hub-Signature-256': 'sha256=\u00e9'},
            {'X-Hub-Signature': f'sha1={hmac.new(SECRET.encode(), body, "sha1").hexdigest()}'},
            {'X-Gitlab-Token': ''},
            {'X-Gitlab-Token': SECRET[:-1]},
            {'webhook-signature': 'v1,', 'webhook-timestamp': 'x', 'webhook-id': 'y'},
        )
        with self.assertLogs('netbox_hedgehog.webhooks', logging.WARNING) as logs:
            for headers in wrong:
                with self.subTest(headers):
                    response = self.send(body, {'X-GitHub-Event': 'push', **headers})
                    self.assertEqual(response.status_code, 403)
                    self.assertEqual(response.json(), {'message': 'Refused.'})
        self.assertEqual(len(logs.output), 1, 'told once a minute')
        self.assertNotIn(SECRET, str(logs.output))
        self.assertFalse(SyncOperation.objects.exists())
        self.repository.state.refresh_from_db()
        self.assertIsNone(self.repository.state.webhook_delivered)
        self.assertIsNotNone(self.repository.state.webhook_refused)

    def test_no_secret_no_door(self) -> None:
        missing = self.client.post(f'/api/plugins/hedgehog/webhooks/{uuid.uuid4()}/')
        GitRepository.objects.update(webhook_secret='')
        bare = self.github(push())
        self.assertEqual((missing.status_code, bare.status_code), (404, 404))
        self.assertEqual(missing.content, bare.content)
        with plugin_settings(encryption_keys={}):
            self.assertEqual(self.github(push(), secret='').status_code, 404)

    def test_a_replay_does_nothing(self) -> None:
        first = self.github(push(), number='one')
        SyncOperation.objects.all().delete()
        again = self.github(push(), number='one')
        self.assertEqual((self.enqueued(first), self.enqueued(again)), (['followed'], []))
        self.assertFalse(SyncOperation.objects.exists())

    def test_what_could_not_be_queued_may_come_again(self) -> None:
        self.client.raise_request_exception = False
        with mock.patch('netbox_hedgehog.api.views.webhooks.enqueue_pushed', side_effect=OSError):
            self.assertEqual(self.github(push(), number='two').status_code, 500)
        self.assertEqual(self.enqueued(self.github(push(), number='two')), ['followed'])

    def test_only_pushes_of_a_branch_that_is_followed(self) -> None:
        for payload, event, words in (
            (push('other'), 'push', 'No fabric follows'),
            (push('main', deleted=True, after=ZEROS), 'push', 'deleted'),
            (push('main', after=ZEROS), 'push', 'deleted'),
            ({**push(), 'ref': 'refs/tags/v1'}, 'push', 'No branch'),
            ({**push(), 'ref': ['refs/heads/main']}, 'push', 'No branch'),
            (push(), 'pull_request', 'Nothing to do'),
            (b'no json', 'push', 'cannot be read'),
            (b'[' * 100_000, 'push', 'cannot be read'),
            (b'[]', 'push', 'cannot be read'),
            (b'\xff\xfe', 'push', 'cannot be read'),
        ):
            with self.subTest(words):
                response = self.github(payload, event)
                self.assertEqual(self.enqueued(response), [])
                self.assertIn(words, response.json()['message'])
        self.assertFalse(SyncOperation.objects.exists())

    def test_ping_is_answered(self) -> None:
        response = self.github({'zen': 'x', 'hook_id': 1}, 'ping')
        self.assertEqual((response.status_code, response.json()['message']), (200, 'pong'))

    def test_an_oversized_body_is_refused_before_it_is_read(self) -> None:
        with plugin_settings(max_webhook_size=100):
            self.assertEqual(self.github(push()).status_code, 413)
        self.assertFalse(SyncOperation.objects.exists())

    def test_all_fabrics_of_the_branch_and_no_other(self) -> None:
        a_fabric(git_repository=self.repository, gitops_initialized=True, slug='second')
        for slug, fields in {
            'elsewhere': {'git_repository': a_repository()},
            'branched': {'branch': 'lab'},
            'off': {'sync_enabled': False},
            'never': {'sync_direction': 'disabled'},
            'by-hand': {'sync_direction': 'manual_only'},
            'raw': {'gitops_initialized': False},
        }.items():
            ready = {'git_repository': self.repository, 'gitops_initialized': True}
            a_fabric(slug=slug, **{**ready, **fields})
        self.assertEqual(set(self.enqueued(self.github(push()))), {'followed', 'second'})
        self.assertEqual(self.enqueued(self.github(push('lab'))), ['branched'])
        GitRepository.objects.update(enabled=False)
        self.assertEqual(self.enqueued(self.github(push())), [])

    def test_a_burst_is_few_jobs_and_the_last_change_is_seen(self) -> None:
        before = Job.objects.count()
        for _ in range(50):
            self.assertEqual(self.enqueued(self.github(push())), ['followed'])
        self.assertEqual(Job.objects.count(), before + 1)
        self.fabric.sync_state.refresh_from_db()
        self.assertEqual(self.fabric.sync_state.requested_generation, 50)
        mark_processed(self.fabric.pk, 49)
        self.assertTrue(is_behind(self.fabric.pk))

    def test_a_replaced_secret_stays_good_for_a_day(self) -> None:
        replace_secret(self.repository, self.user, uuid.uuid4(), 'the-next-secret-0123456789')
        self.assertEqual(self.github(push()).status_code, 202)
        self.assertEqual(self.github(push(), secret='the-next-secret-0123456789').status_code, 202)
        tomorrow = mock.patch('netbox_hedgehog.sync.webhook_secrets.timezone.now')
        from datetime import timedelta

        from django.utils import timezone

        later = timezone.now() + timedelta(days=1, minutes=1)
        with tomorrow as now:
            now.return_value = later
            self.assertEqual(usable_secrets(self.repository), ('the-next-secret-0123456789',))

    def test_nothing_gives_the_secret_away(self) -> None:
        from django.db import connection

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

    def test_the_plain_token_is_compared_as_bytes(self) -> None:
        self.assertFalse(is_genuine({'X-Gitlab-Token': '\u0130'}, b'', ('\u0069',), 0))
        self.assertFalse(is_genuine({'X-Gitlab-Token': 'x'}, b'', (), 0))


class SecretApiTest(WebhookCase, TestCase):
    def setUp(self) -> None:
        super().setUp()
        self.prepare(a_repository())
        self.client.force_login(self.user)
        self.api = f'/api/plugins/hedgehog/git-repositories/{self.repository.pk}/webhook-secret/'

    def call(self, method: str = 'post', body: object = None):
        return getattr(self.client, method)(self.api, body or {}, content_type='application/json')

    def test_needs_change_on_the_repository(self) -> None:
        from .pages import allow

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


class FromPushToRowTest(WebhookCase, GitTransactionCase):
    """A push and its delivery, and nobody does anything."""

    def setUp(self) -> None:
        GitTransactionCase.setUp(self)

    def test_a_pushed_raw_file_is_ingested(self) -> None:
        fabric = self.ready_fabric()
        self.prepare(fabric.git_repository)
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        self.assertEqual(self.github(push()).status_code, 202)
        self.run_jobs()
        self.assertEqual(fabric.resources.get().name, 'one')
        operation = SyncOperation.objects.get(trigger_type='webhook')
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertEqual(operation.documents_ingested, 1)


class FromScheduleToRowTest(GitCase):
    """A pushed raw file is taken in by the minutely job alone."""

    def test_a_pushed_raw_file_is_ingested(self) -> None:
        from datetime import timedelta

        from django.utils import timezone

        from netbox_hedgehog.jobs import ScheduleJob
        from netbox_hedgehog.sync.runner import work_off

        fabric = self.ready_fabric(sync_interval=300)
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        ScheduleJob(mock.Mock()).run()
        self.assertFalse(SyncOperation.objects.filter(trigger_type='scheduled').exists())
        SyncOperation.objects.update(created=timezone.now() - timedelta(seconds=301))
        ScheduleJob(mock.Mock()).run()
        work_off(fabric.pk, logging.getLogger('tests'))
        operation = SyncOperation.objects.get(trigger_type='scheduled')
        self.assertEqual(operation.documents_ingested, 1, operation.last_error_message)
        self.assertEqual(fabric.resources.get().name, 'one')
        self.assertEqual(self.person.log()[0].trailers['NetBox-User'], 'netbox-hedgehog')
