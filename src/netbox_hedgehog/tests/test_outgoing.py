"""An outgoing webhook made over REST: rows of NetBox, for events of one fabric only."""

import hmac
import json

from django_rq.queues import get_queue
from extras.models import EventRule, Webhook
from users.models import ObjectPermission

from netbox_hedgehog.models import SyncOperation
from netbox_hedgehog.sync.notify import tell_over, tell_started

from .builders import a_fabric, a_repository, an_operation
from .github_case import Receiver
from .test_api_actions import ActionTestCase

ALL = (
    'netbox_hedgehog.view_hedgehogfabric',
    'netbox_hedgehog.change_hedgehogfabric',
    'extras.add_webhook',
    'extras.add_eventrule',
)
DATA = {
    'webhook_url': 'https://hooks.example.com/x',
    'events': ['sync_failed', 'sync_started'],
    'secret': 'canary-5d1e-secret',
    'filters': {'operation_types': ['sync']},
}


class OutgoingWebhookTest(ActionTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = a_fabric()
        self.path = f'fabrics/{self.fabric.pk}/webhooks'

    def test_needs_all_three_permissions(self) -> None:
        for missing in ALL[1:]:
            ObjectPermission.objects.all().delete()
            self.add_permissions(*(name for name in ALL if name != missing))
            with self.subTest(missing):
                self.assertHttpStatus(self.post(self.path, DATA), 403)
        self.assertFalse(Webhook.objects.exists())

    def test_a_constrained_permission_holds(self) -> None:
        self.add_permissions(*ALL)
        rules = ObjectPermission.objects.filter(object_types__model='webhook')
        rules.update(constraints={'payload_url__startswith': 'https://intern.example.com/'})
        self.assertHttpStatus(self.post(self.path, DATA), 403)
        self.assertFalse(Webhook.objects.exists() or EventRule.objects.exists())

    def test_what_is_wrong_is_refused(self) -> None:
        self.add_permissions(*ALL)
        for wrong in (
            {'webhook_url': 'file:///etc/passwd'},
            {'events': []},
            {'events': ['everything']},
            {'filters': {'min_severity': 'high'}},
            {'timeout_seconds': 0},
        ):
            with self.subTest(wrong):
                response = self.post(self.path, {**DATA, **wrong})
                self.assertRefused(response, 400, 'VALIDATION_FAILED', 'ValidationFailed')
        self.assertFalse(Webhook.objects.exists())

    def test_netbox_sends_what_was_asked_for_and_of_this_fabric_only(self) -> None:
        self.add_permissions(*ALL)
        response = self.post(self.path, DATA)
        self.assertHttpStatus(response, 201)
        self.assertNotIn('canary', response.content.decode())
        webhook = Webhook.objects.get(pk=response.data['webhook_id'])
        self.assertEqual(
            (webhook.payload_url, webhook.secret), (DATA['webhook_url'], DATA['secret'])
        )
        get_queue('default').empty()
        other = a_fabric()
        for fabric, kind, status in (
            (self.fabric, 'sync', 'failed'),
            (self.fabric, 'undo', 'failed'),
            (self.fabric, 'sync', 'completed'),
            (other, 'sync', 'failed'),
        ):
            operation = an_operation(fabric, operation_type=kind, status=status)
            # A job is queued once the transaction stands.
            with self.captureOnCommitCallbacks(execute=True):
                tell_started(operation, self.user)
                tell_over(operation, self.user)
        sent = [
            (job.kwargs['event_type'], job.kwargs['data']['status'], job.kwargs['data']['id'])
            for job in get_queue('default').jobs
            if job.func_name == 'extras.webhooks.send_webhook'
        ]
        mine = self.fabric.pk
        self.assertEqual(
            sent,
            [
                ('hedgehog_sync_started', 'failed', mine),
                ('hedgehog_sync_failed', 'failed', mine),
                ('hedgehog_sync_started', 'completed', mine),
            ],
        )
        self.assertEqual(SyncOperation.objects.filter(fabric=other).count(), 1)

    def test_a_second_one_gets_a_name_of_its_own(self) -> None:
        self.add_permissions(*ALL)
        for _ in range(2):
            self.assertHttpStatus(self.post(self.path, DATA), 201)
        self.assertEqual(Webhook.objects.count(), 2)

    def made(self, address: str, **fields: object) -> str:
        """Makes a webhook and returns its address for a test, below the plugin's."""
        self.add_permissions(*ALL, 'extras.view_webhook')
        response = self.post(self.path, {**DATA, 'webhook_url': address, **fields})
        self.assertHttpStatus(response, 201)
        webhook = Webhook.objects.get(pk=response.data['webhook_id'])
        self.assertTrue(response.data['test_webhook_url'].endswith(f'/webhooks/{webhook.pk}/test/'))
        return f'webhooks/{webhook.pk}/test'

    def test_it_is_tried_out_by_a_real_signed_request(self) -> None:
        with Receiver() as receiver:
            path = self.made(f'http://{receiver.address}/hook', timeout_seconds=5)
            self.assertEqual(Webhook.objects.get().timeout, 5)
            response = self.post(path)
        self.assertHttpStatus(response, 200)
        self.assertEqual((response.data['ok'], response.data['status']), (True, 202))
        ((headers, body, where),) = receiver.taken
        self.assertEqual(where, '/hook')
        signed = hmac.new(DATA['secret'].encode(), body, 'sha512').hexdigest()
        self.assertEqual(headers['X-Hook-Signature'], signed)
        told = json.loads(body)
        self.assertIn(told['event'], ('hedgehog_sync_failed', 'hedgehog_sync_started'))
        self.assertEqual((told['data']['test'], told['data']['id']), (True, self.fabric.pk))

    def test_one_synchronisation_tells_the_webhook_its_request_names(self) -> None:
        self.add_permissions(
            'netbox_hedgehog.view_hedgehogfabric', 'netbox_hedgehog.sync_hedgehogfabric'
        )
        self.register_worker()
        with Receiver() as receiver:
            url = f'http://{receiver.address}/once'
            webhook = Webhook.objects.create(name='once', payload_url=url)
            asked = {'notifications': {'webhook_url': url}}
            path = f'fabrics/{a_fabric(git_repository=a_repository()).pk}/sync'
            # Nobody makes NetBox call an address that they may not see in it.
            self.assertRefused(self.post(path, asked), 422, 'VALIDATION_FAILED', 'WebhookUnknown')
            self.add_permissions('extras.view_webhook')
            response = self.post(path, asked)
            self.assertHttpStatus(response, 202)
            operation = SyncOperation.objects.get(pk=response.data['operation']['id'])
            self.assertEqual(operation.operation_config, {'webhook': webhook.pk})
            get_queue('default').empty()
            operation.status = 'completed'
            with self.captureOnCommitCallbacks(execute=True):
                tell_over(operation, self.user)
            (job,) = get_queue('default').jobs
            job.perform()
        ((_, body, where),) = receiver.taken
        told = json.loads(body)
        self.assertEqual(where, '/once')
        self.assertEqual(told['event'], 'hedgehog_sync_completed')
        self.assertEqual(told['data']['operation_id'], str(operation.operation_id))
        webhook.delete()
        with self.captureOnCommitCallbacks(execute=True):
            tell_over(operation, self.user)

    def test_nobody_listens(self) -> None:
        with Receiver() as receiver:
            gone = receiver.address
        response = self.post(self.made(f'http://{gone}/hook'))
        self.assertHttpStatus(response, 502)
        self.assertEqual((response.data['ok'], response.data['status']), (False, None))
        self.assertNotIn('canary', response.content.decode())

    def test_who_may_not_change_the_fabric_may_not_try_it(self) -> None:
        path = self.made('http://127.0.0.1:9/hook')
        ObjectPermission.objects.all().delete()
        self.assertHttpStatus(self.post(path), 403)
        self.add_permissions('extras.view_webhook', 'netbox_hedgehog.view_hedgehogfabric')
        self.assertHttpStatus(self.post(path), 403)
        other = Webhook.objects.create(name='other', payload_url='http://127.0.0.1:9/')
        self.add_permissions(*ALL)
        self.assertHttpStatus(self.post(f'webhooks/{other.pk}/test'), 404)
