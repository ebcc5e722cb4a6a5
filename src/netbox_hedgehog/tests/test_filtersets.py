"""Filters by NetBox's own test cases, and those that are computed."""

from django.test import TestCase
from django.utils import timezone
from utilities.testing import BaseFilterSetTestMixin, ChangeLoggedFilterSetTestMixin

from netbox_hedgehog import filtersets
from netbox_hedgehog.models import (
    Checkpoint,
    ConflictResolution,
    ErrorRecord,
    GitRepository,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    PullRequest,
    RawUpload,
    SyncOperation,
)

from .builders import (
    a_checkpoint,
    a_conflict,
    a_fabric,
    a_pull_request,
    a_repository,
    a_resource,
    an_entry,
    an_error,
    an_operation,
    an_upload,
)

# Structures and long texts are looked at, not filtered by.
COUNTERS = tuple(
    field.name
    for field in SyncOperation._meta.get_fields()
    if field.name.startswith(('resources_', 'files_', 'documents_', 'conflicts_', 'progress_'))
)


class GitRepositoryTest(TestCase, ChangeLoggedFilterSetTestMixin):
    queryset = GitRepository.objects.all()
    filterset = filtersets.GitRepositoryFilterSet
    ignore_fields = ('encrypted_credentials', 'webhook_secret', 'state')

    @classmethod
    def setUpTestData(cls):
        for provider in ('github', 'gitlab', 'generic'):
            a_repository(name=f'on {provider}', provider=provider)

    def names(self, **params):
        found = self.filterset(params, self.queryset).qs
        return sorted(found.values_list('name', flat=True))

    def test_secrets_cannot_be_asked_for(self):
        names = [
            name for name in self.filterset.get_filters() if 'encrypted' in name or 'secret' in name
        ]
        self.assertEqual(names, [])

    def test_q(self):
        self.assertEqual(self.names(q='GITLAB'), ['on gitlab'])
        self.assertEqual(len(self.names(q='git.example.com')), 3)
        self.assertEqual(len(self.names(q='  ')), 3)

    def test_choices(self):
        self.assertEqual(self.names(provider=['github', 'generic']), ['on generic', 'on github'])
        self.assertEqual(len(self.names(connection_status=['pending'])), 3)
        self.assertEqual(self.names(connection_status=['failed']), [])


class HedgehogFabricTest(TestCase, ChangeLoggedFilterSetTestMixin):
    queryset = HedgehogFabric.objects.all()
    filterset = filtersets.HedgehogFabricFilterSet
    ignore_fields = (
        'resolution_hierarchy_config',
        'template_context',
        'sync_state',
        'duplicate_scan',
    )

    @classmethod
    def setUpTestData(cls):
        cls.repository = a_repository()
        for name in ('One', 'Two', 'Three'):
            a_fabric(name=name)
        HedgehogFabric.objects.filter(name='Two').update(git_repository=cls.repository)

    def names(self, **params):
        found = self.filterset(params, self.queryset).qs
        return sorted(found.values_list('name', flat=True))

    def test_repository(self):
        self.assertEqual(self.names(git_repository_id=[self.repository.pk]), ['Two'])
        self.assertEqual(self.names(git_repository=[self.repository.name]), ['Two'])

    def test_sync_status(self):
        self.assertEqual(len(self.names(sync_status=['not_configured'])), 3)
        self.assertEqual(self.names(sync_status=['in_sync']), [])

    def test_q(self):
        self.assertEqual(self.names(q='fabrics/thr'), ['Three'])


