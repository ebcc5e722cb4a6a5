"""The root fields; NetBox joins them with its own queries, so each name begins with ours."""

import strawberry
import strawberry_django

from . import types

__all__ = ['HedgehogQuery', 'schema']


@strawberry.type(name='Query')
class HedgehogQuery:
    hedgehog_checkpoint: types.CheckpointType = strawberry_django.field()
    hedgehog_checkpoint_list: list[types.CheckpointType] = strawberry_django.field()

    hedgehog_conflict: types.ConflictResolutionType = strawberry_django.field()
    hedgehog_conflict_list: list[types.ConflictResolutionType] = strawberry_django.field()

    hedgehog_duplicate_file: types.YAMLDuplicateFileType = strawberry_django.field()
    hedgehog_duplicate_file_list: list[types.YAMLDuplicateFileType] = strawberry_django.field()

    hedgehog_duplicate_group: types.YAMLDuplicateGroupType = strawberry_django.field()
    hedgehog_duplicate_group_list: list[types.YAMLDuplicateGroupType] = strawberry_django.field()

    hedgehog_error: types.ErrorRecordType = strawberry_django.field()
    hedgehog_error_list: list[types.ErrorRecordType] = strawberry_django.field()

    hedgehog_fabric: types.HedgehogFabricType = strawberry_django.field()
    hedgehog_fabric_list: list[types.HedgehogFabricType] = strawberry_django.field()

    hedgehog_git_repository: types.GitRepositoryType = strawberry_django.field()
    hedgehog_git_repository_list: list[types.GitRepositoryType] = strawberry_django.field()

    hedgehog_operation: types.SyncOperationType = strawberry_django.field()
    hedgehog_operation_list: list[types.SyncOperationType] = strawberry_django.field()

    hedgehog_outbox_entry: types.OutboxEntryType = strawberry_django.field()
    hedgehog_outbox_entry_list: list[types.OutboxEntryType] = strawberry_django.field()

    hedgehog_policy: types.ResolutionPolicyType = strawberry_django.field()
    hedgehog_policy_list: list[types.ResolutionPolicyType] = strawberry_django.field()

    hedgehog_policy_version: types.ResolutionPolicyVersionType = strawberry_django.field()
    hedgehog_policy_version_list: list[types.ResolutionPolicyVersionType] = (
        strawberry_django.field()
    )

    hedgehog_pull_request: types.PullRequestType = strawberry_django.field()
    hedgehog_pull_request_list: list[types.PullRequestType] = strawberry_django.field()

    hedgehog_resource: types.HedgehogResourceType = strawberry_django.field()
    hedgehog_resource_list: list[types.HedgehogResourceType] = strawberry_django.field()

    hedgehog_upload: types.RawUploadType = strawberry_django.field()
    hedgehog_upload_list: list[types.RawUploadType] = strawberry_django.field()


schema = [HedgehogQuery]
