"""Pages of resolution policies: rules, versions, the file that is handed out and taken in."""

from django.urls import NoReverseMatch, reverse
from utilities.testing import TestCase

from netbox_hedgehog.models import HedgehogFabric, ResolutionPolicy
from netbox_hedgehog.sync.policies import shown_rules

from .builders import a_fabric, a_policy
from .pages import allow, strict_templates


class PolicyPageTest(TestCase):
    user_permissions = ('netbox_hedgehog.view_resolutionpolicy',)

    def setUp(self):
        super().setUp()
        self.policy = a_policy(max_moves=1)
        self.policy.max_moves = 2
        self.policy.save()

    def at(self, name):
        return reverse(f'plugins:netbox_hedgehog:resolutionpolicy_{name}', args=[self.policy.pk])

    def test_shows_every_rule_with_its_weight(self):
        with strict_templates() as missing:
            page = self.client.get(self.policy.get_absolute_url())
        for words in ('directory', 'production > environments', 'created_by=admin'):
            self.assertContains(page, words)
        self.assertEqual(missing, [])

    def test_versions_are_shown_and_restored(self):
        with strict_templates() as missing:
            page = self.client.get(self.at('versions'))
        self.assertContains(page, '+max_moves: 2')
        self.assertNotContains(page, self.at('restore'))
        self.assertEqual(missing, [])
        self.assertHttpStatus(self.client.post(self.at('restore'), {'version': 1}), 403)
        allow(self.user, ResolutionPolicy, 'view', 'restore')
        self.assertContains(self.client.get(self.at('versions')), self.at('restore'))
        self.client.post(self.at('restore'), {'version': 1})
        self.policy.refresh_from_db()
        self.assertEqual((self.policy.version, self.policy.max_moves), (3, 1))

    def test_what_was_handed_out_is_taken_in_again(self):
        self.add_permissions(
            'netbox_hedgehog.view_resolutionpolicy', 'netbox_hedgehog.add_resolutionpolicy'
        )
        own = a_policy(option_set='custom', rules=[{'rule': 'area', 'order': ['raw', 'managed']}])
        ready = ResolutionPolicy.objects.filter(slug__in=('default', 'issue16'))
        for policy in (own, *ready):
            with self.subTest(policy.slug):
                at = 'plugins:netbox_hedgehog:resolutionpolicy'
                text = self.client.get(reverse(f'{at}_export', args=[policy.pk])).content.decode()
                text = text.replace(f'name: {policy.name}', f'name: Again {policy.slug}')
                data = {'data': text, 'format': 'yaml', 'csv_delimiter': ','}
                page = self.client.post(reverse(f'{at}_bulk_import'), data)
                made = ResolutionPolicy.objects.filter(name=f'Again {policy.slug}').first()
                self.assertIsNotNone(made, page.content.decode()[-3000:] if page.content else '')
                self.assertEqual(made.option_set, policy.option_set)
                self.assertEqual(shown_rules(made), shown_rules(policy))
                self.assertEqual(bool(made.rules), policy == own)

    def test_is_handed_out_as_a_file(self):
        response = self.client.get(self.at('export'))
        self.assertIn('attachment', response['Content-Disposition'])
        self.assertIn(b'rules:', response.content)

    def test_is_tried_out_only_against_what_one_may_see(self):
        fabric = a_fabric()
        address = f'{self.at("try_out")}?fabric={fabric.pk}'
        self.assertContains(self.client.get(address), 'Select a valid choice')
        allow(self.user, HedgehogFabric, 'view')
        self.assertContains(self.client.get(address), 'no copy of the files')

    def test_no_page_of_versions_or_files(self):
        for name in ('resolutionpolicyversion_list', 'yamlduplicatefile_list'):
            with self.assertRaises(NoReverseMatch):
                reverse(f'plugins:netbox_hedgehog:{name}')
