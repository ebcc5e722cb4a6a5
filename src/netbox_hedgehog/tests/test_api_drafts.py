"""Writing resources over REST: what becomes a draft, and what is refused."""

from utilities.testing import APITestCase

from netbox_hedgehog.models import HedgehogResource

from .builders import GROUP, a_fabric, a_resource

TEXT = """\
# kept as it is
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {name}
  namespace: default
  labels:
    team: network
spec:
  ipv4Namespace: default
"""


class DraftTest(APITestCase):
    model = HedgehogResource
    view_namespace = 'plugins-api:netbox_hedgehog'

    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric()

    def setUp(self):
        super().setUp()
        self.add_permissions(
            'netbox_hedgehog.add_hedgehogresource',
            'netbox_hedgehog.change_hedgehogresource',
            'netbox_hedgehog.view_hedgehogresource',
            'netbox_hedgehog.delete_hedgehogresource',
        )

    def post(self, **data):
        data = {'fabric': self.fabric.pk, **data}
        return self.client.post(self._get_list_url(), data, format='json', **self.header)

    def patch(self, resource, **data):
        url = self._get_detail_url(resource)
        return self.client.patch(url, data, format='json', **self.header)

    def test_text_gives_the_identity_and_the_drafts(self):
        text = TEXT.format(name='vpc-a')
        response = self.post(draft_text=text)
        self.assertHttpStatus(response, 201)
        resource = HedgehogResource.objects.get(pk=response.data['id'])
        self.assertEqual(resource.identity, f'{GROUP}/VPC/default/vpc-a')
        self.assertEqual(resource.api_version, 'v1beta1')
        self.assertEqual(resource.draft_text, text)
        self.assertEqual(resource.draft_spec, {'ipv4Namespace': 'default'})
        self.assertEqual(resource.draft_labels, {'team': 'network'})
        self.assertIsNone(resource.desired_spec)
        self.assertEqual(resource.draft_updated_by, self.user)
        self.assertIsNotNone(resource.draft_updated)
        self.assertEqual(resource.sync_state.resource_state, 'draft')
        self.assertTrue(response.data['has_draft'])

    def test_bad_text_is_refused_with_line_and_column(self):
        response = self.post(draft_text='apiVersion: v1\nkind: [\n')
        self.assertHttpStatus(response, 400)
        finding = response.data['draft_text'][0]
        self.assertGreaterEqual(int(finding['line']), 2)
        self.assertTrue(finding['message'])
        self.assertFalse(HedgehogResource.objects.exists())

    def test_two_documents_are_refused(self):
        text = TEXT.format(name='a') + '---\n' + TEXT.format(name='b')
        self.assertHttpStatus(self.post(draft_text=text), 400)

    def test_text_and_fields_may_not_contradict_each_other(self):
        response = self.post(draft_text=TEXT.format(name='vpc-a'), name='vpc-b')
        self.assertHttpStatus(response, 400)
        self.assertIn('name', response.data)
        response = self.post(draft_text=TEXT.format(name='vpc-a'), draft_spec={'x': 1})
        self.assertHttpStatus(response, 400)

    def test_identity_is_needed_without_text(self):
        response = self.post(draft_spec={})
        self.assertHttpStatus(response, 400)
        self.assertEqual(set(response.data), {'api_version', 'kind', 'name'})

    def test_spec_is_another_name_for_draft_spec(self):
        identity = {'api_group': GROUP, 'api_version': 'v1beta1', 'kind': 'VPC', 'name': 'a'}
        response = self.post(**identity, spec={'x': 1})
        self.assertHttpStatus(response, 201)
        self.assertEqual(response.data['draft_spec'], {'x': 1})
        resource = HedgehogResource.objects.get()
        response = self.patch(resource, spec={'x': 2}, draft_spec={'x': 3})
        self.assertHttpStatus(response, 400)

    def test_git_side_is_read_only(self):
        resource = a_resource(self.fabric, desired_spec={'a': 1}, labels={'b': '2'})
        self.patch(resource, desired_spec={'a': 9}, labels={}, managed_file_path='elsewhere')
        resource.refresh_from_db()
        self.assertEqual((resource.desired_spec, resource.labels), ({'a': 1}, {'b': '2'}))
        self.assertEqual(resource.sync_state.managed_file_path, '')

    def test_identity_stays(self):
        resource = a_resource(self.fabric, name='one')
        for field, value in (
            ('name', 'two'),
            ('kind', 'Switch'),
            ('namespace', 'lab'),
            ('fabric', a_fabric().pk),
        ):
            with self.subTest(field):
                response = self.patch(resource, **{field: value})
                self.assertHttpStatus(response, 400)
                self.assertIn(field, response.data)
        self.assertHttpStatus(self.patch(resource, name='one', description='x'), 200)
        response = self.patch(resource, draft_text=TEXT.format(name='two'))
        self.assertHttpStatus(response, 400)

    def test_edited_fields_replace_the_text(self):
        resource = a_resource(self.fabric, name='one')
        self.assertHttpStatus(self.patch(resource, draft_text=TEXT.format(name='one')), 200)
        resource.refresh_from_db()
        self.assertTrue(resource.draft_text)
        self.assertHttpStatus(self.patch(resource, draft_spec={'x': 1}), 200)
        resource.refresh_from_db()
        self.assertEqual((resource.draft_text, resource.draft_spec), ('', {'x': 1}))
        self.assertEqual(resource.draft_labels, {'team': 'network'})

    def test_discarding_a_draft(self):
        resource = a_resource(self.fabric, draft_spec={'x': 1})
        nothing = {'draft_spec': None, 'draft_labels': None, 'draft_annotations': None}
        response = self.patch(resource, **nothing, draft_text='')
        self.assertHttpStatus(response, 200)
        resource.refresh_from_db()
        self.assertFalse(resource.has_draft)
        self.assertIsNone(resource.draft_updated)

    def test_stale_etag(self):
        resource = a_resource(self.fabric)
        url = self._get_detail_url(resource)
        etag = self.client.get(url, **self.header)['ETag']
        self.assertHttpStatus(self.patch(resource, description='first'), 200)
        response = self.client.patch(
            url, {'description': 'late'}, format='json', headers={'If-Match': etag}, **self.header
        )
        self.assertHttpStatus(response, 412)

    def test_mission_fields_are_shown_and_filter(self):
        resource = a_resource(self.fabric, sync_direction='git_to_gui')
        a_resource(self.fabric)
        state = resource.sync_state
        state.managed_file_path, state.file_hash = 'managed/vpcs/a.yaml', 'a' * 64
        state.conflict_status = 'detected'
        state.last_file_sync = '2026-01-02T03:04:05Z'
        state.save()
        row = self.client.get(self._get_detail_url(resource), **self.header).data
        self.assertEqual(row['managed_file_path'], 'managed/vpcs/a.yaml')
        self.assertEqual(row['file_hash'], 'a' * 64)
        self.assertEqual(row['conflict_status']['value'], 'detected')
        self.assertEqual(row['last_file_sync'], '2026-01-02T03:04:05Z')
        for query in (
            'managed_file_path=managed/vpcs/a.yaml',
            'managed_file_path__isw=managed/vpcs',
            f'file_hash={"a" * 64}',
            'conflict_status=detected',
            'last_file_sync__gte=2026-01-01T00:00:00Z',
            'sync_direction=git_to_gui',
        ):
            with self.subTest(query):
                found = self.client.get(f'{self._get_list_url()}?{query}', **self.header).data
                self.assertEqual([each['id'] for each in found['results']], [resource.pk])

    def test_query_count_of_the_list_does_not_grow(self):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        self.client.get(self._get_list_url(), **self.header)  # warms the content type cache
        counts = []
        for wanted in (5, 50):
            while HedgehogResource.objects.count() < wanted:
                a_resource(self.fabric)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(f'{self._get_list_url()}?limit=100', **self.header)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])
