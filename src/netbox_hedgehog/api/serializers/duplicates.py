"""Duplicate groups and their files as JSON, and what settling them takes and answers."""

from collections.abc import Mapping
from typing import Any

from netbox.api.fields import ChoiceField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers
from users.api.serializers import UserSerializer

from ... import choices
from ...models import YAMLDuplicateFile, YAMLDuplicateGroup
from .actions import AcceptedJobSerializer, AcceptedOperationSerializer, StrictSerializer
from .fabrics import HedgehogFabricSerializer
from .policies import ResolutionPolicySerializer
from .records import SyncOperationSerializer
from .resolve import BulkResolvedSerializer, StrategyField

__all__ = [
    'DuplicateStatusSerializer',
    'IgnoreGroupSerializer',
    'ProcessDuplicatesSerializer',
    'ResolveConflictsSerializer',
    'ResolvedConflictsSerializer',
    'SettleGroupSerializer',
    'SettlementPlanSerializer',
    'YAMLDuplicateFileSerializer',
    'YAMLDuplicateGroupSerializer',
]


class YAMLDuplicateFileSerializer(BaseModelSerializer):
    """One document of a group."""

    resolution_action = ChoiceField(choices=choices.DuplicateActionChoices, read_only=True)
    spot = serializers.CharField(read_only=True)

    class Meta:
        model = YAMLDuplicateFile
        fields = [
            'id',
            'url',
            'display',
            'duplicate_group',
            'file_path',
            'document_index',
            'item_index',
            'line',
            'area',
            'spot',
            'file_hash',
            'blob_id',
            'priority_score',
            'resolution_action',
            'is_winner',
            'why',
            'original_text',
        ]
        brief_fields = (
            'id',
            'url',
            'display',
            'file_path',
            'document_index',
            'spot',
            'line',
            'is_winner',
            'resolution_action',
            'why',
        )
        read_only_fields = fields


class YAMLDuplicateGroupSerializer(BaseModelSerializer):
    """Documents that say the same, or speak of the same object; which counts, and why."""

    fabric = HedgehogFabricSerializer(nested=True, read_only=True)
    comparison = ChoiceField(choices=choices.DuplicateComparisonChoices, read_only=True)
    resolution_status = ChoiceField(choices=choices.DuplicateStatusChoices, read_only=True)
    resolution_strategy = ChoiceField(
        choices=choices.DuplicateStrategyChoices, read_only=True, allow_null=True
    )
    wait = ChoiceField(choices=choices.DuplicateWaitChoices, read_only=True, allow_null=True)
    policy = ResolutionPolicySerializer(nested=True, read_only=True, allow_null=True)
    winner = YAMLDuplicateFileSerializer(nested=True, read_only=True, allow_null=True)
    files = YAMLDuplicateFileSerializer(nested=True, many=True, read_only=True)
    detected_in = SyncOperationSerializer(nested=True, read_only=True, allow_null=True)
    resolved_in = SyncOperationSerializer(nested=True, read_only=True, allow_null=True)
    resolved_by = UserSerializer(nested=True, read_only=True, allow_null=True)

    class Meta:
        model = YAMLDuplicateGroup
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'group_id',
            'fabric',
            'identity',
            'comparison',
            'resolution_status',
            'resolution_strategy',
            'wait',
            'rule',
            'why',
            'differing_fields',
            'files_total',
            'files',
            'winner',
            'state_token',
            'policy',
            'policy_version',
            'detection_timestamp',
            'last_seen',
            'scanned_commit',
            'detected_in',
            'resolved_in',
            'resolved_by',
            'resolved_at',
            'decided_before',
            'notes',
        ]
        brief_fields = (
            'id',
            'url',
            'display',
            'group_id',
            'identity',
            'comparison',
            'resolution_status',
        )
        read_only_fields = fields


class ProcessDuplicatesSerializer(StrictSerializer):
    """Request of `process-duplicates`."""

    commit = serializers.BooleanField(
        default=True, help_text='False: tell what would be done, and do nothing'
    )
    policy = serializers.IntegerField(
        required=False, allow_null=True, help_text="Id of the policy in place of the fabric's"
    )
    option_set = serializers.ChoiceField(
        choices=[
            choice
            for choice in choices.PolicyOptionSetChoices
            if choice[0] != choices.PolicyOptionSetChoices.CUSTOM
        ],
        required=False,
    )
    groups = serializers.ListField(
        child=serializers.CharField(),
        required=False,
        help_text='Ids or UUIDs; absent: every open group that the rules decide',
    )
    action = serializers.ChoiceField(
        choices=choices.LoserActionChoices,
        required=False,
        help_text='What becomes of the others, in place of what the policy says',
    )
    expected_commit = serializers.CharField(
        required=False, help_text='base_commit of the plan this request follows; else 409'
    )
    notes = serializers.CharField(required=False, default='', allow_blank=True)


class SettleGroupSerializer(StrictSerializer):
    """Request of `preview` and `resolve` of one group.

    A file is named by its id, or as `path` or `path#document`.
    """

    winner = serializers.CharField(
        required=False, help_text='The file that counts; absent: as the rules say'
    )
    actions = serializers.DictField(
        child=serializers.ChoiceField(choices=choices.DuplicateActionChoices),
        required=False,
        default=dict,
        help_text='What becomes of each file; absent: as the policy says',
    )
    state_token = serializers.CharField(
        required=False, help_text='state_token of the group this decision is about; else 409'
    )
    notes = serializers.CharField(required=False, default='', allow_blank=True)


