"""What laying out a directory, checking it, taking drops in and checking files take and answer."""

from typing import Any

from rest_framework import serializers

from ... import choices
from .actions import StrictSerializer

__all__ = [
    'CheckFilesSerializer',
    'CheckedFilesSerializer',
    'DirectoryCheckSerializer',
    'IngestRawSerializer',
    'InitGitOpsSerializer',
]

# The words of the mission documents -> the engine's.
EXISTING_FILES = {'organize': 'organise', 'backup_only': 'keep'}
MAX_TEXTS = 100


class ExistingFilesField(serializers.ChoiceField):
    """organise, archive or keep; the older names are understood."""

    def to_internal_value(self, data: Any) -> str:
        known = data if isinstance(data, str) else ''
        return super().to_internal_value(EXISTING_FILES.get(known, data))


class InitGitOpsSerializer(StrictSerializer):
    """Request of `init-gitops` and `gitops-directories/initialize`."""

    force_recreate = serializers.BooleanField(
        default=False, help_text='Write README, manifest and .gitkeep anew, too'
    )
    backup_existing = serializers.BooleanField(
        default=True, help_text='Keep a checkpoint before a directory is written anew'
    )
    existing_files = ExistingFilesField(
        choices=['organise', 'archive', 'keep'],
        required=False,
        help_text='What becomes of YAML that is there: to raw/, to the archive, or nothing',
    )
    structure_template = serializers.ChoiceField(choices=['standard'], default='standard')
    create_readme_files = serializers.BooleanField(default=True)
    initial_commit_message = serializers.CharField(
        required=False, allow_blank=True, max_length=2000
    )
    commit = serializers.BooleanField(
        default=True, help_text='False: tell what would be done, and do nothing'
    )

    def validate_create_readme_files(self, value: bool) -> bool:
        if not value:
            raise serializers.ValidationError(
                'README.md is a part of the layout: the next synchronisation would bring it back.'
            )
        return value


class IngestRawSerializer(StrictSerializer):
    """Request of `ingest-raw` and `gitops-directories/ingest`."""

    file_patterns = serializers.ListField(
        child=serializers.CharField(max_length=500),
        required=False,
        max_length=100,
        help_text='Shell patterns for names or paths below raw/; all files without',
    )
    bad_documents = serializers.ChoiceField(
        choices=choices.BadDocumentPolicyChoices,
        required=False,
        help_text="For this once; else the fabric's",
    )
    validation_strict = serializers.BooleanField(
        required=False, help_text='True: bad_documents is hold_file'
    )
    archive_processed = serializers.BooleanField(
        default=True, help_text='False: leave the files of raw/ in their places'
    )
    auto_commit = serializers.BooleanField(default=True, help_text='The same as `commit`')
    commit = serializers.BooleanField(
        default=True, help_text='False: tell what would be done, and do nothing'
    )
    commit_message = serializers.CharField(required=False, allow_blank=True, max_length=2000)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if data.pop('validation_strict', False):
            hold_file = choices.BadDocumentPolicyChoices.HOLD_FILE
            if data.setdefault('bad_documents', hold_file) != hold_file:
                raise serializers.ValidationError(
                    {'bad_documents': ['Differs from validation_strict.']}
                )
        return data


class CheckFilesSerializer(StrictSerializer):
    """Request of `validate`: a commit, some paths of it, or texts that nobody has written yet."""

    at = serializers.RegexField(
        '^[0-9a-f]{7,64}$', required=False, help_text='A commit; else the last synchronised one'
    )
    paths = serializers.ListField(
        child=serializers.CharField(max_length=4096, trim_whitespace=False),
        required=False,
        max_length=1000,
        help_text='Tell what is found in these files and folders only',
    )
    texts = serializers.DictField(
        child=serializers.CharField(allow_blank=True, trim_whitespace=False),
        required=False,
        help_text='Path -> YAML: what would be found if the file said this',
    )
    structure = serializers.ListField(
        child=serializers.CharField(max_length=4096),
        required=False,
        max_length=1000,
        help_text='Files, and folders with a slash at the end, that are expected to be there',
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if 'texts' in data and 'paths' in data:
            raise serializers.ValidationError({'texts': ['Give texts or paths, not both.']})
        if len(data.get('texts', ())) > MAX_TEXTS:
            raise serializers.ValidationError({'texts': [f'At most {MAX_TEXTS} at once.']})
        return data


class FindingSerializer(serializers.Serializer):
    """Something that was found in a file; what is not known of its place is null."""

    severity = serializers.ChoiceField(choices=['error', 'warning', 'info'])
    code = serializers.CharField()
    message = serializers.CharField()
    file = serializers.CharField(allow_null=True)
    line = serializers.IntegerField(allow_null=True)
    column = serializers.IntegerField(allow_null=True)
    document = serializers.IntegerField(allow_null=True, help_text='Counted from 0')
    resource = serializers.CharField(allow_null=True)
    field = serializers.CharField(allow_null=True)
    suggestion = serializers.CharField(allow_null=True)


class CheckedFilesSerializer(serializers.Serializer):
    """Answer of `validate`: findings only; nothing was written."""

    valid = serializers.BooleanField(help_text='No finding is an error')
    commit = serializers.CharField()
    files = serializers.IntegerField()
    objects = serializers.IntegerField()
    findings = FindingSerializer(many=True)


class RepositoryInfoSerializer(serializers.Serializer):
    """The repository, for those who may see it."""

    url = serializers.CharField()
    branch = serializers.CharField()
    connection_status = serializers.CharField()
    last_validated = serializers.DateTimeField(allow_null=True)


class FolderSerializer(serializers.Serializer):
    """One folder of the layout; null where this machine has no copy of the files."""

    exists = serializers.BooleanField(allow_null=True)
    is_directory = serializers.BooleanField(allow_null=True)
    file_count = serializers.IntegerField(allow_null=True)
    subdirectories = serializers.DictField(child=serializers.IntegerField(), allow_null=True)
    last_sync = serializers.DateTimeField(allow_null=True)


class FoldersSerializer(serializers.Serializer):
    """The three folders people put objects into."""

    raw = FolderSerializer()
    unmanaged = FolderSerializer()
    managed = FolderSerializer()


class OneCheckSerializer(serializers.Serializer):
    """One check; `passed` is null where nobody knows."""

    name = serializers.CharField()
    passed = serializers.BooleanField(allow_null=True)
    message = serializers.CharField()


class DirectoryCheckSerializer(serializers.Serializer):
    """Answer of `gitops-directories/validate`."""

    fabric_id = serializers.IntegerField()
    fabric_name = serializers.CharField()
    initialized = serializers.BooleanField()
    structure_valid = serializers.BooleanField(allow_null=True)
    gitops_directory = serializers.CharField()
    checked_commit = serializers.CharField(allow_null=True)
    repository_info = RepositoryInfoSerializer(allow_null=True)
    directories = FoldersSerializer()
    issues = serializers.ListField(child=serializers.CharField())
    recommendations = serializers.ListField(child=serializers.CharField())
    checks = OneCheckSerializer(many=True)
    health_score = serializers.IntegerField(
        allow_null=True, help_text='The share of `checks` that passed, of those known, in per cent'
    )
