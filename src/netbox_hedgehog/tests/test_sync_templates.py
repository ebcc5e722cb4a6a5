"""Templates rendered from NetBox, on a real Git server: one commit, rows, conflicts, and back."""

from core.models import ObjectType
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import override_settings
from extras.models import CustomField

from netbox_hedgehog.choices import SyncOperationTypeChoices as Type
from netbox_hedgehog.jobs import enqueue_render, enqueue_undo
from netbox_hedgehog.models import ConflictResolution, HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.rendering import _stamp
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.templates import FabricTemplates, templates_of
from netbox_hedgehog.sync.versions import NeedsPerson

from .git_case import BASE, GitCase, logger, vpc
from .pages import allow

TEMPLATE = f'{BASE}/templates/vpcs.yaml.j2'
OF_A = f'{BASE}/managed/vpcs/a.yaml'
VPCS = """\
{# hedgehog-template
description: A VPC for each name
variables:
  names: list
  vlan: {type: vlan, default: 1001}
#}
{% for name in names %}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {{ name }}
spec:
  ipv4Namespace: default
  subnets:
    default:
      subnet: 10.0.{{ loop.index }}.0/24
      vlan: {{ vlan + loop.index0 }}
{% endfor %}
"""


class TemplateCase(GitCase):
    """A fabric with one template, which makes the VPCs a and b of the fabric's context."""

    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric(template_context={'names': ['a', 'b']})
        self.person.push({TEMPLATE: VPCS.encode()})
        self.run_operation(self.fabric)

    def rendered(self, texts: dict[str, str] | None = None, /, **options) -> SyncOperation:
        _job, operation = enqueue_render(self.fabric, options, self.alice, 'api', texts=texts)
        work_off(self.fabric.pk, logger)
        operation.refresh_from_db()
        return operation

    def templates(self) -> FabricTemplates:
        return templates_of(self.fabric)

    def names(self) -> list[str]:
        return sorted(self.fabric.resources.filter(kind='VPC').values_list('name', flat=True))

    def by_hand(self, old: bytes, new: bytes) -> None:
        text = self.person.files()[OF_A]
        assert old in text
        self.person.push({OF_A: text.replace(old, new)})


