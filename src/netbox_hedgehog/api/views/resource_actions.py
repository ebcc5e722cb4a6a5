"""What may be asked for one object over REST: its file, its settings, its way to Git and back."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from ...constants import APP_LABEL
from ...models import HedgehogResource
from ...sync.drafts import current_text, git_text, read_draft, text_diff
from ...sync.file_mapping import file_mapping
from ...sync.outbox import Editor
from ...sync.recover import next_look
from ...sync.waiting import discard_draft
from .. import permissions, serializers
from ..errors import ActionError
from .actions import ACCEPTED, refused, require_push, valid
from .fabric_requests import require_configured, require_enabled
from .resource_sync import NeedsPerson, commit_resource, opposes, sync_resource

__all__ = ['ResourceActions']

_ERRORS = {
    400: serializers.ErrorSerializer,
    403: serializers.ErrorSerializer,
    404: serializers.ErrorSerializer,
}


class ResourceActions:
    """Mixed into the viewset of resources."""

    resource_permissions = {
        'file_mapping': permissions.StatusFabricPermission,
        'yaml': permissions.StatusFabricPermission,
        'sync_config': permissions.ChangeResourcePermission,
        'preview': permissions.ChangeResourcePermission,
        'commit': permissions.ChangeResourcePermission,
        'discard': permissions.ChangeResourcePermission,
        'sync': permissions.SyncResourcePermission,
    }

    @extend_schema(responses={200: serializers.FileMappingSerializer})
    @action(detail=True, methods=['get'], url_path='file-mapping')
    def file_mapping(self, request: Request, pk: int) -> Response:
        """Which file the object is in Git, how far both agree, and who else changed the file."""
        found = file_mapping(self._object(pk, 'view'))
        return Response(serializers.FileMappingSerializer(found).data)

    @extend_schema(responses={200: serializers.YamlSerializer})
    @action(detail=True, methods=['get'])
    def yaml(self, request: Request, pk: int) -> Response:
        """The YAML of the object as NetBox has it now, drafts included."""
        resource = self._object(pk, 'view')
        told = {
            'text': current_text(resource),
            'git_text': git_text(resource) or None,
            'has_draft': resource.has_draft,
        }
        return Response(serializers.YamlSerializer(told).data)

    @extend_schema(
        request=serializers.SyncConfigSerializer,
        responses={
            **_ERRORS,
            200: serializers.SyncConfiguredSerializer,
            412: serializers.ErrorSerializer,
            422: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['patch'], url_path='sync-config')
    def sync_config(self, request: Request, pk: int) -> Response:
        """How this object is synchronised, where it is otherwise than its fabric."""
        resource = self._object(pk, 'change')
        asked = valid(serializers.SyncConfigSerializer, request)
        if opposes(resource.fabric, asked.get('sync_direction', '')):
            raise ActionError(
                'VALIDATION_FAILED',
                'DirectionNotPermitted',
                f'The fabric goes one way: {resource.fabric.sync_direction}.',
                status_code=422,
                suggestions=('Change sync_direction of the fabric first.',),
            )
        with transaction.atomic():
            row = HedgehogResource.objects.select_for_update().get(pk=resource.pk)
            self._validate_etag(request, row)  # type: ignore[attr-defined]
            row.snapshot()
            row._changelog_message = asked.pop('changelog_message', '')
            for name, value in asked.items():
                setattr(row, name, value)
            row.full_clean()
            row.save()
            self._require_still_permitted(row)
        told = {
            'updated_config': row,
            # The next run reads it; one at work has decided already.
            'effective_immediately': True,
            'next_sync_scheduled': next_look(row.fabric),
        }
        headers = {'ETag': self._get_etag(row)}  # type: ignore[attr-defined]
        shown = serializers.SyncConfiguredSerializer(told, context={'request': request}).data
        return Response(shown, headers=headers)

    @extend_schema(
        request=serializers.PreviewSerializer,
        responses={**_ERRORS, 200: serializers.PreviewedSerializer},
    )
    @action(detail=True, methods=['post'])
    def preview(self, request: Request, pk: int) -> Response:
        """The exact difference in Git that a draft would come to; nothing is saved."""
        resource = self._object(pk, 'change')
        asked = valid(serializers.PreviewSerializer, request)
        text = asked.get('draft_text')
        if text is None:
            resource.draft_spec, resource.draft_text = asked['draft_spec'], ''
            text = current_text(resource)
        reading = read_draft(text, resource)
        told = {
            'valid': reading.ok,
            'text': text,
            'diff': text_diff(resource, text),
            'findings': list(reading.findings),
        }
        return Response(serializers.PreviewedSerializer(told).data)

    @extend_schema(request=serializers.CommitResourceSerializer, responses=ACCEPTED)
    @action(detail=True, methods=['post'])
    def commit(self, request: Request, pk: int) -> Response:
        """Publishes the draft of this object and nothing else."""
        resource = self._publishable(pk, 'change')
        require_push(request, resource.fabric)
        asked = valid(serializers.CommitResourceSerializer, request)
        return commit_resource(request, resource, asked)

    @extend_schema(request=None, responses={**_ERRORS, 204: None, 409: serializers.ErrorSerializer})
    @action(detail=True, methods=['post'])
    def discard(self, request: Request, pk: int) -> Response:
        """Drops the draft: what Git says stands. An object Git never had is gone with it."""
        resource = self._object(pk, 'change')
        codename = f'{APP_LABEL}.delete_hedgehogresource'
        if resource.desired_spec is None and not request.user.has_perm(codename, obj=resource):
            raise PermissionDenied(_('Without its draft nothing is left: this needs "delete".'))
        try:
            discard_draft(resource, Editor(request.user, request.id))
        except NeedsPerson as error:
            raise refused(error, 409) from error
        return Response(status=204)

    @extend_schema(
        request=serializers.SyncResourceSerializer,
        responses={
            **ACCEPTED,
            202: serializers.AcceptedSyncSerializer,
            422: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'])
    def sync(self, request: Request, pk: int) -> Response:
        """Synchronises the fabric, publishing of NetBox's side this object alone."""
        resource = self._publishable(pk, 'sync')
        asked = valid(serializers.SyncResourceSerializer, request)
        return sync_resource(request, resource, asked)

    def _object(self, pk: int, name: str) -> HedgehogResource:
        return self.permitted_object(pk, name)  # type: ignore[attr-defined]

    def _publishable(self, pk: int, name: str) -> HedgehogResource:
        resource = self._object(pk, name)
        require_configured(resource.fabric)
        require_enabled(resource.fabric)
        return resource

    def _require_still_permitted(self, row: HedgehogResource) -> None:
        """Nobody puts an object out of their own reach, as NetBox has it for every change."""
        user = self.request.user  # type: ignore[attr-defined]
        if not HedgehogResource.objects.restrict(user, 'change').filter(pk=row.pk).exists():
            raise PermissionDenied(_('Your permission does not cover the object as it would be.'))
