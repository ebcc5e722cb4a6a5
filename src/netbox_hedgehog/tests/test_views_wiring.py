"""The Wiring tab and the same over REST: a preview first, then an operation, each by permission."""

from dcim.models import Cable, Device, Interface, Site
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from netbox_hedgehog.models import HedgehogFabric, SyncOperation
from netbox_hedgehog.sync.runner import work_off

from .git_case import logger
from .pages import a_waiting_worker, allow, strict_templates
from .test_wiring import WiringCase

CONNECTION = 'managed/connections/server-001--eslag--leaf-01--leaf-02.yaml'


class WiringPagesTest(WiringCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = Client()
        self.client.force_login(self.alice)

    def address(self, page: str) -> str:
        return reverse(f'plugins:netbox_hedgehog:hedgehogfabric_{page}', args=[self.fabric.pk])

    def page(self, page: str, **query) -> str:
        with strict_templates() as missing:
            response = self.client.get(self.address(page), query)
        self.assertEqual(response.status_code, 200)
        self.assertEqual(missing, [])
        return response.content.decode()

    def press(self, page: str, **data) -> SyncOperation:
        with a_waiting_worker():
            response = self.client.post(self.address(page), data)
        self.assertEqual(response.status_code, 302)
        work_off(self.fabric.pk, logger)
        return SyncOperation.objects.latest('pk')

    def test_generating_after_a_look(self) -> None:
        shown = self.page('wiring')
        for words in ('Nothing has been chosen yet', 'Generate from NetBox', 'Import into NetBox'):
            self.assertIn(words, shown)
        shown = self.page('generate')
        self.assertIn('Which devices are those of this fabric', shown)
        self.assertNotIn('What would change', shown)
        site = self.inventory.site.pk
        shown = self.page('generate', preview=1, sites=site)
        for words in (CONNECTION, '15 made', 'hh-added', f'name="sites" value="{site}"'):
            self.assertIn(words, shown)
        self.assertEqual(self.kinds(), {})
        done = self.press('generate', sites=site, expected_commit=self.person.pull())
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(self.kinds()['Connection'], 7)
        shown = self.page('wiring')
        for words in ('amsterdam-1', 'SwitchGroup', 'Generation from NetBox', 'Completed'):
            self.assertIn(words, shown)
        self.assertIn('There is nothing to change', self.page('generate', preview=1))
        shown = self.client.get(done.get_absolute_url()).content.decode()
        self.assertIn('15 made', shown)
        leaf = self.fabric.resources.get(kind='Switch', name='leaf-01')
        shown = self.client.get(leaf.get_absolute_url()).content.decode()
        self.assertRegex(shown, r'Made by</th><td>\s*Generation from NetBox\s*</td>')

    def test_importing_after_a_look(self) -> None:
        self.generated()
        leaf = Device.objects.get(name='leaf-01')
        leaf.description = 'ours'
        leaf.save()
        shown = self.page('import_devices', preview=1, site=self.inventory.site.pk)
        for words in ('Everything is there already', 'leaf-01', 'description', 'ours'):
            self.assertIn(words, shown)
        self.assertNotIn('NetBox has and the fabric has not', shown)
        self.inventory.cable('leaf-01:E1/47', 'leaf-02:E1/46')
        shown = self.page('import_devices', preview=1, site=self.inventory.site.pk)
        for words in ('NetBox has and the fabric has not', 'cable of E1/47', 'leaf-02 E1/46'):
            self.assertIn(words, shown)
        site = self.other_site()
        shown = self.page('import_devices', preview=1, site=site.pk)
        for words in ('What would be made', 'Cables', 'spine-01', f'name="site" value="{site.pk}"'):
            self.assertIn(words, shown)
        done = self.press('import_devices', site=site.pk, expected_commit=self.person.pull())
        self.assertEqual(done.status, 'completed', done.last_error_message)
        self.assertEqual(Device.objects.filter(site=site).count(), 7)
        shown = self.client.get(done.get_absolute_url()).content.decode()
        for words in ('Made in NetBox', 'Cables', 'server-003', 'Nothing. 0 devices'):
            self.assertIn(words, shown)

    def test_what_cannot_be_is_said_on_the_page(self) -> None:
        self.assertIn('Choose a site', self.page('generate', preview=1))
        empty = self.other_site().pk
        self.assertIn('there is no switch', self.page('generate', preview=1, sites=empty))
        self.assertIn('no switch, server', self.page('import_devices', preview=1, site=empty))
        self.assertIn('This field is required', self.page('import_devices', preview=1))

    def test_the_buttons_need_their_permissions(self) -> None:
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view')
        self.client.force_login(bob)
        self.assertNotIn('Generate from NetBox', self.page('wiring'))
        for page in ('generate', 'import_devices'):
            self.assertEqual(self.client.get(self.address(page)).status_code, 403)
            self.assertEqual(self.client.post(self.address(page)).status_code, 403)
        allow(bob, HedgehogFabric, 'view', 'push')
        self.client.force_login(get_user_model().objects.get(pk=bob.pk))
        self.assertIn('Generate from NetBox', self.page('wiring'))
        # Sites bob may not see cannot be chosen either.
        shown = self.page('generate', preview=1, sites=self.inventory.site.pk)
        self.assertIn('not one of the available choices', shown)


class WiringApiTest(WiringCase):
    def setUp(self) -> None:
        super().setUp()
        self.client = APIClient()
        self.client.force_authenticate(self.alice)

    def post(self, action: str, /, **data):
        address = f'/api/plugins/hedgehog/fabrics/{self.fabric.pk}/{action}/'
        return self.client.post(address, data, format='json')

    def done(self, answer) -> SyncOperation:
        self.assertEqual(answer.status_code, 202, answer.data)
        work_off(self.fabric.pk, logger)
        return SyncOperation.objects.get(pk=answer.data['operation']['id'])

    def test_there_and_back(self) -> None:
        select = {'sites': ['amsterdam-1']}
        answer = self.post('generate', select=select, commit=False)
        self.assertEqual(answer.status_code, 200, answer.data)
        preview = answer.data['preview']
        self.assertEqual((preview['counts']['made'], preview['conflicts']), (15, []))
        self.assertEqual(self.post('generate', select=select).status_code, 503)
        with a_waiting_worker():
            answer = self.post('generate', select=select, expected_commit=preview['base_commit'])
        self.assertEqual(self.done(answer).status, 'completed')
        self.other_site()
        answer = self.post('import-devices', site='berlin', commit=False)
        self.assertEqual(answer.status_code, 200, answer.data)
        self.assertEqual(answer.data['preview']['created']['cables'], 10)
        self.assertEqual(answer.data['preview']['extras'], [])
        with a_waiting_worker():
            answer = self.post('import-devices', site='berlin')
        self.assertEqual(self.done(answer).plan['import']['created']['devices'], 7)
        self.assertEqual(Cable.objects.filter(terminations___site__slug='berlin').count(), 20)

    def test_what_is_refused_says_why(self) -> None:
        stale = 'a' * 40
        for action, status, reason, data in (
            ('generate', 400, None, {'select': {'sites': 'amsterdam-1'}}),
            ('generate', 400, None, {'select': {'racks': ['a']}}),
            ('generate', 400, None, {'clash': 'magic'}),
            ('generate', 422, 'WiringNotChosen', {'commit': False}),
            ('generate', 422, 'WiringEmpty', {'commit': False, 'select': {'sites': ['no']}}),
            (
                'generate',
                409,
                'StalePlan',
                {'commit': False, 'select': {'sites': ['amsterdam-1']}, 'expected_commit': stale},
            ),
            ('import-devices', 400, None, {}),
            ('import-devices', 422, 'ImportEmpty', {'commit': False, 'site': 'amsterdam-1'}),
        ):
            with self.subTest(action=action, data=data):
                answer = self.post(action, **data)
                self.assertEqual(answer.status_code, status, answer.data)
                if reason:
                    self.assertEqual(answer.data['reason'], reason)

    def test_each_needs_its_permission(self) -> None:
        bob = get_user_model().objects.create_user('bob')
        allow(bob, HedgehogFabric, 'view', 'sync')
        self.client.force_authenticate(bob)
        select = {'sites': ['amsterdam-1']}
        self.assertEqual(self.post('generate', select=select, commit=False).status_code, 403)
        allow(bob, HedgehogFabric, 'push')
        for model in (Interface, Cable, Site):
            allow(bob, model, 'view')
        self.client.force_authenticate(get_user_model().objects.get(pk=bob.pk))
        answer = self.post('generate', select=select, commit=False)
        self.assertEqual((answer.status_code, answer.data['reason']), (403, 'InventoryHidden'))