class RenderTest(TemplateCase):
    def test_one_commit_makes_the_objects_and_their_rows(self) -> None:
        before = len(self.person.log())
        done = self.rendered()
        self.assertEqual((done.operation_type, done.status), (Type.TEMPLATE_RENDER, 'completed'))
        self.assertEqual(self.names(), ['a', 'b'])
        log = self.person.log()
        self.assertEqual(len(log), before + 1)
        self.assertEqual((log[0].id, log[0].author.name), (done.commit_sha, 'Alice Ng'))
        self.assertIn(
            b'hnp.githedgehog.com/template: templates/vpcs.yaml.j2', self.person.files()[OF_A]
        )
        made = [each.rpartition('/')[2] for each in done.plan['reports'][0]['made']]
        self.assertEqual(sorted(made), ['a', 'b'])
        again = self.rendered()
        self.assertEqual((again.status, again.commit_sha), ('completed', ''))

    def test_undo_takes_the_objects_away_again(self) -> None:
        done = self.rendered()
        enqueue_undo(done, self.alice, 'api')
        work_off(self.fabric.pk, logger)
        self.assertEqual(self.names(), [])
        self.assertNotIn(OF_A, self.person.files())

    def test_what_a_rendering_overwrites_is_secured_before(self) -> None:
        self.rendered()
        self.assertFalse(self.fabric.checkpoints.exists(), 'nothing was overwritten')
        self.rendered({'vpcs.yaml.j2': VPCS.replace('1001', '1500')})
        kept = self.fabric.checkpoints.get()
        self.assertEqual(kept.reason, 'template_render')
        self.assertIn(OF_A, [each['path'] for each in kept.files])

    def test_the_list_tells_variables_versions_and_objects(self) -> None:
        (row,) = self.templates().listing()['templates']
        self.assertEqual((row['name'], row['made'], row['is_current']), ('vpcs.yaml.j2', 0, False))
        self.assertEqual([each['name'] for each in row['variables']], ['names', 'vlan'])
        self.rendered()
        (row,) = self.templates().listing()['templates']
        self.assertEqual((row['made'], row['is_current']), (2, True))
        self.assertEqual(row['version'], row['rendered_version'])
        one = self.templates().one('vpcs.yaml.j2')
        self.assertEqual((one['text'], len(one['objects'])), (VPCS, 2))
        with self.assertRaises(NeedsPerson) as missing:
            self.templates().one('other.yaml.j2')
        self.assertEqual(missing.exception.reason, 'FileMissing')
        with self.assertRaises(NeedsPerson):
            self.templates().one('../managed/vpcs/a.yaml.j2')

    def test_a_variable_that_changed_is_to_be_rendered(self) -> None:
        self.rendered()
        self.fabric.template_context = {'vlan': 1200}
        self.fabric.save()
        (row,) = self.templates().listing()['templates']
        self.assertEqual((row['is_current'], row['version']), (False, row['rendered_version']))

    def test_templates_see_the_custom_fields_of_the_fabric(self) -> None:
        field = CustomField.objects.create(name='pod', type='text')
        field.object_types.set([ObjectType.objects.get_for_model(HedgehogFabric)])
        self.fabric.custom_field_data['pod'] = 'seven'
        self.fabric.save()
        edited = {
            'vpcs.yaml.j2': VPCS.replace('spec:', 'spec:  # pod {{ fabric.custom_fields.pod }}')
        }
        shown = self.templates().preview({}, edited, self.alice)
        self.assertIn('# pod seven', shown['rendered']['vpcs.yaml.j2'])

    def test_a_corrected_filter_is_another_one(self) -> None:
        def first(value):
            return value

        was = _stamp({'mine': first})

        def first(value):
            return value + 1

        self.assertNotEqual(was, _stamp({'mine': first}))
        self.assertNotIn('0x', was)
        _stamp({'theirs': str.upper, 'an object': type('A', (), {'__call__': first})()})

    def test_a_preview_shows_the_yaml_and_what_would_change_and_writes_nothing(self) -> None:
        self.rendered()
        head = self.person.pull()
        edited = {'vpcs.yaml.j2': VPCS.replace('1001', '1500')}
        shown = self.templates().preview({}, edited, self.alice)
        self.assertIn('vlan: 1501', shown['rendered']['vpcs.yaml.j2'])
        self.assertIn('+      vlan: 1500', shown['diff'])
        self.assertIn('+  vlan: {type: vlan, default: 1500}', shown['diff'])
        self.assertEqual(len(shown['reports'][0]['changed']), 2)
        self.assertEqual(self.person.pull(), head)
        self.assertEqual(self.templates().preview({}, {}, self.alice)['changes'], [])

    def test_an_edited_template_is_saved_with_what_it_makes(self) -> None:
        done = self.rendered({'vpcs.yaml.j2': VPCS.replace('1001', '1500')})
        self.assertEqual(done.status, 'completed', done.last_error_message)
        files = self.person.files()
        self.assertIn(b'default: 1500', files[TEMPLATE])
        self.assertIn(b'vlan: 1500', files[OF_A])
        self.assertIsNone(done.payload)
        (row,) = self.templates().listing()['templates']
        self.assertTrue(row['is_current'])

    def test_a_mistake_has_its_line_and_changes_nothing(self) -> None:
        wrong = {'vpcs.yaml.j2': VPCS.replace('{{ name }}', '{{ nome }}')}
        said = self.templates().validation({}, wrong, self.alice)
        self.assertFalse(said['valid'])
        (found,) = said['findings']
        self.assertEqual((found['code'], found['line']), ('TemplateUndefined', 12))
        self.assertEqual((found['field'], found['file']), ('nome', TEMPLATE))

    def test_a_stale_look_is_refused(self) -> None:
        seen = self.person.pull()
        self.person.push({f'{BASE}/raw/one.yaml': vpc('one')})
        done = self.rendered(expected_commit=seen)
        self.assertEqual((done.status, done.last_reason), ('failed', 'StalePlan'))
        self.assertEqual(self.names(), [])

    def test_who_may_not_push_is_refused_by_the_worker_as_well(self) -> None:
        bob = get_user_model().objects.create_user('bob')
        allow(bob, type(self.fabric), 'view', 'sync')
        _job, operation = enqueue_render(self.fabric, {}, bob, 'api')
        work_off(self.fabric.pk, logger)
        operation.refresh_from_db()
        self.assertEqual((operation.status, operation.last_reason), ('failed', 'PermissionDenied'))


