"""What the actions take and answer, written out so that the OpenAPI schema says it all."""

from typing import Any

from rest_framework import serializers

from ... import choices
from ...models.notification_settings import MAX_RECIPIENTS
from ...sync.review_words import TITLE

__all__ = [
    'AcceptedSerializer',
    'AcceptedSyncSerializer',
    'ConnectionSerializer',
    'ErrorSerializer',
    'GitOpsStatusSerializer',
    'ServiceStatusSerializer',
    'SyncFabricSerializer',
    'SyncFabricsSerializer',
    'SyncedFabricsSerializer',
    'TitleField',
]

# The words of the mission documents beside ours.
DIRECTION_ALIASES = {'github_to_gui': 'git_to_gui', 'gui_to_github': 'gui_to_git'}


class StrictSerializer(serializers.Serializer):
    """Refuses what it does not know: a mistyped option must not be silently left out."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, dict) and (unknown := sorted(set(data) - set(self.fields))):
            raise serializers.ValidationError(
                {name: ['This option does not exist.'] for name in unknown}
            )
        return super().to_internal_value(data)


class DirectionField(serializers.ChoiceField):
    """git_to_gui, gui_to_git or bidirectional; the older names are understood."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(DIRECTION_ALIASES.get(data, data))


class TitleField(serializers.CharField):
    """Title of a pull request, on one line."""

    def __init__(self, **options: Any) -> None:
        options.setdefault('required', False)
        options.setdefault('max_length', TITLE)
        options.setdefault('help_text', 'Of the pull request; else its first commit says it')
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> str:
        return ' '.join(super().to_internal_value(data).split())


DIRECTIONS = [
    choice
    for choice in choices.OperationDirectionChoices
    if choice[0] != choices.OperationDirectionChoices.INTERNAL
]


class ResourceFiltersSerializer(StrictSerializer):
    """Which drafts are published; what Git says is always read as a whole."""

    kinds = serializers.ListField(child=serializers.CharField(), required=False)
    names = serializers.ListField(
        child=serializers.CharField(), required=False, help_text='Shell patterns such as `vpc-*`'
    )
    namespaces = serializers.ListField(child=serializers.CharField(), required=False)


class SyncOptionsSerializer(StrictSerializer):
    """How a synchronisation is carried out."""

    force_sync = serializers.BooleanField(
        default=False, help_text='An operation of its own, which joins none that waits'
    )
    create_pr = serializers.BooleanField(
        default=False, help_text='Put the edits on a branch and propose it'
    )
    branch_name = serializers.CharField(
        required=False, max_length=200, help_text='For drafts that are on no branch yet'
    )
    pr_title = TitleField()
    pr_body = serializers.CharField(
        required=False,
        max_length=20_000,
        help_text='Markdown, put before what NetBox says of the changes',
    )


