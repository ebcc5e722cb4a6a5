"""Every page answers, every link on it leads somewhere, and no template guesses a name."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

from django.test import override_settings
from django.urls import NoReverseMatch, Resolver404, get_resolver, resolve, reverse
from utilities.testing import TestCase

from netbox_hedgehog import forms, navigation, urls
from netbox_hedgehog.models import (
    Checkpoint,
    ConflictResolution,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    PullRequest,
    RawUpload,
    ResolutionPolicy,
    SyncOperation,
    YAMLDuplicateGroup,
)

from .builders import (
    a_checkpoint,
    a_conflict,
    a_duplicate_group,
    a_fabric,
    a_policy,
    a_pull_request,
    a_repository,
    a_resource,
    an_entry,
    an_operation,
    an_upload,
)
from .pages import strict_templates

EDITED = (GitRepository, HedgehogFabric, HedgehogResource, ResolutionPolicy)
MODELS = (
    *EDITED,
    SyncOperation,
    ConflictResolution,
    OutboxEntry,
    PullRequest,
    RawUpload,
    Checkpoint,
    YAMLDuplicateGroup,
)
FORMS = (
    (GitRepository, forms.GitRepositoryFilterForm),
    (HedgehogFabric, forms.HedgehogFabricFilterForm),
    (HedgehogResource, forms.HedgehogResourceFilterForm),
    (SyncOperation, forms.SyncOperationFilterForm),
    (ConflictResolution, forms.ConflictResolutionFilterForm),
    (OutboxEntry, forms.OutboxEntryFilterForm),
    (PullRequest, forms.PullRequestFilterForm),
    (RawUpload, forms.RawUploadFilterForm),
    (Checkpoint, forms.CheckpointFilterForm),
    (ResolutionPolicy, forms.ResolutionPolicyFilterForm),
    (YAMLDuplicateGroup, forms.YAMLDuplicateGroupFilterForm),
)
# These only act when they are posted to, or are parts and streams that pages listen to.
ACTIONS = (
    '_events',
    '_bulk_events',
    '_progress',
    '_bulk_progress',
    '_scan_duplicates',
    '_bulk_settle',
    '_ignore',
    '_reconsider',
    '_export',
    '_bulk_template',
    '_template_preview',
    '_render',
    '_generate',
    '_import_devices',
    '_init_gitops',
    '_ingest_raw',
    '_publish',
    '_sync',
    '_test',
    '_status',
    '_bulk_sync',
    '_bulk_rename',
    '_bulk_resolve',
    '_cancel',
    '_check',
    '_check_new',
    '_fields',
    '_fields_new',
    '_undo',
    '_restore',
    '_rollback',
    '_make_checkpoint',
    '_retry',
    '_discard',
    '_compare',
    '_merge',
    '_close',
    '_running',
    '_bulk_ingest',
    '_bulk_scan',
    '_onboard_connection',
    '_onboard_folder',
    '_onboard_preview',
)


def _name(model, action):
    return f'plugins:netbox_hedgehog:{model._meta.model_name}_{action}'


class EveryPageTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric(git_repository=a_repository(), gitops_initialized=True)
        finding = {'severity': 'error', 'code': 'X', 'message': 'm', 'file': 'f', 'line': 1}
        cls.resource = a_resource(
            cls.fabric, labels={'a': 'b'}, draft_spec={'x': 1}, annotations={'c': 'd'}
        )
        cls.resource.sync_state.findings = [finding]
        cls.resource.sync_state.save()
        cls.operation = an_operation(
            cls.fabric, status='failed', last_reason='X', findings=[finding], findings_total=1,
            plan={'changes': [{'action': 'create', 'path': 'a', 'reason': 'r'}]},
        )  # fmt: skip
        an_operation(cls.fabric)
        sides = {
            name: {'text': f'spec: {{a: {number}}}\n', 'spec': {'a': number}}
            for number, name in enumerate(('base_state', 'git_state', 'gui_state'))
        }
        cls.conflict = a_conflict(cls.resource, **sides, conflicting_fields=['spec.a'])
        cls.entry = an_entry(cls.resource, state='done')
        an_entry(cls.resource, state='conflict')
        cls.rows = {
            GitRepository: cls.fabric.git_repository,
            HedgehogFabric: cls.fabric,
            HedgehogResource: cls.resource,
            SyncOperation: cls.operation,
            ConflictResolution: cls.conflict,
            OutboxEntry: cls.entry,
            PullRequest: a_pull_request(cls.fabric),
            RawUpload: an_upload(cls.fabric),
            Checkpoint: a_checkpoint(cls.fabric),
            ResolutionPolicy: a_policy(),
            YAMLDuplicateGroup: a_duplicate_group(cls.fabric),
        }

    def setUp(self):
        super().setUp()
        self.user.is_superuser = True
        self.user.save()

    def _pages(self):
        """Every address of the plugin that answers to a reader."""
        yield reverse('plugins:netbox_hedgehog:overview')
        yield reverse('plugins:netbox_hedgehog:near_duplicates')
        for model in MODELS:
            yield reverse('plugins:netbox_hedgehog:help', args=[model._meta.model_name])
        for pattern in get_resolver('netbox_hedgehog.urls').reverse_dict:
            if not isinstance(pattern, str) or pattern.endswith(ACTIONS):
                continue
            model_name = pattern.partition('_')[0]
            for model, row in self.rows.items():
                if model._meta.model_name == model_name:
                    yield self._address(pattern, row)

    def _address(self, pattern, row):
        for kwargs in ({}, {'pk': row.pk}):
            try:
                return reverse(f'plugins:netbox_hedgehog:{pattern}', kwargs=kwargs)
            except NoReverseMatch:
                continue
        raise AssertionError(f'{pattern} takes something unknown')

    def test_all_answer_and_their_links_lead_somewhere(self):
        seen = 0
        for address in sorted(set(self._pages())):
            with self.subTest(address), strict_templates() as missing:
                response = self.client.get(address)
                if response.status_code == 302:
                    # Forms about chosen objects, or a chosen file, go back when none was chosen.
                    self.assertRegex(address, r'/(edit|delete|rename|template|change)/$')
                    continue
                self.assertHttpStatus(response, 200)
                self.assertEqual(missing, [])
                self._check_links(address, response.content.decode())
                seen += 1
        self.assertGreater(seen, 40)

    def _check_links(self, address, page):
        for attribute in re.findall(r'(?:href|action|hx-get|formaction)="([^"#][^"]*)"', page):
            target = urlsplit(urljoin(f'http://testserver{address}', unescape(attribute)))
            if target.netloc != 'testserver' or target.path.startswith('/static/'):
                continue
            try:
                resolve(target.path)
            except Resolver404:
                self.fail(f'{address} links to {attribute}, which is no page')

    def test_the_menu_leads_to_pages_and_every_entry_needs_a_permission(self):
        for group in navigation.menu.groups:
            for item in group.items:
                with self.subTest(str(item.link_text)):
                    self.assertHttpStatus(self.client.get(str(item.url)), 200)
                    self.assertTrue(item.permissions or item.auth_required)
                    for button in item.buttons:
                        self.assertTrue(button.permissions)
                        self.assertHttpStatus(self.client.get(str(button.url)), 200)

    def test_the_menu_is_empty_without_permission(self):
        self.user.is_superuser = False
        self.user.save()
        page = self.client.get(reverse('home')).content.decode()
        self.assertNotIn('/plugins/hedgehog/fabrics/', page)
        self.assertIn('/plugins/hedgehog/overview/', page)

    def test_help_buttons_lead_to_help(self):
        for model in EDITED:
            page = self.client.get(reverse(_name(model, 'add')))
            self.assertContains(page, f'href="{model().docs_url}"')
            self.assertContains(self.client.get(model().docs_url), '<p>')
        self.assertHttpStatus(
            self.client.get(reverse('plugins:netbox_hedgehog:help', args=['user'])), 404
        )

    def test_every_filter_of_a_form_is_one_of_its_filterset(self):
        for model, form in FORMS:
            view = resolve(reverse(_name(model, 'list'))).func.view_class
            filters = set(view.filterset.get_filters())
            with self.subTest(model._meta.model_name):
                self.assertEqual(view.filterset_form, form)
                asked = set(form().fields) - {'filter_id'}
                self.assertEqual(asked - filters, set())

    @override_settings(LOGIN_REQUIRED=True)
    def test_all_need_a_login(self):
        self.client.logout()
        for address in sorted(set(self._pages())):
            with self.subTest(address):
                response = self.client.get(address)
                self.assertHttpStatus(response, 302)
                self.assertIn('/login/', response['Location'])

    def test_every_url_is_registered_once(self):
        addresses = [str(pattern.pattern) for pattern in urls.urlpatterns]
        self.assertEqual(len(addresses), len(set(addresses)))