class HedgehogResourceTest(TestCase, ChangeLoggedFilterSetTestMixin):
    queryset = HedgehogResource.objects.all()
    filterset = filtersets.HedgehogResourceFilterSet
    ignore_fields = (
        'labels',
        'annotations',
        'desired_spec',
        'draft_spec',
        'draft_text',
        'draft_labels',
        'draft_annotations',
        'notification_settings',
        'sync_state',
    )

    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric(name='Lab')
        a_resource(cls.fabric, name='plain')
        a_resource(cls.fabric, name='edited', draft_labels={'a': 'b'})
        a_resource(cls.fabric, name='typed', draft_text='x', desired_spec=None, kind='Switch')
        found = a_resource(a_fabric(), name='elsewhere')
        found.sync_state.findings = [{'code': 'X'}]
        found.sync_state.save()

    def names(self, **params):
        found = self.filterset(params, self.queryset).qs
        return sorted(found.values_list('name', flat=True))

    def test_fabric(self):
        self.assertEqual(self.names(fabric=['lab']), ['edited', 'plain', 'typed'])
        self.assertEqual(self.names(fabric_id=[self.fabric.pk]), ['edited', 'plain', 'typed'])

    def test_drafts(self):
        self.assertEqual(self.names(has_draft=True), ['edited', 'typed'])
        self.assertEqual(self.names(has_draft=False), ['elsewhere', 'plain'])

    def test_in_git(self):
        self.assertEqual(self.names(in_git=False), ['typed'])
        self.assertEqual(self.names(in_git=True), ['edited', 'elsewhere', 'plain'])

    def test_findings(self):
        self.assertEqual(self.names(has_findings=True), ['elsewhere'])
        self.assertEqual(self.names(has_findings=False), ['edited', 'plain', 'typed'])

    def test_kind_and_q(self):
        self.assertEqual(self.names(kind=['Switch']), ['typed'])
        self.assertEqual(self.names(q='swit'), ['typed'])
        self.assertEqual(self.names(q='edit'), ['edited'])


class SyncOperationTest(TestCase, BaseFilterSetTestMixin):
    queryset = SyncOperation.objects.all()
    filterset = filtersets.SyncOperationFilterSet
    ignore_fields = (
        'payload',
        *COUNTERS,
        'total_file_size_bytes',
        'git_commands',
        'api_calls_made',
        'network_transfer_bytes',
        'memory_peak_bytes',
        'phase_seconds',
        'pull_request_url',
        'plan',
        'findings',
        'last_error_message',
        'operation_config',
        'untold',
    )

    @classmethod
    def setUpTestData(cls):
        cls.fabric = a_fabric()
        for status in ('pending', 'failed', 'completed'):
            an_operation(cls.fabric, status=status, user_name=f'user {status}')

    def statuses(self, **params):
        found = self.filterset(params, self.queryset).qs
        return sorted(found.values_list('status', flat=True))

    def test_status_and_q(self):
        self.assertEqual(self.statuses(status=['failed', 'pending']), ['failed', 'pending'])
        self.assertEqual(self.statuses(q='USER comp'), ['completed'])

    def test_resource(self):
        resource = a_resource(self.fabric)
        published, met, _ = self.queryset.order_by('pk')
        SyncOperation.objects.filter(pk=published.pk).update(commit_sha='c' * 40)
        an_entry(resource, new_commit='c' * 40, state='done')
        an_entry(a_resource(self.fabric), new_commit='d' * 40, state='done')
        a_conflict(resource, sync_operation=met)
        found = self.filterset({'resource_id': resource.pk}, self.queryset).qs
        self.assertEqual(set(found), {published, met})


class ConflictResolutionTest(TestCase, BaseFilterSetTestMixin):
    queryset = ConflictResolution.objects.all()
    filterset = filtersets.ConflictResolutionFilterSet
    ignore_fields = (
        'base_state',
        'gui_state',
        'git_state',
        'provenance',
        'conflicting_fields',
        'user_decisions',
        'resolved_state',
        'resolution_notes',
        'error',
    )

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for status in ('pending', 'escalated', 'resolved'):
            a_conflict(a_resource(fabric), resolution_status=status)

    def test_open(self):
        found = self.filterset({'open': True}, self.queryset).qs
        self.assertEqual({each.resolution_status for each in found}, {'pending', 'escalated'})
        found = self.filterset({'open': False}, self.queryset).qs
        self.assertEqual({each.resolution_status for each in found}, {'resolved'})

    def test_kind(self):
        self.assertEqual(self.filterset({'resource_kind': ['VPC']}, self.queryset).qs.count(), 3)
        self.assertEqual(self.filterset({'resource_kind': ['X']}, self.queryset).qs.count(), 0)


