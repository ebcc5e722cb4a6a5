"""Files, versions and checkpoints as JSON, and what may be asked of them."""

from typing import Any

from netbox.api.fields import ChoiceField
from netbox.api.serializers import BaseModelSerializer
from rest_framework import serializers
from users.api.serializers import UserSerializer

from ... import choices
from ...models import Checkpoint
from .actions import StrictSerializer
from .fabrics import HedgehogFabricSerializer
from .records import SyncOperationSerializer

__all__ = [
    'BackupSerializer',
    'BlameSerializer',
    'CheckpointSerializer',
    'ContentSerializer',
    'DifferenceSerializer',
    'FactsSerializer',
    'FileOperationsSerializer',
    'FilesSerializer',
    'HistorySerializer',
    'NewCheckpointSerializer',
    'OriginalsSerializer',
    'PlanSerializer',
    'RemovedSerializer',
    'ResourceDifferenceSerializer',
    'RestoreFabricSerializer',
    'RestoreFilesSerializer',
    'RestoreResourceSerializer',
    'RollbackSerializer',
]

MAX_OPERATIONS = 1000


class FileRowSerializer(serializers.Serializer):
    """One file. `below` is its path below the fabric's directory; size is null for a link."""

    path = serializers.CharField()
    below = serializers.CharField()
    blob = serializers.CharField()
    mode = serializers.CharField()
    size = serializers.IntegerField(allow_null=True)


class FilesSerializer(serializers.Serializer):
    """Answer of `files`."""

    commit = serializers.CharField()
    files = FileRowSerializer(many=True)


class ContentSerializer(serializers.Serializer):
    """Answer of `files/content`. Not `is_text`: bytes that are no text are written out."""

    commit = serializers.CharField()
    path = serializers.CharField()
    below = serializers.CharField()
    blob = serializers.CharField()
    size = serializers.IntegerField()
    is_text = serializers.BooleanField()
    content = serializers.CharField()


class HistorySerializer(serializers.Serializer):
    """Answer of `history`, the newest first: what each commit did, in the words of the command."""

    commits = serializers.ListField(child=serializers.DictField())


class RemovedSerializer(serializers.Serializer):
    """Answer of `removed`: each object with the commit that removed it, and the last that had it.

    `resource` and `last_commit` are what `restore/` takes to bring it back.
    """

    removed = serializers.ListField(child=serializers.DictField())


class DifferenceSerializer(serializers.Serializer):
    """Answer of `files/diff`: each file with its text, and its objects field by field."""

    files = serializers.ListField(child=serializers.DictField())


class ResourceDifferenceSerializer(serializers.Serializer):
    """How an object differs from one version to another."""

    resource = serializers.CharField()
    action = serializers.CharField()
    fields = serializers.ListField(child=serializers.DictField())
    text = serializers.CharField()


class FactsSerializer(FileRowSerializer):
    """Answer of `files/metadata`."""

    sha256 = serializers.CharField()
    objects = serializers.ListField(child=serializers.CharField())
    versions = serializers.IntegerField()
    authors = serializers.ListField(child=serializers.CharField())
    first = serializers.DictField(allow_null=True)
    last = serializers.DictField(allow_null=True)


class OriginalsSerializer(serializers.Serializer):
    """Answer of `files/originals`: what was ingested, and where its bytes are kept."""

    originals = serializers.ListField(child=serializers.DictField())


class BlameSerializer(serializers.Serializer):
    """Answer of `blame`: for each field who set it, where it stands, and where it came from."""

    fields = serializers.ListField(child=serializers.DictField())


class PlanSerializer(serializers.Serializer):
    """Answer to `commit: false`: what would be done."""

    plan = serializers.DictField()


class _PlannedSerializer(StrictSerializer):
    """What every request has that can be looked at before it is done."""

    commit = serializers.BooleanField(default=True, help_text='false: show the plan only')
    expected_commit = serializers.RegexField(
        '^[0-9a-f]{40,64}$', required=False, help_text='Refuse if the branch has moved on'
    )


