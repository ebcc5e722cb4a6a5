"""What the webhook tests share: a repository with a secret, and deliveries as hosts send them."""

import hashlib
import hmac
import json
import uuid

from django.contrib.auth import get_user_model
from django_rq.queues import get_queue

from netbox_hedgehog.models import GitRepository
from netbox_hedgehog.sync.webhook_secrets import replace_secret

from .git_case import KEYS
from .test_api_actions import plugin_settings

__all__ = ['SECRET', 'ZEROS', 'WebhookCase', 'push', 'signed']

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
        self.repository = repository
        self.user = get_user_model().objects.create_user(f'keeper-{uuid.uuid4().hex[:6]}')
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
