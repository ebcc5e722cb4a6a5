"""What a person typed is read as Kubernetes reads it, and shown as it would be written."""

from typing import Any
from unittest.mock import patch

from django.conf import settings
from django.test import TestCase

from netbox_hedgehog.models import HedgehogResource, ResourceSyncState
from netbox_hedgehog.sync.drafts import current_text, draft_diff, read_draft

from .builders import a_fabric, a_resource
from .git_case import vpc

BASE_TEXT = vpc('one', comment='  # keep').decode()


class ReadDraftTest(TestCase):
    def codes(self, text: str, resource: HedgehogResource | None = None) -> list[str]:
        reading = read_draft(text, resource)
        self.assertFalse(reading.ok)
        return [finding['code'] for finding in reading.findings]

    def test_one_good_object(self) -> None:
        reading = read_draft(BASE_TEXT)
        self.assertTrue(reading.ok, reading.findings)
        identity = (reading.api_group, reading.api_version, reading.kind, reading.namespace)
        self.assertEqual(identity, ('vpc.githedgehog.com', 'v1beta1', 'VPC', 'default'))
        self.assertEqual(reading.name, 'one')
        self.assertEqual(reading.spec['subnets']['default']['vlan'], 1001)

    def test_nothing_and_too_much(self) -> None:
        self.assertEqual(self.codes('# only a comment\n'), ['DraftEmpty'])
        self.assertEqual(self.codes(BASE_TEXT + '---\n' + BASE_TEXT), ['SeveralDocuments'])

    def test_a_syntax_error_names_its_line(self) -> None:
        reading = read_draft('apiVersion: x\nkind: [VPC\nname: y\n')
        self.assertFalse(reading.ok)
        self.assertTrue(reading.findings[0]['line'])

    def test_a_foreign_kind_and_a_bad_name(self) -> None:
        foreign = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
        self.assertEqual(self.codes(foreign), ['KindNotManaged'])
        self.assertEqual(self.codes(BASE_TEXT.replace('name: one', 'name: One_1')), ['NameInvalid'])

    def test_another_object_than_the_pages(self) -> None:
        row = a_resource(a_fabric(), name='two')
        self.assertEqual(self.codes(BASE_TEXT, row), ['IdentityChanged'])

    def test_a_spec_that_is_no_mapping(self) -> None:
        self.assertIn('NotAMapping', self.codes(BASE_TEXT.partition('spec:')[0] + 'spec: [1]\n'))

    def test_origin_annotations_are_not_the_users(self) -> None:
        text = BASE_TEXT.replace(
            '  name: one\n',
            '  name: one\n  annotations:\n    hnp.githedgehog.com/fabric: lab\n    team: core\n',
        )
        self.assertEqual(read_draft(text).annotations, {'team': 'core'})


class CurrentTextTest(TestCase):
    def setUp(self) -> None:
        spec = read_draft(BASE_TEXT).spec
        row = a_resource(a_fabric(), name='one', desired_spec=spec)
        ResourceSyncState.objects.filter(resource=row).update(
            base_text=BASE_TEXT, managed_file_path='managed/vpcs/one.yaml'
        )
        self.row = HedgehogResource.objects.get(pk=row.pk)

    def test_without_a_draft_it_is_gits_text(self) -> None:
        self.assertEqual(current_text(self.row), BASE_TEXT)
        self.assertEqual(draft_diff(self.row), '')

    def test_a_drafted_field_is_spliced_in(self) -> None:
        self.row.draft_spec = {**self.row.desired_spec}
        self.row.draft_spec['subnets'] = {'default': {'subnet': '10.0.1.0/24', 'vlan': 1002}}
        self.assertEqual(current_text(self.row), BASE_TEXT.replace('1001', '1002'))
        changed = [line for line in draft_diff(self.row).splitlines() if line[:1] in '+-']
        self.assertEqual(
            changed,
            [
                '--- a/managed/vpcs/one.yaml',
                '+++ b/managed/vpcs/one.yaml',
                '-      vlan: 1001  # keep',
                '+      vlan: 1002  # keep',
            ],
        )

    def test_a_raised_limit_holds_for_drafts(self) -> None:
        deep: Any = 'bottom'
        for _ in range(110):
            deep = {'a': deep}
        ours = settings.PLUGINS_CONFIG['netbox_hedgehog']
        self.row.draft_spec = {**self.row.desired_spec, 'deep': deep}
        with patch.dict(ours, limits={'depth': 150}):
            text = current_text(self.row)
            self.assertTrue(text.startswith(BASE_TEXT) and 'bottom' in text)
            reading = read_draft(text)
            self.assertTrue(reading.ok, reading.findings)
        self.assertIn('TooDeep', {f['code'] for f in read_draft(text).findings})

    def test_a_drafted_text_is_shown_as_typed(self) -> None:
        self.row.draft_text = '# mine\n' + BASE_TEXT
        self.assertEqual(current_text(self.row), self.row.draft_text)

    def test_a_label_alone_changes_only_its_lines(self) -> None:
        self.row.draft_labels = {'site': 'lab'}
        text = current_text(self.row)
        self.assertIn('site: lab', text)
        self.assertIn('# keep', text)
        self.assertEqual(read_draft(text).spec, self.row.desired_spec)

    def test_an_object_new_in_netbox_is_written_out(self) -> None:
        row = HedgehogResource(
            fabric=self.row.fabric, api_group='vpc.githedgehog.com', api_version='v1beta1',
            kind='VPC', namespace='default', name='new', draft_spec={'vni': 7},
        )  # fmt: skip
        reading = read_draft(current_text(row))
        self.assertTrue(reading.ok, reading.findings)
        self.assertEqual((reading.name, reading.spec), ('new', {'vni': 7}))
