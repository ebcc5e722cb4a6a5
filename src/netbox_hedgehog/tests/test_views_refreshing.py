"""Lists that follow what runs: what they ask, when they fetch their table, and when they stop."""

from django.urls import reverse
from utilities.testing import TestCase
from utilities.testing.query_counts import assert_expected_query_count

from netbox_hedgehog.models import HedgehogFabric, HedgehogResource, SyncOperation

from .builders import a_fabric, a_repository, a_resource
from .pages import allow, strict_templates

HTMX = {'HTTP_HX_REQUEST': 'true'}
LISTS = (
    'hedgehogfabric', 'hedgehogresource', 'syncoperation', 'conflictresolution', 'outboxentry',
    'yamlduplicategroup', 'pullrequest', 'rawupload', 'checkpoint', 'gitrepository', 'switch',
)  # fmt: skip
TABS = ('resources', 'operations', 'conflicts', 'outbox', 'uploads', 'checkpoints', 'duplicates')


class RefreshingCase(TestCase):
    query_count_model_label = 'refreshing'
    model = SyncOperation

    def setUp(self) -> None:
        super().setUp()
        self.fabric = a_fabric(git_repository=a_repository())
        self.other = a_fabric(name='Other', gitops_directory='other')

    def runs(self, fabric: HedgehogFabric, status: str = 'syncing_data') -> SyncOperation:
        return SyncOperation.objects.create(fabric=fabric, operation_type='sync', status=status)

    def question(self, page: str) -> str:
        """What the page asks again and again, as its reader's browser does."""
        self.assertIn('id="hh-at-work" role="status" data-hh-refresh', page)
        return page.split('id="hh-at-work"')[1].split('hx-get="')[1].split('"')[0]

    def ask(self, question: str):
        return self.client.get(question.replace('&amp;', '&'), **HTMX)


class PagesTest(RefreshingCase):
    def setUp(self) -> None:
        super().setUp()
        self.user.is_superuser = True
        self.user.save()

    def pages(self) -> list[str]:
        lists = [reverse(f'plugins:netbox_hedgehog:{name}_list') for name in LISTS]
        tab = 'plugins:netbox_hedgehog:hedgehogfabric_{}'
        return lists + [reverse(tab.format(name), args=[self.fabric.pk]) for name in TABS]

    def test_every_list_and_tab_follows_what_runs(self) -> None:
        self.runs(self.fabric)
        for address in self.pages():
            with self.subTest(address), strict_templates() as missing:
                page = self.client.get(address).content.decode()
                self.assertIn('One operation is at work', page)
                self.assertIn('netbox_hedgehog/lists.js', page)
                self.assertRegex(page, r'id="hh-list" hx-get="[^"]+" hx-trigger="hh-changed from')
                self.assertNotIn('HX-Trigger', self.ask(self.question(page)))
            self.assertEqual(missing, [])

    def test_where_nothing_runs_it_is_asked_now_and_then(self) -> None:
        self.runs(self.fabric, 'completed')
        for address in self.pages():
            with self.subTest(address):
                page = self.client.get(address).content.decode()
                self.assertIn('data-hh-refresh="idle"', page)
                self.assertIn('every 20s', page)
                self.assertIn('netbox_hedgehog/lists.js', page)
                self.assertNotIn('at work;', page)


class QuestionTest(RefreshingCase):
    def setUp(self) -> None:
        super().setUp()
        allow(self.user, SyncOperation, 'view')
        allow(self.user, HedgehogFabric, 'view')
        self.list = reverse('plugins:netbox_hedgehog:hedgehogfabric_list')

    def test_it_says_when_something_changed_and_rests_in_the_end(self) -> None:
        first, second = self.runs(self.fabric), self.runs(self.other, 'pending')
        question = self.question(self.client.get(self.list).content.decode())
        SyncOperation.objects.filter(pk=first.pk).update(status='completed')
        answer = self.ask(question)
        self.assertEqual((answer.status_code, answer['HX-Trigger']), (200, 'hh-changed'))
        question = self.question(answer.content.decode())
        self.assertNotIn('HX-Trigger', self.ask(question))
        SyncOperation.objects.filter(pk=second.pk).update(current_phase='plan')
        self.assertIn('HX-Trigger', self.ask(question))
        SyncOperation.objects.filter(pk=second.pk).update(status='failed')
        over = self.ask(question)
        self.assertEqual((over.status_code, over['HX-Trigger']), (200, 'hh-changed'))
        self.assertIn('every 20s', over.content.decode())

    def test_what_begins_later_is_noticed_also_when_it_is_over_by_then(self) -> None:
        question = self.question(self.client.get(self.list).content.decode())
        self.assertNotIn('HX-Trigger', self.ask(question))
        self.runs(self.fabric, 'completed')
        answer = self.ask(question)
        self.assertEqual(answer['HX-Trigger'], 'hh-changed')
        question = self.question(answer.content.decode())
        self.assertNotIn('HX-Trigger', self.ask(question))
        self.runs(self.fabric)
        answer = self.ask(question)
        self.assertEqual(answer['HX-Trigger'], 'hh-changed')
        self.assertIn('every 3s', answer.content.decode())

    def test_a_tab_follows_its_own_fabric(self) -> None:
        allow(self.user, HedgehogResource, 'view')
        a_resource(self.fabric)
        tab = reverse('plugins:netbox_hedgehog:hedgehogfabric_resources', args=[self.fabric.pk])
        self.runs(self.other)
        self.assertIn('data-hh-refresh="idle"', self.client.get(tab).content.decode())
        self.runs(self.fabric)
        question = self.question(self.client.get(tab).content.decode())
        self.runs(self.other)
        self.assertNotIn('HX-Trigger', self.ask(question))

    def test_the_question_is_a_small_one(self) -> None:
        for _ in range(3):
            self.runs(self.fabric)
        question = self.question(self.client.get(self.list).content.decode())
        with assert_expected_query_count(self, 'running'):
            self.ask(question)

    def test_only_what_one_may_see(self) -> None:
        running = reverse('plugins:netbox_hedgehog:syncoperation_running')
        self.runs(self.fabric)
        self.user.object_permissions.all().delete()
        allow(self.user, HedgehogFabric, 'view')
        self.assertHttpStatus(self.client.get(running, **HTMX), 403)
        self.assertNotIn('hh-at-work', self.client.get(self.list).content.decode())
        allow(self.user, SyncOperation, 'view', fabric__name='Other')
        self.assertNotContains(self.client.get(running, **HTMX), 'at work;')
        self.assertContains(self.client.get(self.list), 'data-hh-refresh="idle"')