class PullRequestTest(TestCase, BaseFilterSetTestMixin):
    queryset = PullRequest.objects.all()
    filterset = filtersets.PullRequestFilterSet
    ignore_fields = ('body', 'url', 'close_requested', 'base_commit', 'reason', 'user')

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric(name='Lab')
        a_pull_request(fabric, title='one', branch='x')
        a_pull_request(fabric, title='two', branch='y', state='merged', purpose='ingestion')
        a_pull_request(a_fabric(), title='elsewhere', branch='z', state='closed')

    def titles(self, **params):
        return sorted(row.title for row in self.filterset(params, self.queryset).qs)

    def test_narrowed(self):
        self.assertEqual(self.titles(open=True), ['one'])
        self.assertEqual(self.titles(open=False), ['elsewhere', 'two'])
        self.assertEqual(self.titles(state=['merged']), ['two'])
        self.assertEqual(self.titles(purpose=['edits']), ['elsewhere', 'one'])
        self.assertEqual(self.titles(fabric=['lab'], q='tw'), ['two'])


class OutboxEntryTest(TestCase, BaseFilterSetTestMixin):
    queryset = OutboxEntry.objects.all()
    filterset = filtersets.OutboxEntryFilterSet
    ignore_fields = (
        'message', 'base_blob', 'base_commit', 'base_text', 'new_state', 'new_text', 'reason',
    )  # fmt: skip

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for state in ('pending', 'failed', 'done'):
            an_entry(a_resource(fabric, name=f'vpc-{state}'), state=state)

    def test_open_and_q(self):
        found = self.filterset({'open': True}, self.queryset).qs
        self.assertEqual({entry.state for entry in found}, {'pending', 'failed'})
        found = self.filterset({'q': 'vpc-done'}, self.queryset).qs
        self.assertEqual({entry.state for entry in found}, {'done'})


class RawUploadTest(TestCase, BaseFilterSetTestMixin):
    queryset = RawUpload.objects.all()
    filterset = filtersets.RawUploadFilterSet
    ignore_fields = ('content', 'message', 'reason')

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for state in ('waiting', 'refused', 'done'):
            an_upload(fabric, name=f'{state}.yaml', state=state)

    def test_open_and_q(self):
        found = self.filterset({'open': True}, self.queryset).qs
        self.assertEqual({upload.state for upload in found}, {'waiting', 'refused'})
        found = self.filterset({'q': 'done.y'}, self.queryset).qs
        self.assertEqual({upload.state for upload in found}, {'done'})


class CheckpointTest(TestCase, BaseFilterSetTestMixin):
    queryset = Checkpoint.objects.all()
    filterset = filtersets.CheckpointFilterSet
    ignore_fields = ('snapshot', 'files')

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        for name, reason in (('Friday', 'manual'), ('Before', 'undo'), ('Other', 'restore')):
            a_checkpoint(fabric, name=name, reason=reason)

    def test_reason_and_q(self):
        found = self.filterset({'reason': ['undo', 'restore']}, self.queryset).qs
        self.assertEqual({each.name for each in found}, {'Before', 'Other'})
        for text in ('rida', ' Friday '):
            found = self.filterset({'q': text}, self.queryset).qs
            self.assertEqual({each.name for each in found}, {'Friday'})
        self.assertEqual(self.filterset({'q': ' '}, self.queryset).qs.count(), 3)


class ErrorRecordTest(TestCase, BaseFilterSetTestMixin):
    queryset = ErrorRecord.objects.all()
    filterset = filtersets.ErrorRecordFilterSet
    ignore_fields = ('fingerprint', 'line', 'message')

    @classmethod
    def setUpTestData(cls):
        fabric = a_fabric()
        an_error(fabric, reason='YamlSyntax', resolved_at=timezone.now())
        an_error(fabric, reason='CredentialsRefused', path='')
        an_error(fabric, reason='RemoteUnreachable', path='')

    def reasons(self, **params):
        found = self.filterset(params, self.queryset).qs
        return sorted(found.values_list('reason', flat=True))

    def test_open_and_what_the_reason_is(self):
        self.assertEqual(self.reasons(open=False), ['YamlSyntax'])
        self.assertEqual(self.reasons(open=True), ['CredentialsRefused', 'RemoteUnreachable'])
        self.assertEqual(self.reasons(category=['network']), ['RemoteUnreachable'])
        self.assertEqual(self.reasons(severity=['critical']), ['CredentialsRefused'])
        self.assertEqual(
            self.reasons(recovery=['skip', 'retry']), ['RemoteUnreachable', 'YamlSyntax']
        )
        self.assertEqual(self.reasons(q='unreach'), ['RemoteUnreachable'])