class OneFileSerializer(StrictSerializer):
    """One operation on one file. Paths are from the top, or below the fabric's directory."""

    action = serializers.ChoiceField(choices=['create', 'update', 'delete', 'move', 'copy'])
    path = serializers.CharField(max_length=4096, trim_whitespace=False)
    to = serializers.CharField(max_length=4096, required=False, trim_whitespace=False)
    content = serializers.CharField(required=False, allow_blank=True, trim_whitespace=False)
    content_base64 = serializers.CharField(required=False, allow_blank=True)
    expected_blob = serializers.RegexField('^[0-9a-f]{40,64}$', required=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        action = data['action']
        writes, moves = action in ('create', 'update'), action in ('move', 'copy')
        said = ('content' in data) + ('content_base64' in data)
        if said != writes:
            raise serializers.ValidationError(
                {'content': ['create and update need content or content_base64, others none.']}
            )
        if ('to' in data) != moves:
            raise serializers.ValidationError({'to': ['move and copy need it, others do not.']})
        if ('expected_blob' in data) == (action == 'create'):
            raise serializers.ValidationError(
                {'expected_blob': ['Say which blob was seen there; create has none.']}
            )
        return data


class FileOperationsSerializer(_PlannedSerializer):
    """Request of `files/operations`: all of them become one commit, or none."""

    operations = OneFileSerializer(many=True, allow_empty=False, max_length=MAX_OPERATIONS)
    message = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    force = serializers.BooleanField(
        default=False, help_text='Put into managed/ even what cannot be read'
    )
    purge = serializers.BooleanField(
        default=False, help_text='Delete kept copies of deleted files too, and keep no new ones'
    )


class RestoreFilesSerializer(_PlannedSerializer):
    """Request of `files/restore`: a version of a file, an ingested original, or a backup."""

    path = serializers.CharField(max_length=4096, required=False, trim_whitespace=False)
    to_commit = serializers.RegexField('^[0-9a-f]{7,64}$', required=False)
    original = serializers.CharField(max_length=4096, required=False)
    backup = serializers.IntegerField(required=False, help_text='The id of a row of backups/')
    delete = serializers.BooleanField(default=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        sources = [name for name in ('to_commit', 'original', 'backup') if name in data]
        if len(sources) != 1:
            raise serializers.ValidationError(
                {'to_commit': ['Give one of to_commit, original and backup.']}
            )
        if sources == ['to_commit'] and 'path' not in data:
            raise serializers.ValidationError({'path': ['Which file? The whole is restore/.']})
        return data


class RestoreFabricSerializer(_PlannedSerializer):
    """Request of `restore`: the fabric, or one of its objects, which may be gone by now."""

    to_commit = serializers.RegexField('^[0-9a-f]{7,64}$')
    resource = serializers.RegexField(
        '^[^/]*/[^/]+/[^/]*/[^/]+$', required=False, help_text='group/Kind/namespace/name'
    )
    delete = serializers.BooleanField(default=False)


class RestoreResourceSerializer(_PlannedSerializer):
    """Request of a resource's `restore`."""

    to_commit = serializers.RegexField('^[0-9a-f]{7,64}$')
    delete = serializers.BooleanField(default=False)


class NewCheckpointSerializer(StrictSerializer):
    """Request to make a checkpoint."""

    name = serializers.CharField(max_length=200)
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000)


class RollbackSerializer(_PlannedSerializer):
    """Request to go back to a checkpoint."""


class CheckpointSerializer(BaseModelSerializer):
    """A state one can go back to. Drafts and texts in it are not shown, only counted."""

    fabric = HedgehogFabricSerializer(nested=True, read_only=True)
    reason = ChoiceField(choices=choices.CheckpointReasonChoices, read_only=True)
    sync_operation = SyncOperationSerializer(nested=True, read_only=True, allow_null=True)
    created_by = UserSerializer(nested=True, read_only=True, allow_null=True)
    drafts = serializers.IntegerField(read_only=True)
    waiting = serializers.IntegerField(read_only=True)
    settings = serializers.DictField(read_only=True)
    note = serializers.CharField(read_only=True)

    class Meta:
        model = Checkpoint
        fields = [
            'id',
            'url',
            'display_url',
            'display',
            'checkpoint_id',
            'fabric',
            'name',
            'reason',
            'note',
            'sync_operation',
            'commit',
            'digest',
            'drafts',
            'waiting',
            'settings',
            'files_total',
            'copies',
            'created',
            'created_by',
            'user_name',
        ]
        brief_fields = ('id', 'url', 'display', 'checkpoint_id', 'name', 'commit')
        read_only_fields = fields


class BackupSerializer(serializers.Serializer):
    """A state that was secured before something was replaced, with what was replaced."""

    id = serializers.IntegerField()
    checkpoint_id = serializers.UUIDField()
    created = serializers.DateTimeField()
    reason = serializers.CharField()
    commit = serializers.CharField()
    user_name = serializers.CharField()
    operation = SyncOperationSerializer(source='sync_operation', nested=True, allow_null=True)
    copies = serializers.BooleanField()
    files_total = serializers.IntegerField()
    files = serializers.ListField(child=serializers.DictField())