class IgnoreGroupSerializer(StrictSerializer):
    """Request of `ignore`."""

    notes = serializers.CharField(required=False, default='', allow_blank=True)


class PlannedChangeSerializer(serializers.Serializer):
    """One file the commit would change."""

    action = serializers.CharField()
    path = serializers.CharField()


class SettlementPlanSerializer(serializers.Serializer):
    """What would be committed; nothing was written. 200."""

    base_commit = serializers.CharField()
    subject = serializers.CharField()
    changes = PlannedChangeSerializer(many=True)
    diff = serializers.CharField()
    policy = serializers.CharField(help_text='By which it was decided')
    groups = serializers.ListField(
        child=serializers.JSONField(), help_text='identity, winner, rule, why, becomes[]'
    )
    left = serializers.ListField(
        child=serializers.JSONField(), help_text='Groups that stay: identity, reason, message'
    )
    findings = serializers.ListField(child=serializers.JSONField())
    counts = serializers.DictField(child=serializers.IntegerField())


class GroupsByKindSerializer(serializers.Serializer):
    """How the open groups compare."""

    identical = serializers.IntegerField()
    same_meaning = serializers.IntegerField()
    subset = serializers.IntegerField()
    conflicting = serializers.IntegerField()


class NearPlaceSerializer(serializers.Serializer):
    """One of the places; `spot` is the file, with `#` and a number where it has more documents."""

    spot = serializers.CharField()
    name = serializers.CharField()


class NearDuplicateSerializer(serializers.Serializer):
    """What looks like one object and is two or more; never settled."""

    nearness = serializers.ChoiceField(choices=['same_spec', 'letter_case', 'same_bytes'])
    places = NearPlaceSerializer(many=True)


class DuplicateStatusSerializer(serializers.Serializer):
    """What the last search found, and what became of it. What nobody counted is null."""

    enabled = serializers.BooleanField()
    mode = serializers.CharField()
    policy = serializers.CharField()
    last_duplicate_scan = serializers.DateTimeField(allow_null=True)
    scanned_commit = serializers.CharField(allow_null=True)
    files_scanned = serializers.IntegerField(allow_null=True)
    objects_found = serializers.IntegerField(allow_null=True)
    near_misses = serializers.IntegerField(allow_null=True)
    near_duplicates = NearDuplicateSerializer(
        many=True, allow_null=True, help_text='The first 200 of the near_misses'
    )
    files_parsed = serializers.IntegerField(allow_null=True)
    scan_seconds = serializers.FloatField(allow_null=True)
    groups_total = serializers.IntegerField()
    groups_open = serializers.IntegerField()
    groups_by_kind = GroupsByKindSerializer()
    resolved = serializers.IntegerField()
    ignored = serializers.IntegerField()
    waiting_for_person = serializers.IntegerField()
    failed = serializers.IntegerField()
    running_operation = serializers.UUIDField(allow_null=True)


class GroupChoiceSerializer(StrictSerializer):
    """A group, the file that counts in it, and what becomes of the others."""

    group = serializers.CharField(help_text='Id or UUID')
    winner = serializers.CharField(required=False)
    actions = serializers.DictField(
        child=serializers.ChoiceField(choices=choices.DuplicateActionChoices),
        required=False,
        default=dict,
    )
    state_token = serializers.CharField(required=False)


OLDER_WORDS = {'conflicts': 'conflict_ids', 'strategy': 'resolution_strategy'}


class ResolveConflictsSerializer(StrictSerializer):
    """Request of `resolve-conflicts`: conflicts by one strategy, groups by hand, or both."""

    conflict_ids = serializers.ListField(
        child=serializers.CharField(), required=False, default=list, help_text='Ids or UUIDs'
    )
    resolution_strategy = StrategyField(choices=choices.ConflictStrategyChoices, required=False)
    resolution_notes = serializers.CharField(required=False, default='', allow_blank=True)
    user_decisions = serializers.DictField(
        required=False, default=dict, help_text='For the strategy user_decision, as in `resolve`'
    )
    groups = GroupChoiceSerializer(many=True, required=False, default=list)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if isinstance(data, Mapping):
            # The words of the mission documents beside ours.
            data = {OLDER_WORDS.get(name, name): value for name, value in data.items()}
        return super().to_internal_value(data)

    def validate(self, data: dict[str, object]) -> dict[str, object]:
        if not data['conflict_ids'] and not data['groups']:
            raise serializers.ValidationError('Name conflicts or groups.')
        if data['conflict_ids'] and not data.get('resolution_strategy'):
            raise serializers.ValidationError(
                {'resolution_strategy': ['Conflicts need a strategy.']}
            )
        return data


class SettlementQueuedSerializer(serializers.Serializer):
    """The operation that settles the groups."""

    job = AcceptedJobSerializer()
    operation = AcceptedOperationSerializer()


class ResolvedConflictsSerializer(BulkResolvedSerializer):
    """As of `resolve-bulk`, and the operation that settles the groups."""

    groups_targeted = serializers.IntegerField()
    settlement = SettlementQueuedSerializer(allow_null=True)
