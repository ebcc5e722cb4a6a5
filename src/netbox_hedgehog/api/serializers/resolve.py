"""What deciding a conflict takes and answers."""

from typing import Any

from rest_framework import serializers

from ... import choices
from .actions import (
    AcceptedJobSerializer,
    AcceptedOperationSerializer,
    StrictSerializer,
    TitleField,
)
from .records import ConflictResolutionSerializer

__all__ = [
    'BulkResolveSerializer',
    'BulkResolvedSerializer',
    'ResolutionPreviewSerializer',
    'ResolveSerializer',
    'ResolvedSerializer',
]

# The words of the mission documents beside ours.
STRATEGY_ALIASES = {'github_wins': 'git_wins'}


class StrategyField(serializers.ChoiceField):
    """One of the strategies; the older name of git_wins is understood."""

    def to_internal_value(self, data: Any) -> str:
        return super().to_internal_value(STRATEGY_ALIASES.get(data, data))


class ResolveOptionsSerializer(StrictSerializer):
    """How a decision is carried out."""

    create_pr = serializers.BooleanField(
        default=False, help_text='Put it on a branch and propose it'
    )
    pr_title = TitleField()
    auto_apply = serializers.BooleanField(default=True, help_text='The same as `commit`')
    backup_before_resolve = serializers.BooleanField(
        default=False, help_text='Keep a checkpoint; where a whole side loses one is kept anyhow'
    )


class BulkOptionsSerializer(StrictSerializer):
    """How decisions about several conflicts are carried out."""

    create_single_pr = serializers.BooleanField(
        default=False, help_text='Put them on one branch and propose it'
    )
    pr_title = TitleField()
    skip_manual_conflicts = serializers.BooleanField(
        default=False, help_text='Leave those out that only a person can decide'
    )


class ResolveSerializer(StrictSerializer):
    """Request of `resolve`."""

    options = ResolveOptionsSerializer(required=False)

    resolution_strategy = StrategyField(choices=choices.ConflictStrategyChoices)
    user_decisions = serializers.DictField(
        required=False,
        default=dict,
        help_text='Path of a field: gui_value, git_value, base_value, merge_both or {"value": ...}',
    )
    resolution_notes = serializers.CharField(required=False, default='', allow_blank=True)
    expected_commit = serializers.CharField(
        required=False, help_text='git_commit of the conflict this decision is about; else 409'
    )
    state_token = serializers.CharField(
        required=False,
        help_text='Of the conflict as it was read; 409 when a side has changed since',
    )
    commit = serializers.BooleanField(
        default=True, help_text='False: tell what the decision comes to, and decide nothing'
    )


class ResolutionPreviewSerializer(serializers.Serializer):
    """What a decision comes to: the object's text (null: it would be gone) and the difference."""

    text = serializers.CharField(allow_null=True)
    diff = serializers.CharField()
    takes_git = serializers.BooleanField(help_text='Git says that already: nothing is committed')


class ResolutionDetailsSerializer(serializers.Serializer):
    """How it was decided; the times are null while it is being published."""

    strategy_used = serializers.ChoiceField(choices=choices.ConflictStrategyChoices)
    resolved_at = serializers.DateTimeField(allow_null=True)
    resolution_duration_seconds = serializers.FloatField(
        allow_null=True, help_text='From its detection on'
    )
    backup_created = serializers.BooleanField()


class NextStepsSerializer(serializers.Serializer):
    """What is left to be done."""

    requires_approval = serializers.BooleanField(help_text='A pull request has to be merged')


class ResolvedSerializer(serializers.Serializer):
    """202: published by an operation. 200: nothing has to be committed, and both are null."""

    conflict = ConflictResolutionSerializer(nested=True)
    resolution_details = ResolutionDetailsSerializer()
    resolved_state = serializers.DictField(
        allow_null=True, help_text='What was decided: the object as it will be; null: it goes'
    )
    next_steps = NextStepsSerializer()
    job = AcceptedJobSerializer(allow_null=True)
    operation = AcceptedOperationSerializer(allow_null=True)


class BulkResolveSerializer(StrictSerializer):
    """Request of `resolve-bulk`: one strategy for several conflicts of the fabric."""

    conflict_ids = serializers.ListField(
        child=serializers.CharField(), allow_empty=False, help_text='Ids or UUIDs'
    )
    resolution_strategy = StrategyField(choices=choices.ConflictStrategyChoices)
    resolution_notes = serializers.CharField(required=False, default='', allow_blank=True)
    state_tokens = serializers.DictField(
        child=serializers.CharField(),
        required=False,
        default=dict,
        help_text='By id or UUID as named: what has changed since is left, and told',
    )
    options = BulkOptionsSerializer(required=False)


class LeftSerializer(serializers.Serializer):
    """A conflict that this strategy does not decide."""

    conflict = serializers.IntegerField()
    reason = serializers.CharField()
    message = serializers.CharField()


class BulkResolvedSerializer(serializers.Serializer):
    """How many were asked for, what was decided, and what was left and why."""

    conflicts_targeted = serializers.IntegerField()
    conflicts_decided = serializers.IntegerField()
    conflicts_left = LeftSerializer(many=True)
    conflicts_auto_resolvable = serializers.IntegerField(help_text='Of those asked for')
    conflicts_skipped = serializers.IntegerField(help_text='Left out as asked: for a person')
    status_url = serializers.URLField(allow_null=True, help_text='Of the operation, if any')
    job = AcceptedJobSerializer(allow_null=True)
    operation = AcceptedOperationSerializer(allow_null=True)
