"""Resolution policies as JSON: what they say, their versions, and what trying one out answers."""

from typing import Any

from netbox.api.fields import ChoiceField, RelatedObjectCountField
from netbox.api.serializers import PrimaryModelSerializer
from rest_framework import serializers

from ... import choices
from ...models import ResolutionPolicy, ResolutionPolicyVersion
from ...sync.policies import as_imported
from .actions import StrictSerializer

__all__ = [
    'PolicyExportSerializer',
    'PolicyTriedSerializer',
    'ResolutionPolicySerializer',
    'ResolutionPolicyVersionSerializer',
    'RestorePolicySerializer',
    'TryPolicySerializer',
]


class ResolutionPolicySerializer(PrimaryModelSerializer):
    """A policy. `version` grows with each change of what it says."""

    slug = serializers.SlugField(required=False, allow_blank=True, max_length=100)
    option_set = ChoiceField(choices=choices.PolicyOptionSetChoices, required=False)
    rules = serializers.JSONField(required=False)
    loser_action = ChoiceField(choices=choices.LoserActionChoices, required=False)
    fabric_count = RelatedObjectCountField('fabrics')

    class Meta:
        model = ResolutionPolicy
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'name',
            'slug',
            'option_set',
            'rules',
            'loser_action',
            'max_deletions',
            'max_moves',
            'version',
            'is_default',
            'fabric_count',
            'description',
            'owner',
            'comments',
            'tags',
            'custom_fields',
            'created',
            'last_updated',
        ]
        brief_fields = ('id', 'url', 'display', 'name', 'slug', 'version', 'description')
        read_only_fields = ('version',)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None and 'option_set' in data and 'rules' in data:
            data['option_set'], data['rules'] = as_imported(data['option_set'], data['rules'])
        return dict(super().validate(data))


class ResolutionPolicyVersionSerializer(serializers.ModelSerializer):
    """What a policy said at one time."""

    class Meta:
        model = ResolutionPolicyVersion
        fields = ('id', 'version', 'content', 'user_name', 'message', 'created')
        read_only_fields = fields


class RestorePolicySerializer(StrictSerializer):
    """Request of `restore`: the version whose content becomes a new one."""

    version = serializers.IntegerField(min_value=1)


class TryPolicySerializer(StrictSerializer):
    """Request of `preview`: the fabric, and what the policy would say if it were saved so."""

    fabric = serializers.CharField(help_text='Id or slug')
    option_set = serializers.ChoiceField(choices=choices.PolicyOptionSetChoices, required=False)
    rules = serializers.ListField(child=serializers.JSONField(), required=False)
    loser_action = serializers.ChoiceField(choices=choices.LoserActionChoices, required=False)


class TriedGroupSerializer(serializers.Serializer):
    """One group: who wins now, who would win."""

    identity = serializers.CharField()
    comparison = serializers.CharField()
    winner_now = serializers.CharField(allow_null=True)
    winner = serializers.CharField(allow_null=True)
    rule = serializers.CharField()
    wait = serializers.CharField(help_text='Why a person would have to choose; empty otherwise')
    changes = serializers.BooleanField(help_text='Another file wins than now')


class PolicyTriedSerializer(serializers.Serializer):
    """Answer of `preview`; nothing was written."""

    fabric = serializers.IntegerField()
    commit = serializers.CharField()
    groups_total = serializers.IntegerField()
    groups_waiting = serializers.IntegerField()
    groups_changed = serializers.IntegerField()
    groups = TriedGroupSerializer(many=True)


class PolicyExportSerializer(serializers.Serializer):
    """A policy as the YAML text that stands in `.hnp/policy.yaml`."""

    name = serializers.CharField()
    version = serializers.IntegerField()
    text = serializers.CharField()
