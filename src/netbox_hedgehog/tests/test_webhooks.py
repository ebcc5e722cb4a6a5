"""Deliveries of Git hosts, as they send them: verified over the raw body, and only a hint."""

import base64
import hmac
import json
import logging
import time
import uuid
from datetime import timedelta
from unittest import mock
from urllib.parse import urlencode

from core.models import Job
from django.test import TestCase
from django.utils import timezone

from netbox_hedgehog.jobs import ScheduleJob
from netbox_hedgehog.models import GitRepository, SyncOperation
from netbox_hedgehog.sync.generations import is_behind, mark_processed
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.webhook_deliveries import is_genuine
from netbox_hedgehog.sync.webhook_secrets import replace_secret

from .builders import a_fabric, a_pull_request, a_repository
from .git_case import BASE, GitCase, GitTransactionCase, vpc
from .test_api_actions import plugin_settings
from .webhook_case import SECRET, ZEROS, WebhookCase, push, signed


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

    def test_a_pull_request_of_ours_is_looked_at_and_that_of_others_is_not(self) -> None:
        row = a_pull_request(self.fabric)
        closed = {'action': 'closed', 'pull_request': {'head': {'ref': row.branch}}}
        response = self.github(closed, event='pull_request')
        self.assertEqual(self.enqueued(response), ['followed'])
        SyncOperation.objects.all().delete()
        theirs = {'action': 'closed', 'pull_request': {'head': {'ref': 'other'}}}
        self.assertEqual(self.enqueued(self.github(theirs, event='pull_request')), [])
        row.state = 'merged'
        row.save()
        self.assertEqual(self.enqueued(self.github(closed, event='pull_request')), [])

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

    def test_the_plain_token_is_compared_as_bytes(self) -> None:
        self.assertFalse(is_genuine({'X-Gitlab-Token': '\u0130'}, b'', ('\u0069',), 0))
        self.assertFalse(is_genuine({'X-Gitlab-Token': 'x'}, b'', (), 0))


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
        fabric = self.ready_fabric(sync_interval=300, duplicate_detection_enabled=False)
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
