"""The fields in which Git, the draft and the cluster differ, on the page of a resource."""

from utilities.testing import TestCase

from netbox_hedgehog.models import HedgehogResource
from netbox_hedgehog.sync.fields import differing_fields
from netbox_hedgehog.sync.sides import MISSING

from .builders import a_fabric, a_resource
from .pages import allow

SPEC = {'subnets': {'default': {'vlan': 1001, 'subnet': '10.0.1.0/24'}}, 'mode': 'l3vni'}


def changed(**default):
    return {**SPEC, 'subnets': {'default': {**SPEC['subnets']['default'], **default}}}


class FieldsTest(TestCase):
    def told(self, actual=None, **fields):
        row = a_resource(a_fabric(), desired_spec=fields.pop('desired_spec', SPEC), **fields)
        row.sync_state.actual_spec = actual
        return {each.path: each.values for each in differing_fields(row)}

    def test_where_all_agree_nothing_is_told(self):
        self.assertEqual(self.told(), {})
        self.assertEqual(self.told(SPEC), {})
        self.assertEqual(self.told(draft_spec=SPEC), {})
        self.assertEqual(self.told(desired_spec=None), {})

    def test_a_draft_against_git(self):
        self.assertEqual(
            self.told(draft_spec=changed(vlan=1002)),
            {'spec.subnets.default.vlan': (1001, 1002, MISSING)},
        )

    def test_all_three_differ(self):
        self.assertEqual(
            self.told(changed(vlan=7), draft_spec=changed(vlan=1002)),
            {'spec.subnets.default.vlan': (1001, 1002, 7)},
        )

    def test_a_field_that_only_the_cluster_has_otherwise_shows_the_draft_too(self):
        found = self.told(changed(vlan=7), draft_labels={'a': 'b'})
        self.assertEqual(found['spec.subnets.default.vlan'], (1001, 1001, 7))
        self.assertIn('b', str(next(v for path, v in found.items() if 'labels' in path)))

    def test_the_cluster_knows_no_labels_of_ours(self):
        self.assertEqual(self.told(SPEC, labels={'a': 'b'}), {})

    def test_what_is_not_in_git_yet_is_compared_with_the_cluster(self):
        found = self.told(changed(vlan=7), desired_spec=None, draft_spec=SPEC)
        self.assertEqual(found, {'spec.subnets.default.vlan': (MISSING, 1001, 7)})

    def test_the_page_shows_them(self):
        allow(self.user, HedgehogResource, 'view')
        row = a_resource(a_fabric(), desired_spec=SPEC, draft_spec=changed(vlan=1002))
        page = self.client.get(row.get_absolute_url())
        self.assertContains(page, 'Fields that differ')
        self.assertContains(page, 'spec.subnets.default.vlan')
        row.draft_spec = None
        row.save()
        self.assertNotContains(self.client.get(row.get_absolute_url()), 'Fields that differ')
