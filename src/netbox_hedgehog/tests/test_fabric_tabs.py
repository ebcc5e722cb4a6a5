"""The tabs of a fabric: those that belong together are one, with a menu of all of them."""

import re

from django.urls import reverse
from utilities.testing import TestCase

from netbox_hedgehog.models import ConflictResolution, HedgehogFabric, YAMLDuplicateGroup
from netbox_hedgehog.templatetags.hedgehog_tabs import GROUPS

from .builders import a_conflict, a_duplicate_group, a_fabric, a_resource
from .pages import allow


class FabricTabsTest(TestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric()
        a_conflict(a_resource(self.fabric))
        a_duplicate_group(self.fabric)

    def tabs(self, view='hedgehogfabric'):
        """Each tab of the row as its words, with those of its menu."""
        address = reverse(f'plugins:netbox_hedgehog:{view}', args=[self.fabric.pk])
        page = self.client.get(address).content.decode()
        row = page.partition('hh-fabric-tabs')[2].partition('</ul>')[0]
        return [' '.join(re.sub('<[^>]*>', ' ', item).split()) for item in row.split('<li')[1:]]

    def test_what_waits_is_counted_on_the_tab_and_beside_each_of_its_menu(self):
        self.user.is_superuser = True
        self.user.save()
        tabs = [each.partition('> ')[2] for each in self.tabs()]
        self.assertIn('To decide 2 Conflicts 1 Duplicates 1', tabs)
        self.assertIn('Files Files History Removed Archive Checkpoints Templates', tabs)
        self.assertLess(len(tabs), 11)

    def test_the_tab_one_is_on_names_itself(self):
        self.user.is_superuser = True
        self.user.save()
        tabs = [each.partition('> ')[2] for each in self.tabs('hedgehogfabric_duplicates')]
        self.assertIn('Duplicates 2 Conflicts 1 Duplicates 1', tabs)

    def test_who_may_see_one_of_a_group_has_it_as_a_tab(self):
        allow(self.user, HedgehogFabric, 'view')
        allow(self.user, YAMLDuplicateGroup, 'view')
        tabs = [each.partition('> ')[2] for each in self.tabs()]
        self.assertIn('Duplicates 1', tabs)
        allow(self.user, ConflictResolution, 'view')
        tabs = [each.partition('> ')[2] for each in self.tabs()]
        self.assertIn('To decide 2 Conflicts 1 Duplicates 1', tabs)

    def test_every_group_names_tabs_that_are_there(self):
        for group in GROUPS:
            for name in group.names:
                reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{name}', args=[self.fabric.pk])
            self.assertLessEqual(set(group.waiting), set(group.names))
