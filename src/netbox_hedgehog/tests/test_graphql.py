"""GraphQL: every model by its permissions, its filters, and no secret anywhere in the schema."""

import json
import re

from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from netbox.graphql.schema import schema
from utilities.testing import APITestCase, APIViewTestCases

from netbox_hedgehog import models

from .builders import (
    a_checkpoint,
    a_conflict,
    a_duplicate_group,
    a_fabric,
    a_policy,
    a_pull_request,
    a_repository,
    a_resource,
    an_entry,
    an_error,
    an_operation,
    an_upload,
)
from .pages import allow

# Words that stand in the name of a field that has no business in an answer.
SECRET = re.compile('secret|credential|password|token|sealed|passphrase|private_key|payload')
# Which say that there is one, or how it is kept, and not what it is.
HARMLESS = {'credential_source'}
# What people typed, as they did.
TYPED = ('base_text', 'new_text', 'draft_text', 'original_text')


class Cases:
    class Graph(APIViewTestCases.GraphQLTestCase):
        view_namespace = 'plugins-api:netbox_hedgehog'
        user_permissions = ()

        @classmethod
        def setUpTestData(cls):
            for number in range(3):
                cls.make(a_fabric(git_repository=a_repository(), branch=f'b-{number}'))


class GitRepositoryGraphTest(Cases.Graph):
    model = models.GitRepository
    graphql_base_name = 'hedgehog_git_repository'

    @classmethod
    def make(cls, fabric):
        return fabric.git_repository


class HedgehogFabricGraphTest(Cases.Graph):
    model = models.HedgehogFabric
    graphql_base_name = 'hedgehog_fabric'

    @classmethod
    def make(cls, fabric):
        return fabric


class HedgehogResourceGraphTest(Cases.Graph):
    model = models.HedgehogResource
    graphql_base_name = 'hedgehog_resource'

    @classmethod
    def make(cls, fabric):
        return a_resource(fabric, draft_spec={'subnets': {}})


class SyncOperationGraphTest(Cases.Graph):
    model = models.SyncOperation
    graphql_base_name = 'hedgehog_operation'

    @classmethod
    def make(cls, fabric):
        return an_operation(fabric, commit_sha='feed' * 10, total_file_size_bytes=5_000_000_000)


class ConflictGraphTest(Cases.Graph):
    model = models.ConflictResolution
    graphql_base_name = 'hedgehog_conflict'

    @classmethod
    def make(cls, fabric):
        return a_conflict(a_resource(fabric), path='managed/vpcs/a.yaml')


class OutboxEntryGraphTest(Cases.Graph):
    model = models.OutboxEntry
    graphql_base_name = 'hedgehog_outbox_entry'

    @classmethod
    def make(cls, fabric):
        return an_entry(a_resource(fabric))


class PullRequestGraphTest(Cases.Graph):
    model = models.PullRequest
    graphql_base_name = 'hedgehog_pull_request'

    @classmethod
    def make(cls, fabric):
        return a_pull_request(fabric)


class RawUploadGraphTest(Cases.Graph):
    model = models.RawUpload
    graphql_base_name = 'hedgehog_upload'

    @classmethod
    def make(cls, fabric):
        return an_upload(fabric)


class CheckpointGraphTest(Cases.Graph):
    model = models.Checkpoint
    graphql_base_name = 'hedgehog_checkpoint'

    @classmethod
    def make(cls, fabric):
        return a_checkpoint(fabric)


class ErrorRecordGraphTest(Cases.Graph):
    model = models.ErrorRecord
    graphql_base_name = 'hedgehog_error'

    @classmethod
    def make(cls, fabric):
        return an_error(fabric)


class DuplicateGroupGraphTest(Cases.Graph):
    model = models.YAMLDuplicateGroup
    graphql_base_name = 'hedgehog_duplicate_group'

    @classmethod
    def make(cls, fabric):
        return a_duplicate_group(fabric)


class DuplicateFileGraphTest(Cases.Graph):
    model = models.YAMLDuplicateFile
    graphql_base_name = 'hedgehog_duplicate_file'

    @classmethod
    def make(cls, fabric):
        return a_duplicate_group(fabric)


class PolicyGraphTest(Cases.Graph):
    model = models.ResolutionPolicy
    graphql_base_name = 'hedgehog_policy'

    @classmethod
    def make(cls, fabric):
        return a_policy(name=f'Policy {fabric.pk}')


class PolicyVersionGraphTest(PolicyGraphTest):
    model = models.ResolutionPolicyVersion
    graphql_base_name = 'hedgehog_policy_version'


