"""What NetBox's own pages show of Hedgehog: a device's resources, and the dashboard's widget."""

import re

from dcim.models import Device
from django.test import RequestFactory
from netbox.registry import registry
from utilities.testing import TestCase, create_test_device

from netbox_hedgehog.models import ConflictResolution, HedgehogFabric, HedgehogResource
from netbox_hedgehog.widgets import HedgehogWidget

from .builders import a_conflict, a_fabric, a_resource
from .pages import allow


class DevicePageTest(TestCase):
    def setUp(self):
        super().setUp()
        self.device = create_test_device('Leaf-01')
        self.fabric = a_fabric(name='Lab')
        self.switch = a_resource(self.fabric, kind='Switch', name='leaf-01')
        a_resource(self.fabric, kind='VPC', name='leaf-01')
        allow(self.user, Device, 'view')

    def _page(self):
        return self.client.get(self.device.get_absolute_url())

    def test_a_device_shows_its_resource_and_no_other(self):
        allow(self.user, HedgehogResource, 'view')
        page = self._page().content.decode()
        self.assertIn(self.switch.get_absolute_url(), page)
        self.assertIn('Committed', page)
        self.assertEqual(len(re.findall(r'/hedgehog/resources/\d+/', page)), 1)

    def test_draft_conflict_and_findings_are_told(self):
        allow(self.user, HedgehogResource, 'view')
        self.switch.draft_spec = {'role': 'spine'}
        self.switch.save()
        HedgehogResource.objects.get(pk=self.switch.pk)
        state = self.switch.sync_state
        state.conflict_status = 'detected'
        state.findings = [{'severity': 'error', 'code': 'X', 'message': 'm'}]
        state.save()
        page = self._page()
        for words in ('Draft', 'Detected', '1 E'):
            self.assertContains(page, words)

    def test_not_for_those_who_may_not_see_it(self):
        self.assertNotIn(self.switch.get_absolute_url(), self._page().content.decode())

    def test_a_device_without_a_name_has_none(self):
        allow(self.user, HedgehogResource, 'view')
        Device.objects.filter(pk=self.device.pk).update(name=None)
        self.assertHttpStatus(self._page(), 200)


class WidgetTest(TestCase):
    def setUp(self):
        super().setUp()
        self.fabric = a_fabric(name='Lab')
        row = a_resource(self.fabric, draft_spec={'a': 1})
        a_conflict(row)
        a_conflict(a_resource(self.fabric), resolution_status='resolved')

    def _inside(self):
        request = RequestFactory().get('/')
        request.user = self.user
        return HedgehogWidget().render(request)

    def test_it_can_be_put_on_the_dashboard(self):
        self.assertIn('netbox_hedgehog.HedgehogWidget', registry['widgets'])

    def test_it_counts_what_one_may_see(self):
        allow(self.user, HedgehogFabric, 'view')
        allow(self.user, HedgehogResource, 'view')
        allow(self.user, ConflictResolution, 'view')
        inside = self._inside()
        self.assertInHTML('<strong>1</strong>', inside)
        self.assertIn('Not configured', inside)
        for path in ('conflicts/?open=true', 'resources/?has_draft=true'):
            self.assertRegex(inside, f'{path.replace("?", "[?]")}">[^<]+</a> <span class="">1<')

    def test_nothing_is_told_to_a_stranger(self):
        inside = self._inside()
        self.assertNotIn('conflicts/', inside)
        self.assertNotIn('<strong>', inside)
        allow(self.user, HedgehogResource, 'view', name='nothing')
        self.assertIn('text-secondary">0<', self._inside())
