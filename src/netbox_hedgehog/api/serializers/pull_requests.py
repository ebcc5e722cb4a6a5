"""Pull requests as JSON, and what merging a branch takes."""

from netbox.api.fields import ChoiceField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers
from users.api.serializers import UserSerializer

from ... import choices
from ...models import PullRequest
from .actions import StrictSerializer
from .fabrics import HedgehogFabricSerializer
from .records import SyncOperationSerializer
from .repositories import GitRepositorySerializer

__all__ = [
    'BranchSerializer',
    'CompareBranchSerializer',
    'CreateBranchSerializer',
    'MergeBranchSerializer',
    'MergePullRequestSerializer',
    'PullRequestSerializer',
]

PREFER = ('neither', 'branch', 'base')


class PullRequestSerializer(BaseModelSerializer):
    """A branch that waits for a review; `number` and `url` are those of its host, if it has one."""

    fabric = HedgehogFabricSerializer(nested=True, read_only=True)
    git_repository = GitRepositorySerializer(nested=True, read_only=True, allow_null=True)
    sync_operation = SyncOperationSerializer(nested=True, read_only=True, allow_null=True)
    user = UserSerializer(nested=True, read_only=True, allow_null=True)
    purpose = ChoiceField(choices=choices.PullRequestPurposeChoices, read_only=True)
    state = ChoiceField(choices=choices.PullRequestStateChoices, read_only=True)
    host_url = serializers.CharField(source='url', read_only=True)

    class Meta:
        model = PullRequest
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'fabric',
            'git_repository',
            'sync_operation',
            'purpose',
            'title',
            'body',
            'branch',
            'base_branch',
            'number',
            'host_url',
            'state',
            'close_requested',
            'head_commit',
            'base_commit',
            'merge_commit',
            'user',
            'user_name',
            'reason',
            'created',
            'closed_at',
        ]
        brief_fields = ('id', 'url', 'display', 'title', 'branch', 'state')
        read_only_fields = fields


class MergePullRequestSerializer(StrictSerializer):
    """Request of `merge`: which side is right where both changed the same."""

    prefer = serializers.ChoiceField(choices=PREFER, required=False)
    decisions = serializers.DictField(
        child=serializers.ChoiceField(choices=PREFER[1:]),
        required=False,
        help_text='For single objects: group/Kind/namespace/name to branch or base',
    )


class CompareBranchSerializer(MergePullRequestSerializer):
    """Request of `branches/compare`."""

    branch = serializers.CharField(max_length=255)


class MergeBranchSerializer(CompareBranchSerializer):
    """Request of `branches/merge`; `commit` false only tells what would come of it."""

    commit = serializers.BooleanField(default=True)


class CreateBranchSerializer(StrictSerializer):
    """Request to make a branch: its name, and where it begins (the default branch for nothing)."""

    name = serializers.CharField(max_length=255)
    start = serializers.CharField(max_length=255, required=False, default='', allow_blank=True)


class BranchSerializer(serializers.Serializer):
    """A branch of the server; ahead and behind are null where that is not known here."""

    name = serializers.CharField()
    commit = serializers.CharField()
    default = serializers.BooleanField()
    ahead = serializers.IntegerField(allow_null=True)
    behind = serializers.IntegerField(allow_null=True)
