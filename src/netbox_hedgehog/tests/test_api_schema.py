"""The OpenAPI schema: one broken serializer would break that of the whole NetBox."""

import re

from django.test import TestCase
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema

from netbox_hedgehog.api.examples import EXAMPLES
from netbox_hedgehog.api.schema import STANDARD_ACTIONS

from .endpoints import rest_endpoints

BASE = '/api/plugins/hedgehog'


class SchemaTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        GENERATOR_STATS.reset()
        with GENERATOR_STATS.silence():
            cls.schema = SchemaGenerator().get_schema(public=True)
        said = (*GENERATOR_STATS._warn_cache, *GENERATOR_STATS._error_cache)
        cls.complaints = [line for line in said if 'hedgehog' in line.lower()]

    def test_valid_and_without_complaints(self):
        self.assertEqual(self.complaints, [])
        validate_schema(self.schema)

    def test_every_endpoint_is_there(self):
        for path, method in (
            ('/fabrics/', 'get'),
            ('/git-repositories/', 'post'),
            ('/resources/{id}/', 'patch'),
            ('/sync-operations/{id}/', 'get'),
            ('/conflicts/', 'get'),
            ('/outbox/', 'get'),
            ('/fabrics/{id}/init-gitops/', 'post'),
            ('/fabrics/{id}/ingest-raw/', 'post'),
            ('/fabrics/{id}/sync/', 'post'),
            ('/fabrics/{id}/gitops-status/', 'get'),
            ('/git-repositories/{id}/test-connection/', 'post'),
            ('/git-repositories/{id}/webhook-secret/', 'post'),
            ('/git-repositories/{id}/webhook-secret/', 'delete'),
            ('/git-repositories/{id}/register-webhook/', 'post'),
            ('/fabrics/{id}/files/upload/', 'post'),
            ('/uploads/{id}/', 'delete'),
            ('/fabrics/{id}/files/', 'get'),
            ('/fabrics/{id}/files/content/', 'get'),
            ('/fabrics/{id}/files/history/', 'get'),
            ('/fabrics/{id}/files/diff/', 'get'),
            ('/fabrics/{id}/files/metadata/', 'get'),
            ('/fabrics/{id}/files/originals/', 'get'),
            ('/fabrics/{id}/files/operations/', 'post'),
            ('/fabrics/{id}/files/restore/', 'post'),
            ('/fabrics/{id}/removed/', 'get'),
            ('/fabrics/{id}/backups/', 'get'),
            ('/fabrics/{id}/restore/', 'post'),
            ('/fabrics/{id}/checkpoints/', 'get'),
            ('/fabrics/{id}/checkpoints/', 'post'),
            ('/checkpoints/{id}/rollback/', 'post'),
            ('/resources/{id}/history/', 'get'),
            ('/resources/{id}/blame/', 'get'),
            ('/resources/{id}/diff/', 'get'),
            ('/resources/{id}/restore/', 'post'),
            ('/fabrics/sync/', 'post'),
            ('/fabrics/{id}/branches/compare/', 'post'),
            ('/fabrics/{id}/branches/merge/', 'post'),
            ('/pull-requests/', 'get'),
            ('/pull-requests/{id}/merge/', 'post'),
            ('/pull-requests/{id}/close/', 'post'),
            ('/outbox/{id}/retry/', 'post'),
            ('/outbox/{id}/discard/', 'post'),
            ('/git-repositories/{id}/branches/', 'get'),
            ('/git-repositories/{id}/branches/', 'post'),
            ('/git-repositories/{id}/sync/', 'post'),
            ('/webhooks/{repository}/', 'post'),
        ):
            self.assertIn(method, self.schema['paths'][BASE + path], path)

    def test_actions_say_what_they_answer(self):
        for action in ('init-gitops', 'ingest-raw', 'sync', 'files/upload'):
            answers = self.schema['paths'][f'{BASE}/fabrics/{{id}}/{action}/']['post']['responses']
            self.assertLessEqual({'202', '400', '403', '404', '409', '503'}, set(answers))

    def test_every_request_of_an_action_is_in_the_examples(self):
        for each in rest_endpoints():
            own = each.action not in STANDARD_ACTIONS and each.method != 'GET' and not each.spelling
            if not own or each.path in ('webhooks/<uuid>/', 'webhooks/<id>/test/'):
                continue
            path = re.sub('<id>', '{id}', f'{BASE}/{each.path}')
            body = self.schema['paths'][path][each.method.lower()].get('requestBody')
            if body is not None:
                shown = body['content']['application/json']
                self.assertIn('examples', shown, f'{each}: add its serializer to api/examples.py')

    def test_the_examples_are_valid(self):
        for serializer, body in EXAMPLES.items():
            made = serializer(data=body)
            self.assertTrue(made.is_valid(), f'{serializer.__name__}: {made.errors}')

    def test_no_secret_is_promised(self):
        properties = self.schema['components']['schemas']['GitRepository']['properties']
        self.assertNotIn('encrypted_credentials', properties)
        self.assertNotIn('webhook_secret', properties)
        self.assertTrue(properties['has_credential']['readOnly'])