class RenderConflictTest(TemplateCase):
    def setUp(self) -> None:
        super().setUp()
        self.rendered()
        self.by_hand(b'vlan: 1001', b'vlan: 2222')
        self.person.push({TEMPLATE: VPCS.replace('1001', '1500').encode()})

    def test_a_hand_edit_is_a_conflict_until_a_rule_decides(self) -> None:
        done = self.rendered()
        self.assertEqual(done.status, 'partially_completed')
        conflict = ConflictResolution.objects.get()
        self.assertTrue(conflict.resource_key.endswith('/VPC/default/a'))
        self.assertEqual(conflict.provenance['gui']['author'], 'vpcs.yaml.j2')
        self.assertIn('vlan: 2222', conflict.git_state['text'])
        self.assertIn('vlan: 1500', conflict.gui_state['text'])
        files = self.person.files()
        self.assertIn(b'vlan: 2222', files[OF_A])
        self.assertIn(b'vlan: 1501', files[f'{BASE}/managed/vpcs/b.yaml'])
        # A synchronisation does not look at templates, so it ends nothing.
        self.run_operation(self.fabric)
        conflict.refresh_from_db()
        self.assertTrue(conflict.open)
        done = self.rendered(clash='ours')
        self.assertEqual(done.status, 'completed', done.findings)
        self.assertIn(b'vlan: 1500', self.person.files()[OF_A])
        conflict.refresh_from_db()
        self.assertFalse(conflict.open)

    def test_the_hand_may_be_right(self) -> None:
        self.rendered(clash='theirs')
        self.assertIn(b'vlan: 2222', self.person.files()[OF_A])
        self.assertFalse(ConflictResolution.objects.filter(resolution_status='pending').exists())


class ContextTest(TemplateCase):
    def test_a_context_is_a_mapping_without_the_names_every_template_has(self) -> None:
        for wrong in ([1], 'names', {'fabric': 'x'}, {'resources': {}}):
            self.fabric.template_context = wrong
            with self.subTest(wrong=wrong), self.assertRaises(ValidationError) as refused:
                self.fabric.full_clean()
            self.assertIn('template_context', refused.exception.message_dict)
        self.fabric.template_context = None
        self.fabric.full_clean()
        self.assertEqual(self.fabric.template_context, {})

    def test_the_environment_of_the_fabric_counts_unless_the_request_names_another(self) -> None:
        folder = f'{BASE}/templates/vars'
        self.person.push(
            {f'{folder}/lab.yaml': b'vlan: 1200\n', f'{folder}/dc.yaml': b'vlan: 1300\n'}
        )
        self.run_operation(self.fabric)
        self.fabric.template_environment = 'lab'
        self.fabric.full_clean()
        made = self.templates().preview({}, {}, self.alice)['rendered']['vpcs.yaml.j2']
        self.assertIn('vlan: 1200', made)
        made = self.templates().preview({'environment': 'dc'}, {}, self.alice)['rendered']
        self.assertIn('vlan: 1300', made['vpcs.yaml.j2'])
        self.fabric.template_environment = 'away'
        with self.assertRaises(NeedsPerson) as missing:
            self.templates().preview({}, {}, self.alice)
        self.assertEqual(missing.exception.reason, 'EnvironmentUnknown')
        self.fabric.template_environment = '../x'
        with self.assertRaises(ValidationError):
            self.fabric.full_clean()

    def test_filters_of_netbox_work_and_the_environment_stays_closed(self) -> None:
        shout = {'shout': lambda value: f'{value}-loud'}
        with override_settings(JINJA_FILTERS=shout):
            text = VPCS.replace('{{ name }}', '{{ name | shout }}')
            shown = self.templates().preview({}, {'vpcs.yaml.j2': text}, self.alice)
        self.assertIn('name: a-loud', shown['rendered']['vpcs.yaml.j2'])
        text = VPCS.replace('{{ name }}', "{{ 'HOME' | env }}")
        said = self.templates().validation({}, {'vpcs.yaml.j2': text}, self.alice)
        self.assertFalse(said['valid'])
        self.assertEqual(said['findings'][0]['line'], 12)
