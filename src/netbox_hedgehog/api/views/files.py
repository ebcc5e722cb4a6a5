"""A fabric's files over REST: read straight from Git, changed by one commit."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ... import jobs
from ...choices import CheckpointReasonChoices, TriggerTypeChoices
from ...models import Checkpoint, HedgehogFabric
from ...sync.checkpoints import take
from ...sync.versions import FabricFiles, NeedsPerson, files_of
from .. import permissions, serializers
from .actions import accepted, require_worker, valid
from .versions import asked_or_shown, limited, told

__all__ = ['FabricFilesMixin']

_TEXT = {'type': str, 'location': OpenApiParameter.QUERY}
PATH = OpenApiParameter('path', **_TEXT, description='From the top, or below the directory')
AT = OpenApiParameter('at', **_TEXT, description='A commit; else the last synchronised one')
LIMIT = OpenApiParameter('limit', int, OpenApiParameter.QUERY)
FROM = OpenApiParameter('from', **_TEXT, description='The older commit')
TO = OpenApiParameter('to', **_TEXT, description='The newer commit; else the newest')

REFUSED = {
    403: serializers.ErrorSerializer,
    404: serializers.ErrorSerializer,
    409: serializers.ErrorSerializer,
    422: serializers.ErrorSerializer,
    503: serializers.ErrorSerializer,
}
DONE = {
    **REFUSED,
    200: serializers.PlanSerializer,
    202: serializers.AcceptedSerializer,
    400: serializers.ErrorSerializer,
}


class FabricFilesMixin:
    """The actions of `fabrics/{id}/files/`, `backups/`, `restore/` and `checkpoints/`."""

    file_permissions = {
        **dict.fromkeys(
            (
                'files',
                'file_content',
                'file_history',
                'file_diff',
                'file_metadata',
                'file_originals',
                'backups',
                'removed',
            ),
            permissions.StatusFabricPermission,
        ),
        **dict.fromkeys(
            ('file_operations', 'file_restore', 'restore', 'checkpoints'),
            permissions.PushFabricPermission,
        ),
    }

    @extend_schema(parameters=[AT], responses={**REFUSED, 200: serializers.FilesSerializer})
    @action(detail=True, methods=['get'], url_path='files')
    def files(self, request: Request, pk: int) -> Response:
        """Every file of the fabric with its size."""
        return self._read(pk, lambda found: found.listing(request.query_params.get('at', '')))

    @extend_schema(parameters=[PATH, AT], responses={**REFUSED, 200: serializers.ContentSerializer})
    @action(detail=True, methods=['get'], url_path='files/content')
    def file_content(self, request: Request, pk: int) -> Response:
        """The text of a file, now or at a commit."""
        path, at = _path(request), request.query_params.get('at', '')
        return self._read(pk, lambda found: found.content(path, at))

    @extend_schema(
        parameters=[PATH, LIMIT], responses={**REFUSED, 200: serializers.HistorySerializer}
    )
    @action(detail=True, methods=['get'], url_path='files/history')
    def file_history(self, request: Request, pk: int) -> Response:
        """The versions of a file, moves included; without a path those of the whole folder."""
        path, limit = request.query_params.get('path', ''), limited(request)
        return self._read(pk, lambda found: {'commits': found.history(path, limit)})

    @extend_schema(
        parameters=[PATH, FROM, TO], responses={**REFUSED, 200: serializers.DifferenceSerializer}
    )
    @action(detail=True, methods=['get'], url_path='files/diff')
    def file_diff(self, request: Request, pk: int) -> Response:
        """What differs between two commits, by text and field by field."""
        asked = request.query_params
        path, old, new = asked.get('path', ''), asked.get('from', ''), asked.get('to', '')
        return self._read(pk, lambda found: {'files': found.difference(path, old, new)})

    @extend_schema(parameters=[PATH], responses={**REFUSED, 200: serializers.FactsSerializer})
    @action(detail=True, methods=['get'], url_path='files/metadata')
    def file_metadata(self, request: Request, pk: int) -> Response:
        """Checksum, size, objects, versions and authors of a file."""
        path = _path(request)
        return self._read(pk, lambda found: found.facts(path))

    @extend_schema(responses={**REFUSED, 200: serializers.OriginalsSerializer})
    @action(detail=True, methods=['get'], url_path='files/originals')
    def file_originals(self, request: Request, pk: int) -> Response:
        """What was ingested, and where the bytes of each file are kept."""
        return self._read(pk, lambda found: {'originals': found.originals()})

    @extend_schema(parameters=[LIMIT], responses={**REFUSED, 200: serializers.RemovedSerializer})
    @action(detail=True, methods=['get'])
    def removed(self, request: Request, pk: int) -> Response:
        """The objects that are gone, the latest first: who removed each, and what still has it."""
        limit = limited(request)
        return self._read(pk, lambda found: {'removed': found.removed(limit)})

    @extend_schema(request=serializers.FileOperationsSerializer, responses=DONE)
    @action(detail=True, methods=['post'], url_path='files/operations')
    def file_operations(self, request: Request, pk: int) -> Response:
        """Creates, updates, deletes, moves and copies files: one commit, or nothing."""
        fabric = self._writable(pk)
        asked = valid(serializers.FileOperationsSerializer, request)
        operations = [dict(each) for each in asked.pop('operations')]
        if not asked.pop('commit'):
            with told():
                plan = files_of(fabric).preview_files(asked, operations)
            return Response({'plan': plan})
        require_worker()
        job, operation = jobs.enqueue_files(
            fabric, operations, asked, request.user, TriggerTypeChoices.API, request.id
        )
        return accepted(request, job, operation)

    @extend_schema(request=serializers.RestoreFilesSerializer, responses=DONE)
    @action(detail=True, methods=['post'], url_path='files/restore')
    def file_restore(self, request: Request, pk: int) -> Response:
        """Brings an earlier version, an ingested original or what was replaced back."""
        fabric = self._writable(pk)
        asked = valid(serializers.RestoreFilesSerializer, request)
        if 'backup' in asked:
            with told():
                asked |= _of_backup(fabric, asked.pop('backup'), asked.pop('path', None))
        return asked_or_shown(request, fabric, asked)

    @extend_schema(request=serializers.RestoreFabricSerializer, responses=DONE)
    @action(detail=True, methods=['post'])
    def restore(self, request: Request, pk: int) -> Response:
        """Brings the whole folder, or one object that may be gone, back to an earlier commit."""
        fabric = self._writable(pk)
        return asked_or_shown(request, fabric, valid(serializers.RestoreFabricSerializer, request))

    @extend_schema(responses={200: serializers.BackupSerializer(many=True)})
    @action(detail=True, methods=['get'])
    def backups(self, request: Request, pk: int) -> Response:
        """Every state that was kept before something was replaced, the newest first."""
        fabric = self.permitted_object(pk, 'view')
        rows = fabric.checkpoints.exclude(reason=CheckpointReasonChoices.MANUAL)
        return self._listed(serializers.BackupSerializer, rows.select_related('sync_operation'))

    @extend_schema(
        request=serializers.NewCheckpointSerializer,
        responses={
            200: serializers.CheckpointSerializer(many=True),
            **REFUSED,
            201: serializers.CheckpointSerializer,
        },
    )
    @action(detail=True, methods=['get', 'post'])
    def checkpoints(self, request: Request, pk: int) -> Response:
        """Lists the states one can go back to, or makes one of now."""
        if request.method == 'GET':
            rows = self.permitted_object(pk, 'view').checkpoints
            return self._listed(
                serializers.CheckpointSerializer,
                rows.select_related('fabric', 'sync_operation', 'created_by'),
            )
        fabric = self.permitted_object(pk, 'push')
        asked = valid(serializers.NewCheckpointSerializer, request)
        with told():
            made = take(
                fabric,
                CheckpointReasonChoices.MANUAL,
                request.user,
                name=asked['name'],
                note=asked.get('note', ''),
            )
        context = self.get_serializer_context()
        shown = serializers.CheckpointSerializer(made, context=context).data
        return Response(shown, status=201)

    def _read(self, pk: int, reads: Any) -> Response:
        fabric = self.permitted_object(pk, 'view')
        with told():
            found: FabricFiles = files_of(fabric)
            return Response(reads(found))

    def _writable(self, pk: int) -> HedgehogFabric:
        return self._configured(pk, 'push')

    def _listed(self, serializer: Any, rows: Any) -> Response:
        page = self.paginate_queryset(rows)
        shown = serializer(page, many=True, context=self.get_serializer_context())
        return self.get_paginated_response(shown.data)


def _path(request: Request) -> str:
    path = request.query_params.get('path', '')
    with told():
        if not path:
            raise NeedsPerson('PathRefused', 'Say which file: ?path=raw/site-a.yaml.')
    return path


def _of_backup(fabric: HedgehogFabric, number: int, path: str | None) -> dict[str, Any]:
    """Which files of a backup are to come back: the one named, else all of them."""
    backup = Checkpoint.objects.filter(fabric=fabric, pk=number).first()
    files = [each['path'] for each in backup.files] if backup is not None else []
    if path is not None:
        files = [each for each in files if each in (path, f'{fabric.gitops_directory}/{path}')]
    if backup is None or not files:
        raise NeedsPerson('BackupUnknown', f'No backup {number} of this fabric has such a file.')
    if path is None and backup.files_total > len(files):
        raise NeedsPerson(
            'TooManyFiles',
            f'This backup has {backup.files_total} files.',
            hint='Roll back to it as a whole: checkpoints/{id}/rollback/.',
        )
    return {'to_commit': backup.commit, 'paths': files}
