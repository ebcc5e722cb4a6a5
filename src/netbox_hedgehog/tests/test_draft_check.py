"""The check of a text while it is typed: it tells, at its line, and never saves."""

from django.urls import reverse

from netbox_hedgehog.models import HedgehogResource

from .git_case import BASE, GitCase, vpc
from .pages import allow
from .test_views_resources import VPC
from .typed_text_case import TypedTextCase


class DraftCheckTest(TypedTextCase):
    view = 'check'

    def test_a_text_that_is_no_yaml_is_told_at_its_line(self):
        response = self.ask(self.text.replace('vlan: 1001', 'vlan: ['), self.row)
        self.assertHttpStatus(response, 200)
        self.assertFalse(response.context['ok'])
        self.assertRegex(response.context['bad_lines'], r'^\d+$')
        self.assertNotContains(response, 'What would be committed')

    def test_what_a_cluster_would_refuse_is_told_and_shown_all_the_same(self):
        response = self.ask(self.text.replace('vlan: 1001', 'vlan: no'), self.row)
        lines = self.text.splitlines()
        wrong = lines.index('      vlan: 1001') + 1
        self.assertEqual(response.context['bad_lines'], str(wrong))
        self.assertContains(response, 'What would be committed')

    def test_the_preview_is_the_exact_change(self):
        response = self.ask(self.text.replace('1001', '1002').replace('\n', '\r\n'), self.row)
        changed = [line for line in response.context['diff_html'].split('\n') if 'hh-added' in line]
        self.assertEqual(len(changed), 1)
        self.assertIn('vlan: 1002', changed[0])
        self.assertContains(self.ask(self.text, self.row), 'the text is the one in Git')

    def test_another_object_is_told(self):
        response = self.ask(VPC.format(name='vpc-2'), self.row)
        self.assertContains(response, 'IdentityChanged')

    def test_a_new_object_is_checked_whole(self):
        response = self.ask(VPC.format(name='vpc-9'), fabric=self.fabric.pk)
        self.assertTrue(response.context['ok'])
        self.assertIn('+  name: vpc-9', response.context['diff_html'])
        self.assertHttpStatus(self.ask('', fabric='nonsense'), 200)

    def test_nothing_is_saved(self):
        self.ask(self.text.replace('1001', '1002'), self.row)
        self.ask(VPC.format(name='vpc-9'))
        self.row.refresh_from_db()
        self.assertFalse(self.row.has_draft)
        self.assertEqual(HedgehogResource.objects.count(), 1)

    def test_only_for_those_who_may_edit_it(self):
        self.user.object_permissions.all().delete()
        allow(self.user, HedgehogResource, 'view')
        self.assertHttpStatus(self.ask(self.text, self.row), 403)
        self.assertHttpStatus(self.ask(self.text), 403)
        allow(self.user, HedgehogResource, 'change', name='another')
        self.assertHttpStatus(self.ask(self.text, self.row), 404)

    def test_the_edit_page_asks_for_it(self):
        page = reverse('plugins:netbox_hedgehog:hedgehogresource_edit', args=[self.row.pk])
        check = reverse('plugins:netbox_hedgehog:hedgehogresource_check', args=[self.row.pk])
        self.assertContains(self.client.get(page), f'hx-post="{check}"')
        add = reverse('plugins:netbox_hedgehog:vpc_add')
        new = reverse('plugins:netbox_hedgehog:hedgehogresource_check_new')
        self.assertContains(self.client.get(add), f'hx-post="{new}"')


class BesideOthersTest(GitCase):
    """Whoever types a VLAN that another VPC has is told before it is saved."""

    def setUp(self):
        super().setUp()
        fabric = self.ready_fabric()
        texts = {name: vpc(name, vlan).decode() for name, vlan in (('one', 1001), ('two', 1002))}
        self.texts = {
            name: text.replace('10.0.1.', f'10.{name == "two":d}.1.')
            for name, text in texts.items()
        }
        self.person.push(
            {f'{BASE}/managed/vpcs/{name}.yaml': text.encode() for name, text in self.texts.items()}
        )
        self.run_operation(fabric)
        self.row = fabric.resources.get(name='one')
        self.client.force_login(self.alice)

    def ask(self, text):
        address = reverse('plugins:netbox_hedgehog:hedgehogresource_check', args=[self.row.pk])
        return self.client.post(address, {'text': text})

    def test_what_another_object_has_is_told_at_its_line(self):
        text = self.texts['one'].replace('1001', '1002')
        response = self.ask(text)
        line = next(n for n, each in enumerate(text.splitlines(), 1) if 'vlan' in each)
        self.assertEqual(response.context['bad_lines'], str(line))
        self.assertContains(response, 'VlanTaken')
        self.assertContains(response, 'What would be committed')

    def test_what_goes_with_the_others_is_said_to(self):
        response = self.ask(self.texts['one'].replace('1001', '1003'))
        self.assertContains(response, 'beside the other objects')

    def test_what_a_colleague_drafted_and_removed_counts_though_git_does_not_know_it(self):
        two = self.row.fabric.resources.get(name='two')
        spec = {**two.desired_spec}
        spec['subnets'] = {'default': {'subnet': '10.1.1.0/24', 'vlan': 1007}}
        self.edit(two, draft_spec=spec)
        self.assertContains(self.ask(self.texts['one'].replace('1001', '1007')), 'VlanTaken')
        # Git still says so, but not for long.
        free = self.ask(self.texts['one'].replace('1001', '1002'))
        self.assertNotContains(free, 'VlanTaken')
        self.assertContains(free, 'beside the other objects')
        two.delete()
        free = self.ask(self.texts['one'].replace('1001', '1007'))
        self.assertNotContains(free, 'VlanTaken')

    def test_without_a_copy_of_the_files_the_text_is_checked_alone(self):
        self.row.fabric.sync_state.last_synced_commit = ''
        self.row.fabric.sync_state.save()
        response = self.ask(self.texts['one'].replace('1001', '1002'))
        self.assertContains(response, 'Checked by itself: nothing')