class WholeSchemaTest(APITestCase):
    def ours(self):
        """Type name -> fields, of every type and filter of the plugin."""
        found = {}
        for name, definition in schema._schema.type_map.items():
            strawberry_definition = (definition.extensions or {}).get('strawberry-definition')
            origin = getattr(strawberry_definition, 'origin', None)
            if getattr(origin, '__module__', '').startswith('netbox_hedgehog.'):
                found[name] = set(getattr(definition, 'fields', {}))
        return found

    def test_every_model_has_a_type_and_every_user_facing_one_a_root_field(self):
        types = self.ours()
        roots = set(schema._schema.query_type.fields)
        for model in apps.get_app_config('netbox_hedgehog').get_models():
            if model is models.BlobMeaning:
                # A cache of what the engine read.
                continue
            with self.subTest(model.__name__):
                self.assertIn(f'{model.__name__}Type', types)
                self.assertIn(f'{model.__name__}Filter', types)
        self.assertEqual(len([each for each in roots if each.startswith('hedgehog_')]), 28)

    def test_no_field_and_no_filter_is_a_secret(self):
        types = self.ours()
        self.assertGreater(len(types), 20)
        found = {
            f'{name}.{field}'
            for name, fields in types.items()
            for field in fields
            if SECRET.search(field.lower()) and field not in HARMLESS
        }
        self.assertEqual(found, set())

    def test_what_people_typed_and_uploaded_is_not_in_it(self):
        types = self.ours()
        self.assertNotIn('content', types['RawUploadType'])
        for name in (
            'base_text',
            'new_text',
            'draft_text',
            'original_text',
            'snapshot',
            'operation_config',
        ):
            self.assertFalse([each for each, fields in types.items() if name in fields], name)


class AskingTest(APITestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(name='Lab', git_repository=a_repository())
        self.seen = a_resource(self.fabric, name='seen', desired_spec={'a': 1})
        self.hidden = a_resource(self.fabric, name='hidden', kind='Switch')

    def ask(self, query):
        response = self.client.post(
            reverse('graphql'), data={'query': query}, format='json', **self.header
        )
        return json.loads(response.content)

    def test_only_what_one_may_see_directly_and_through_a_relation(self):
        allow(self.user, models.HedgehogFabric, 'view')
        allow(self.user, models.HedgehogResource, 'view', name='seen')
        found = self.ask(
            '{hedgehog_fabric_list {name resources {name}} hedgehog_resource_list {name}}'
        )
        self.assertEqual(
            found['data'],
            {
                'hedgehog_fabric_list': [{'name': 'Lab', 'resources': [{'name': 'seen'}]}],
                'hedgehog_resource_list': [{'name': 'seen'}],
            },
        )

    def test_a_fabric_one_may_not_see_is_not_told_of(self):
        allow(self.user, models.HedgehogResource, 'view')
        found = self.ask('{hedgehog_resource_list {name fabric {name}}}')
        self.assertNotIn('Lab', json.dumps(found))

    def test_what_is_said_now_with_its_state(self):
        allow(self.user, models.HedgehogResource, 'view')
        self.seen.draft_spec = {'a': 2}
        self.seen.save()
        found = self.ask(
            '{hedgehog_resource_list(filters: {kind: {exact: "VPC"}})'
            ' {name has_draft effective_spec sync_state {resource_state findings}}}'
        )
        self.assertEqual(
            found['data']['hedgehog_resource_list'],
            [
                {
                    'name': 'seen',
                    'has_draft': True,
                    'effective_spec': {'a': 2},
                    'sync_state': {
                        'resource_state': 'draft',
                        'findings': [],
                    },
                }
            ],
        )

    def test_the_fabric_can_be_asked_for(self):
        allow(self.user, models.HedgehogResource, 'view')
        other = a_resource(a_fabric(name='Other'), name='other')
        for asked in (f'fabric_id: {other.fabric_id}', 'fabric: {name: {exact: "Other"}}'):
            found = self.ask(f'{{hedgehog_resource_list(filters: {{{asked}}}) {{name}}}}')
            self.assertEqual(found['data']['hedgehog_resource_list'], [{'name': 'other'}])

    def test_what_lies_beside_a_row_can_be_asked_for_and_by(self):
        allow(self.user, models.HedgehogFabric, 'view')
        allow(self.user, models.HedgehogResource, 'view')
        models.HealthAlert.objects.create(
            fabric=self.fabric,
            name='sync_overdue',
            message='9 intervals old',
            value=9,
            threshold=6,
            raised_at=timezone.now(),
        )
        models.DuplicateScan.objects.create(fabric=self.fabric, commit='feed' * 10, files=7)
        a_fabric(name='Other')
        for asked in (
            'alerts: {name: {exact: "sync_overdue"}}',
            'duplicate_scan: {commit: {starts_with: "feed"}}',
        ):
            found = self.ask(
                f'{{hedgehog_fabric_list(filters: {{{asked}}})'
                ' {name alerts {message cleared_at} duplicate_scan {files near_misses_total}}}'
            )
            self.assertEqual(
                found['data']['hedgehog_fabric_list'],
                [
                    {
                        'name': 'Lab',
                        'alerts': [{'message': '9 intervals old', 'cleared_at': None}],
                        'duplicate_scan': {'files': 7, 'near_misses_total': 0},
                    }
                ],
            )
        # The database counts them itself.
        findings = [{'severity': 'error'}, {'severity': 'error'}]
        models.ResourceSyncState.objects.filter(resource=self.seen).update(findings=findings)
        found = self.ask(
            '{hedgehog_resource_list(filters: {sync_state: {error_count: {gt: 1}}}) {name}}'
        )
        self.assertEqual(found['data']['hedgehog_resource_list'], [{'name': 'seen'}])
