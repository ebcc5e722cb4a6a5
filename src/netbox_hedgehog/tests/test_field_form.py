"""The form of a text: which fields every kind has, and one field written into the text in place."""

from django.test import SimpleTestCase

from hedgehog_gitops.kinds import CATALOGUE, read_definitions
from netbox_hedgehog.forms.draft_text import kind_template
from netbox_hedgehog.sync.field_edit import add_key, remove_field, write_field
from netbox_hedgehog.sync.field_form import Shape, Unshown, form_of, only_value
from netbox_hedgehog.sync.own_kinds import current_identity

VPC = """\
# Who asks: the lab team
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  # the servers of the lab
  subnets:
    default: {subnet: 10.0.1.0/24, vlan: 1001}   # may move
    "a.b":
      vlan: 1002
  invented: stays   # by somebody
  mode: 'l2vni'
"""

# Fields of every main kind, each with how it is shown, as the kind's schema has them.
FIELDS = {
    'Connection': {
        'spec.mclag.links[0].server.port': Shape.TEXT,
        'spec.unbundled.mtu': Shape.NUMBER,
        'spec.bundled.fallback': Shape.FLAG,
    },
    'External': {'spec.ipv4Namespace': Shape.TEXT, 'spec.inboundCommunity': Shape.TEXT},
    'ExternalAttachment': {'spec.connection': Shape.TEXT, 'spec.switch.vlan': Shape.NUMBER},
    'ExternalPeering': {
        'spec.permit.vpc.name': Shape.TEXT,
        'spec.permit.external.prefixes[0].prefix': Shape.TEXT,
    },
    'IPv4Namespace': {'spec.subnets[0]': Shape.TEXT},
    'Server': {'spec.description': Shape.TEXT},
    'Switch': {
        'spec.role': Shape.CHOICE,
        'spec.profile': Shape.TEXT,
        'spec.redundancy.group': Shape.TEXT,
        'spec.portBreakouts': Shape.MAP,
    },
    'SwitchGroup': {'spec': Shape.GROUP},
    'VLANNamespace': {'spec.ranges[0].from': Shape.NUMBER, 'spec.ranges[0].to': Shape.NUMBER},
    'VPC': {
        'spec.subnets': Shape.MAP,
        'spec.defaultIsolated': Shape.FLAG,
        'spec.staticRoutes[0].nextHops[0]': Shape.TEXT,
    },
    'VPCAttachment': {'spec.subnet': Shape.TEXT, 'spec.nativeVLAN': Shape.FLAG},
    'VPCPeering': {'spec.permit[0]': Shape.MAP, 'spec.remote': Shape.TEXT},
}


def all_fields(fields):
    for each in fields:
        yield each
        yield from all_fields(each.inner)


def by_address(text, kinds=CATALOGUE, named=True):
    return {each.address: each for each in all_fields(form_of(text, kinds, named=named).fields)}


def empty(kind):
    what = current_identity(kind)
    version = f'{what["api_group"]}/{what["api_version"]}'
    return f'apiVersion: {version}\nkind: {kind}\nmetadata:\n  name: one\n'


