"""Pages of resources: the YAML editor, the draft, the diff, and what is refused and why."""

from core.models import ObjectChange
from django.urls import reverse
from utilities.testing import TestCase, ViewTestCases

from netbox_hedgehog.forms.draft_text import kind_template
from netbox_hedgehog.forms.yaml_field import restore_line_ends
from netbox_hedgehog.models import HedgehogResource
from netbox_hedgehog.sync.drafts import read_draft
from netbox_hedgehog.ui.kinds import LABELS

from .builders import a_conflict, a_fabric, a_resource
from .pages import PluginUrls, allow

VPC = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {name}
spec:
  # the servers of the lab
  subnets:
    default:
      subnet: 10.0.1.0/24
      vlan: 1001
"""

# NetBox's case counts the lines of its CSV.
ONE_LINE = (
    '{{apiVersion: vpc.githedgehog.com/v1beta1, kind: VPC, metadata: {{name: {name}}}, spec: {{}}}}'
)


def a_vpc(fabric, name, text=None, **fields):
    """A resource as it stands after a sync: Git's text is known."""
    text = text if text is not None else VPC.format(name=name)
    spec = {'subnets': {'default': {'subnet': '10.0.1.0/24', 'vlan': 1001}}}
    row = a_resource(fabric, name=name, desired_spec=spec, **fields)
    row.sync_state.base_text = text
    row.sync_state.managed_file_path = f'{fabric.managed_directory_path}/vpcs/{name}.yaml'
    row.sync_state.desired_commit = 'c0ffee' * 6 + 'cafe'
    row.sync_state.save()
    return row


class HedgehogResourcePagesTest(PluginUrls, ViewTestCases.PrimaryObjectViewTestCase):
    model = HedgehogResource
    validation_excluded_fields = ['text']

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric(name='Lab')
        rows = [a_vpc(fabric, f'vpc-{number}') for number in range(3)]
        cls.form_data = {
            'fabric': fabric.pk,
            'text': VPC.format(name='vpc-new'),
            'description': 'Made by a test',
            'auto_sync_enabled': True,
            'sync_priority': 7,
        }
        cls.bulk_edit_data = {
            'sync_direction': 'git_to_gui',
            'sync_priority': 5,
            'description': 'Together',
        }
        cls.csv_data = (
            'fabric,text,description',
            *(f'Lab,"{ONE_LINE.format(name=f"imported-{n}")}",Number {n}' for n in range(3)),
        )
        cls.csv_update_data = ('id,description', *(f'{row.pk},Text {row.pk}' for row in rows))

    def test_edit_object_with_permission(self):
        self.form_data = {**self.form_data, 'text': VPC.format(name='vpc-0')}
        super().test_edit_object_with_permission()

    def test_edit_object_with_constrained_permission(self):
        self.form_data = {**self.form_data, 'text': VPC.format(name='vpc-0')}
        super().test_edit_object_with_constrained_permission()