class ConflictTermsSerializer(StrictSerializer):
    """What one synchronisation does with edits that meet a change in Git; an object's own
    preference counts more.
    """

    strategy = serializers.ChoiceField(
        required=False,
        choices=choices.ConflictStrategyChoices,
        help_text="In the place of the fabric's",
    )
    auto_resolve_simple = serializers.BooleanField(
        required=False, help_text='False: nothing is merged by itself, as with `user_decision`'
    )
    escalate_complex = serializers.BooleanField(
        required=False, help_text='True: what cannot be merged is escalated, as with `escalated`'
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The one strategy that all of it comes to."""
        strategies = choices.ConflictStrategyChoices
        said = {attrs['strategy']} if 'strategy' in attrs else set()
        if attrs.get('auto_resolve_simple') is False:
            said.add(strategies.USER_DECISION)
        if attrs.get('escalate_complex'):
            # Merging leaves open exactly what is to be escalated.
            said = said - {strategies.MERGE_AUTOMATIC} | {strategies.ESCALATED}
        if len(said) > 1:
            raise serializers.ValidationError(f'{" and ".join(sorted(said))}: only one can hold.')
        return {'strategy': said.pop()} if said else {}


class SyncNotificationsSerializer(StrictSerializer):
    """Who is told how one synchronisation ended, beside those who subscribed to the fabric."""

    email = serializers.ListField(
        child=serializers.EmailField(),
        required=False,
        max_length=MAX_RECIPIENTS,
        help_text='Where NetBox has a mail server',
    )
    webhook_url = serializers.CharField(
        required=False,
        max_length=500,
        help_text='The URL of a webhook of NetBox that you may see; it is sent the event',
    )


class SyncFabricSerializer(StrictSerializer):
    """Request of `sync`."""

    resource_filters = ResourceFiltersSerializer(required=False)
    options = SyncOptionsSerializer(required=False)
    conflict_resolution = ConflictTermsSerializer(required=False)
    notifications = SyncNotificationsSerializer(required=False)
    commit = serializers.BooleanField(
        required=False, help_text='False: tell what would be done, and do nothing'
    )
    create_pr = serializers.BooleanField(required=False, help_text='As in `options`')
    expected_commit = serializers.CharField(
        required=False, help_text='last_synced_commit this request is based on; else 409'
    )
    direction = DirectionField(required=False, choices=DIRECTIONS)
    publish = serializers.BooleanField(
        required=False, help_text='Publish drafts of a fabric that publishes by hand'
    )


class SyncFabricsSerializer(StrictSerializer):
    """Request of `fabrics/sync`: which fabrics, by id or slug."""

    fabrics = serializers.ListField(
        child=serializers.CharField(), allow_empty=False, help_text='Ids or slugs'
    )


class AcceptedJobSerializer(serializers.Serializer):
    """The job that does the work."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    status = serializers.CharField()


class AcceptedOperationSerializer(serializers.Serializer):
    """The operation that records it."""

    id = serializers.IntegerField()
    operation_id = serializers.UUIDField()
    url = serializers.URLField()
    status = serializers.CharField()


class AcceptedSerializer(serializers.Serializer):
    """Answer 202: the work is queued."""

    job = AcceptedJobSerializer()
    operation = AcceptedOperationSerializer()


class MonitoringSerializer(serializers.Serializer):
    """Where one looks at the operation, stops it, and hears of it live."""

    status_url = serializers.URLField()
    cancel_url = serializers.URLField()
    stream_url = serializers.URLField()


class AcceptedSyncSerializer(AcceptedSerializer):
    """Answer 202 of `sync`: what is known before the work begins."""

    estimated_duration_seconds = serializers.FloatField(
        allow_null=True, help_text='The median of past runs; null before the first'
    )
    resources_targeted = serializers.IntegerField(
        allow_null=True, help_text='Edits that wait and match; null where none is published'
    )
    conflicts_detected = serializers.IntegerField(help_text='Open ones, as of now')
    monitoring = MonitoringSerializer()
    next_steps = serializers.ListField(child=serializers.CharField())


class NotSyncedSerializer(serializers.Serializer):
    """A fabric that cannot be synchronised now, and why."""

    fabric = serializers.IntegerField()
    name = serializers.CharField()
    reason = serializers.CharField()


class SyncedFabricSerializer(serializers.Serializer):
    """The operation that was queued for a fabric."""

    fabric = serializers.IntegerField()
    name = serializers.CharField()
    job = AcceptedJobSerializer()
    operation = AcceptedOperationSerializer()


class SyncedFabricsSerializer(serializers.Serializer):
    """Answer of `fabrics/sync`: one operation a fabric, and the fabrics left out."""

    queued = SyncedFabricSerializer(many=True)
    left = NotSyncedSerializer(many=True)


class ShortOperationSerializer(serializers.Serializer):
    """An operation in a few words."""

    id = serializers.IntegerField()
    operation_id = serializers.UUIDField()
    operation_type = serializers.CharField()
    status = serializers.CharField()
    current_phase = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()
    message = serializers.CharField()
    commit_sha = serializers.CharField(allow_null=True)


class GitOpsStatusSerializer(serializers.Serializer):
    """Answer of `gitops-status`; null is what nobody has measured."""

    initialized = serializers.BooleanField()
    gitops_directory = serializers.CharField()
    raw_directory_path = serializers.CharField()
    managed_directory_path = serializers.CharField()
    archive_strategy = serializers.CharField()
    sync_status = serializers.ChoiceField(choices=list(choices.SyncStatusChoices))
    last_sync = serializers.DateTimeField(allow_null=True)
    head_commit = serializers.CharField(allow_null=True)
    last_synced_commit = serializers.CharField(allow_null=True)
    raw_files = serializers.IntegerField(allow_null=True)
    managed_files = serializers.IntegerField(allow_null=True)
    unmanaged_files = serializers.IntegerField(allow_null=True)
    archived_files = serializers.IntegerField(allow_null=True)
    resources = serializers.IntegerField()
    conflicts = serializers.IntegerField()
    duplicate_groups = serializers.IntegerField(allow_null=True)
    outbox_pending = serializers.IntegerField()
    uploads_pending = serializers.IntegerField()
    features = serializers.DictField(child=serializers.BooleanField())
    switched_off = serializers.ListField(child=serializers.CharField())
    running_operation = ShortOperationSerializer(allow_null=True)
    last_operation = ShortOperationSerializer(allow_null=True)
    findings = serializers.ListField(child=serializers.DictField())


class ConnectionSerializer(serializers.Serializer):
    """Answer of `test-connection`: what the server said just now."""

    ok = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)
    message = serializers.CharField(allow_blank=True)
    hint = serializers.CharField(allow_blank=True)
    head_commit = serializers.CharField(allow_null=True)
    latency_seconds = serializers.FloatField(allow_null=True)
    can_write = serializers.BooleanField(allow_null=True)
    api_requests_left = serializers.IntegerField(
        allow_null=True, help_text="What is left of the budget at the host's API, if it has one"
    )


class ServiceStatusSerializer(serializers.Serializer):
    """Answer of `status`."""

    plugin_version = serializers.CharField(allow_null=True)
    netbox_version = serializers.CharField()
    queue = serializers.CharField()
    workers = serializers.IntegerField(help_text='That serve the queue now')
    operations_waiting = serializers.IntegerField()
    operations_running = serializers.IntegerField()
    operations_stuck = serializers.IntegerField(help_text='Whose worker is gone')
    credentials_unreadable = serializers.IntegerField(
        help_text='Sealed credentials and webhook secrets that no key opens'
    )
    switched_off = serializers.ListField(child=serializers.CharField())


class ErrorSerializer(serializers.Serializer):
    """The body of every failed action."""

    success = serializers.BooleanField()
    error = serializers.CharField()
    error_code = serializers.CharField()
    reason = serializers.CharField()
    details = serializers.DictField()
    request_id = serializers.UUIDField(allow_null=True)
    timestamp = serializers.DateTimeField()
    documentation_url = serializers.URLField(
        allow_null=True, help_text='Where reasons are explained, if the setting of that name is set'
    )