class FieldFormTest(SimpleTestCase):
    def test_every_main_kind_has_its_fields(self):
        self.assertEqual({kind.kind for kind in CATALOGUE.main_kinds}, set(FIELDS))
        for kind, wanted in FIELDS.items():
            found = by_address(empty(kind))
            shapes = {path: found[path].shape for path in wanted if path in found}
            self.assertEqual(shapes, wanted, kind)
            self.assertFalse(any(each.present for each in found.values() if 'spec' in each.address))

    def test_every_field_of_every_main_kind_can_be_shown(self):
        for kind in CATALOGUE.main_kinds:
            found = by_address(empty(kind.kind))
            left = {path: each.why for path, each in found.items() if each.shape is Shape.UNSHOWN}
            self.assertEqual(left, {}, kind.kind)

    def test_every_reference_of_every_main_kind_is_at_its_field(self):
        for kind in CATALOGUE.main_kinds:
            text = kind_template(kind.kind)
            found = {row.field for each in by_address(text).values() for row in each.references}
            # A map shows its entries only, so what lies in entries that are not there is not seen.
            wanted = {row.field for row in kind.references if '{}' not in row.field}
            self.assertEqual(found & wanted, wanted, kind.kind)

    def test_the_templates_of_the_kinds_hold_nothing_the_form_does_not_know(self):
        for kind in CATALOGUE.main_kinds:
            found = by_address(kind_template(kind.kind)).values()
            self.assertTrue(found, kind.kind)
            self.assertEqual([e.address for e in found if e.shape is Shape.UNSHOWN], [], kind.kind)

    def test_what_the_text_holds_is_in_the_fields(self):
        found = by_address(VPC)
        self.assertEqual(found['spec.subnets.default.vlan'].value, '1001')
        self.assertEqual(found['spec.subnets."a.b".vlan'].value, '1002')
        self.assertEqual(found['spec.mode'].value, 'l2vni')
        self.assertTrue(found['spec.subnets.default'].removable)
        self.assertFalse(found['spec.subnets.default.gateway'].present)

    def test_what_the_form_cannot_show_is_named(self):
        text = VPC.replace('vlan: 1002', 'vlan: [1]') + 'further: 1\n'
        found = by_address(text)
        self.assertIs(found['spec.invented'].why, Unshown.UNKNOWN)
        self.assertIs(found['further'].why, Unshown.UNKNOWN)
        self.assertIs(found['spec.subnets."a.b".vlan'].why, Unshown.OTHER_TYPE)

    def test_the_name_is_a_field_of_a_new_object_alone(self):
        self.assertNotIn('metadata.name', by_address(VPC))
        self.assertTrue(by_address(VPC, named=False)['metadata.name'].required)

    def test_no_form_for_what_is_no_object_or_of_an_unknown_kind(self):
        self.assertFalse(form_of('a: [', CATALOGUE, named=True).readable)
        self.assertFalse(form_of(f'{VPC}---\n{VPC}', CATALOGUE, named=True).readable)
        for text in ('a: 1\n', VPC.replace('v1beta1', 'v9'), VPC.replace('kind: VPC', 'kind: X')):
            form = form_of(text, CATALOGUE, named=True)
            self.assertEqual((form.readable, form.fields), (True, ()))

    def test_a_kind_of_the_fabric_itself_has_the_form_of_its_definition(self):
        described = {'type': 'string', 'enum': ['red', 'blue'], 'description': 'How it is painted'}
        anything = {'x-kubernetes-preserve-unknown-fields': True}
        colour = {'type': 'object', 'required': ['paint'], 'properties': {'paint': described}}
        colour['properties']['free'] = anything
        schema = {'type': 'object', 'properties': {'spec': colour}}
        version = {'name': 'v1', 'served': True, 'storage': True}
        definition = {
            'apiVersion': 'apiextensions.k8s.io/v1',
            'kind': 'CustomResourceDefinition',
            'metadata': {'name': 'colours.example.com'},
            'spec': {
                'group': 'example.com',
                'scope': 'Namespaced',
                'names': {'kind': 'Colour', 'plural': 'colours'},
                'versions': [{**version, 'schema': {'openAPIV3Schema': schema}}],
            },
        }
        kinds = CATALOGUE.with_kinds(read_definitions(definition)[0])
        text = (
            'apiVersion: example.com/v1\nkind: Colour\nmetadata:\n  name: a\nspec:\n  free: [1]\n'
        )
        found = by_address(text, kinds)
        paint = found['spec.paint']
        self.assertEqual((paint.shape, paint.choices), (Shape.CHOICE, ('red', 'blue')))
        self.assertTrue(paint.required)
        self.assertEqual(paint.node['description'], 'How it is painted')
        self.assertIs(found['spec.free'].why, Unshown.FREE)
        edit = write_field(text, 'spec.paint', 'blue', kinds)
        self.assertEqual(edit.text, f'{text}  paint: blue\n')