class YamlEditorTest(TestCase):
    """What is typed is checked before it is saved, and reaches the draft exactly as typed."""

    user_permissions = (
        'netbox_hedgehog.add_hedgehogresource',
        'netbox_hedgehog.change_hedgehogresource',
        'netbox_hedgehog.view_hedgehogresource',
        'netbox_hedgehog.view_hedgehogfabric',
    )

    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(name='Lab')
        self.row = a_vpc(self.fabric, 'vpc-1')
        self.text = VPC.format(name='vpc-1')

    def _edit(self, text, **fields):
        address = reverse('plugins:netbox_hedgehog:hedgehogresource_edit', args=[self.row.pk])
        # A browser sends CR LF, whatever the text had.
        sent = text.replace('\r\n', '\n').replace('\n', '\r\n')
        response = self.client.post(
            address, {'text': sent, 'sync_priority': 100, 'auto_sync_enabled': 'on', **fields}
        )
        self.row = HedgehogResource.objects.get(pk=self.row.pk)
        return response

    def _add(self, text, **fields):
        address = reverse('plugins:netbox_hedgehog:hedgehogresource_add')
        given = {'fabric': self.fabric.pk, 'text': text, 'sync_priority': 100, **fields}
        return self.client.post(address, given)

    def test_shows_the_text_of_git(self):
        address = reverse('plugins:netbox_hedgehog:hedgehogresource_edit', args=[self.row.pk])
        self.assertContains(self.client.get(address), '# the servers of the lab')

    def test_an_edit_becomes_a_draft_with_its_exact_text(self):
        wanted = self.text.replace('1001', '1002')
        self.assertHttpStatus(self._edit(wanted, changelog_message='Move to 1002'), 302)
        self.assertEqual(self.row.draft_text, wanted)
        self.assertEqual(self.row.draft_spec['subnets']['default']['vlan'], 1002)
        self.assertEqual(self.row.desired_spec['subnets']['default']['vlan'], 1001)
        self.assertEqual(self.row.draft_updated_by, self.user)
        change = ObjectChange.objects.get(changed_object_id=self.row.pk, action='update')
        self.assertEqual(change.message, 'Move to 1002')

    def test_the_page_shows_what_would_change_in_git(self):
        self._edit(self.text.replace('1001', '1002'))
        page = self.client.get(self.row.get_absolute_url())
        self.assertContains(page, 'hh-removed')
        self.assertContains(page, '-      vlan: 1001')
        self.assertContains(page, '+      vlan: 1002')
        self.assertContains(page, self.row.sync_state.managed_file_path)

    def test_other_fields_alone_make_no_draft(self):
        self.assertHttpStatus(self._edit(self.text, description='Only told in NetBox'), 302)
        self.assertFalse(self.row.has_draft)
        self.assertEqual(self.row.description, 'Only told in NetBox')

    def test_line_ends_of_untouched_lines_stay(self):
        self.row.sync_state.base_text = self.text.replace('\n', '\r\n')
        self.row.sync_state.save()
        self._edit(self.text.replace('1001', '1002'))
        self.assertEqual(
            self.row.draft_text, self.text.replace('1001', '1002').replace('\n', '\r\n')
        )

    def test_errors_tell_line_and_column_and_nothing_is_saved(self):
        broken = self.text.replace('  subnets:\n', '  subnets: [\n')
        response = self._edit(broken)
        self.assertHttpStatus(response, 200)
        self.assertRegex(response.content.decode(), r'Line \d+, column \d+: ')
        self.assertContains(response, 'data-bad-lines="')
        self.assertContains(response, '# the servers of the lab')
        self.assertFalse(self.row.has_draft)

    def test_a_key_twice_is_refused(self):
        response = self._edit(self.text.replace('vlan: 1001', 'vlan: 1001\n      vlan: 1002'))
        self.assertRegex(response.content.decode(), r'Line 11, column \d+: ')

    def test_identity_cannot_change(self):
        for text in (
            self.text.replace('name: vpc-1', 'name: vpc-2'),
            self.text.replace('kind: VPC', 'kind: VPCPeering'),
            self.text.replace('  name: vpc-1', '  name: vpc-1\n  namespace: other'),
        ):
            with self.subTest(text[:60]):
                self.assertHttpStatus(self._edit(text), 200)
                self.assertFalse(self.row.has_draft)

    def test_one_object_only(self):
        response = self._edit(self.text + '---\n' + self.text.replace('vpc-1', 'vpc-2'))
        self.assertHttpStatus(response, 200)
        self.assertFalse(self.row.has_draft)

    def test_a_new_object_takes_its_identity_from_the_text(self):
        self.assertHttpStatus(self._add(VPC.format(name='vpc-9')), 302)
        row = HedgehogResource.objects.get(name='vpc-9')
        self.assertEqual(row.identity, 'vpc.githedgehog.com/VPC/default/vpc-9')
        self.assertEqual(row.api_version, 'v1beta1')
        self.assertIsNone(row.desired_spec)
        self.assertEqual(row.sync_state.resource_state, 'draft')
        self.assertContains(self.client.get(row.get_absolute_url()), 'Not in Git yet.')

    def test_the_same_object_twice_is_refused(self):
        response = self._add(self.text)
        self.assertContains(response, 'The fabric already has this object')
        self.assertEqual(HedgehogResource.objects.count(), 1)

    def test_what_is_no_hedgehog_object_is_refused(self):
        for text in ('', 'just words', 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n'):
            with self.subTest(text):
                self.assertHttpStatus(self._add(text), 200)
        self.assertEqual(HedgehogResource.objects.count(), 1)

    def test_html_in_a_text_stays_text(self):
        evil = self.text.replace('# the servers of the lab', '# <script>alert(1)</script>')
        self._edit(evil)
        for page in ('', 'edit/'):
            shown = self.client.get(self.row.get_absolute_url() + page)
            self.assertNotContains(shown, '<script>alert(1)</script>')
            self.assertContains(shown, '&lt;script&gt;alert(1)&lt;/script&gt;')

    def test_an_open_conflict_is_shown_on_both_pages(self):
        conflict = a_conflict(self.row)
        allow(self.user, type(conflict), 'view')
        for page in ('', 'edit/'):
            shown = self.client.get(self.row.get_absolute_url() + page)
            self.assertContains(shown, conflict.get_absolute_url())

    def test_a_fabric_the_user_may_not_see_cannot_get_objects(self):
        self.user.object_permissions.all().delete()
        allow(self.user, HedgehogResource, 'add')
        self.assertHttpStatus(self._add(VPC.format(name='vpc-9')), 200)
        self.assertFalse(HedgehogResource.objects.filter(name='vpc-9').exists())


class KindTemplatesTest(TestCase):
    user_permissions = ('netbox_hedgehog.add_hedgehogresource',)

    def test_every_kind_of_the_menu_has_a_good_one(self):
        for kind in LABELS:
            with self.subTest(kind):
                reading = read_draft(kind_template(kind))
                self.assertTrue(reading.ok, reading.findings)
                self.assertEqual(reading.kind, kind)

    def test_add_page_starts_with_it(self):
        address = reverse('plugins:netbox_hedgehog:hedgehogresource_add')
        self.assertContains(self.client.get(f'{address}?kind=Switch'), 'role: server-leaf')
        for odd in ('Nonsense', '../../settings', ''):
            self.assertHttpStatus(self.client.get(f'{address}?kind={odd}'), 200)

    def test_the_list_of_one_kind_carries_its_name(self):
        allow(self.user, HedgehogResource, 'view')
        listed = reverse('plugins:netbox_hedgehog:hedgehogresource_list')
        self.assertContains(self.client.get(f'{listed}?kind=VPCPeering'), 'VPC Peerings')


class LineEndsTest(TestCase):
    def test_laws(self):
        for shown, sent, wanted in (
            ('a\nb\n', 'a\r\nb\r\n', 'a\nb\n'),
            ('a\r\nb\r\n', 'a\r\nb\r\n', 'a\r\nb\r\n'),
            ('a\r\nb\nc\r\n', 'a\r\nx\r\nb\r\nc\r\n', 'a\r\nx\r\nb\nc\r\n'),
            ('a\r\nb', 'a\r\nb', 'a\r\nb'),
            ('', 'a\r\nb\r\n', 'a\nb\n'),
        ):
            with self.subTest(shown=shown, sent=sent):
                self.assertEqual(restore_line_ends(sent, shown), wanted)
