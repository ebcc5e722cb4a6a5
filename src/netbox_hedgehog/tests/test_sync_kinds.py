"""What a fabric's own definitions and the rules of the kinds say, on the way through NetBox."""

from hedgehog_gitops.kinds import CATALOGUE
from netbox_hedgehog.models import HedgehogFabric, HedgehogResource
from netbox_hedgehog.sync.drafts import read_draft
from netbox_hedgehog.sync.own_kinds import known_kinds

from .git_case import BASE, GitCase, vpc

DEFINITION = b"""\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: widgets.lab.example.com
spec:
  group: lab.example.com
  names: {plural: widgets, singular: widget, kind: Widget}
  scope: Namespaced
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [size]
            properties:
              size: {type: integer, maximum: 9}
"""
WIDGET = b"""\
apiVersion: lab.example.com/v1
kind: Widget
metadata:
  name: one
spec:
  size: 12
"""


class OwnKindsTest(GitCase):
    """A kind nobody has heard of, brought along by the fabric."""

    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()
        self.person.push({f'{BASE}/crds/widgets.yaml': DEFINITION, f'{BASE}/raw/one.yaml': WIDGET})

    def test_it_is_ingested_stored_and_judged_by_its_own_schema(self) -> None:
        operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        self.assertIn(f'{BASE}/managed/widgets/one.yaml', self.person.files(BASE))
        row = HedgehogResource.objects.get(fabric=self.fabric, kind='Widget')
        self.assertEqual((row.api_group, row.desired_spec), ('lab.example.com', {'size': 12}))
        (finding,) = row.sync_state.findings
        self.assertEqual((finding['code'], finding['field']), ('OutOfRange', 'spec.size'))

    def test_a_draft_of_it_is_read_by_the_same_kinds(self) -> None:
        self.assertIs(known_kinds(self.fabric), CATALOGUE)
        self.run_operation(self.fabric)
        self.fabric = HedgehogFabric.objects.get(pk=self.fabric.pk)
        reading = read_draft(WIDGET.decode(), fabric=self.fabric)
        self.assertTrue(reading.ok)
        self.assertEqual([each['code'] for each in reading.findings], ['OutOfRange'])
        self.assertFalse(read_draft(WIDGET.decode()).ok)

    def test_a_changed_definition_judges_what_did_not_change(self) -> None:
        self.run_operation(self.fabric)
        self.person.push({f'{BASE}/crds/widgets.yaml': DEFINITION.replace(b'9', b'99')})
        self.run_operation(self.fabric)
        row = HedgehogResource.objects.get(fabric=self.fabric, kind='Widget')
        self.assertEqual(row.sync_state.findings, [])


class RulesTest(GitCase):
    """What a cluster would refuse is told, and kept all the same."""

    def test_findings_of_an_object_are_stored_with_field_and_suggestion(self) -> None:
        fabric = self.ready_fabric()
        text = vpc('vpc-1').replace(b'vlan: 1001', b'vlan: "1001"')
        self.person.push({f'{BASE}/raw/a.yaml': text})
        operation = self.run_operation(fabric)
        self.assertEqual(operation.status, 'completed', operation.last_error_message)
        row = HedgehogResource.objects.get(fabric=fabric, name='vpc-1')
        (finding,) = row.sync_state.findings
        self.assertEqual(finding['code'], 'WrongType')
        self.assertEqual(finding['field'], 'spec.subnets.default.vlan')
        self.assertEqual(finding['file'], f'{BASE}/managed/vpcs/vpc-1.yaml')
        self.assertTrue(finding['suggestion'] and finding['line'])

    def test_a_draft_with_problems_is_told_and_may_be_saved(self) -> None:
        text = vpc('vpc-1').replace(b'vlan: 1001', b'vlan: 5000').decode()
        reading = read_draft(text)
        self.assertTrue(reading.ok)
        self.assertEqual([each['severity'] for each in reading.findings], ['error'])
        self.assertEqual(reading.findings[0]['field'], 'spec.subnets.default.vlan')