class FieldEditTest(SimpleTestCase):
    def write(self, address, typed, text=VPC):
        edit = write_field(text, address, typed, CATALOGUE)
        self.assertEqual(edit.refusal, '')
        return edit.text

    def test_only_the_bytes_of_the_field_change(self):
        changed = self.write('spec.subnets.default.vlan', '1999')
        self.assertEqual(changed, VPC.replace('1001', '1999'))
        changed = self.write('spec.mode', 'l3vni')
        self.assertEqual(changed, VPC.replace("'l2vni'", "'l3vni'"))
        line_ends = VPC.replace('\n', '\r\n')
        changed = self.write('spec.subnets."a.b".vlan', '7', line_ends)
        self.assertEqual(changed, line_ends.replace('1002', '7'))

    def test_a_field_that_was_not_there_leaves_every_line_in_place(self):
        for address in ('spec.defaultIsolated', 'metadata.labels', 'spec.permit[0][0]'):
            if address == 'metadata.labels':
                changed = add_key(VPC, address, 'team', CATALOGUE).text
            else:
                changed = self.write(address, 'true')
            lines = changed.splitlines()
            self.assertEqual([line for line in lines if line in VPC.splitlines()], VPC.splitlines())
            self.assertGreater(len(lines), len(VPC.splitlines()))

    def test_a_value_has_the_type_of_its_field(self):
        text = self.write('spec.subnets.default.vlan', '5')
        text = self.write('spec.subnets.default.isolated', 'true', text)
        text = self.write('spec.mode', '1', text)
        text = self.write('spec.staticRoutes[0].nextHops[0]', '10.0.0.1', text)
        spec = only_value(text)['spec']
        self.assertEqual(
            spec['subnets']['default'], {'subnet': '10.0.1.0/24', 'vlan': 5, 'isolated': True}
        )
        self.assertEqual(spec['mode'], '1')
        self.assertEqual(spec['staticRoutes'], [{'nextHops': ['10.0.0.1']}])

    def test_an_emptied_field_is_taken_out_and_a_map_keeps_its_key(self):
        self.assertEqual(self.write('spec.mode', ''), VPC.replace("  mode: 'l2vni'\n", ''))
        labelled = add_key(VPC, 'metadata.labels', 'team', CATALOGUE).text
        self.assertEqual(self.write('metadata.labels.team', '', labelled), labelled)
        gone = remove_field(labelled, 'metadata.labels.team').text
        self.assertEqual(only_value(gone)['metadata']['labels'], {})

    def test_an_entry_is_added_and_removed(self):
        added = add_key(VPC, 'spec.subnets', 'new', CATALOGUE)
        self.assertEqual(only_value(added.text)['spec']['subnets']['new'], {})
        self.assertEqual(remove_field(added.text, 'spec.subnets.new').text, VPC)
        again = add_key(added.text, 'spec.subnets', 'new', CATALOGUE)
        self.assertEqual(again.text, added.text)
        self.assertIn('already', again.refusal)

    def test_what_cannot_be_written_is_refused_and_changes_nothing(self):
        aliased = VPC.replace('default: {', 'default: &one {') + '  permit: [*one]\n'
        for text, address, typed in (
            (VPC, 'spec.subnets.default.vlan', 'many'),
            (VPC, 'spec.defaultIsolated', 'perhaps'),
            (VPC, 'spec.nothing', '1'),
            (VPC, 'spec.subnets', '1'),
            (VPC, 'spec.permit[7]', '1'),
            (VPC, '..', '1'),
            ('a: [', 'spec.mode', '1'),
            (aliased, 'spec.subnets.default.vlan', '9'),
        ):
            edit = write_field(text, address, typed, CATALOGUE)
            self.assertEqual(edit.text, text)
            self.assertTrue(edit.refusal, (address, typed))
