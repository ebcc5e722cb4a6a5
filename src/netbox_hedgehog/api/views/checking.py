"""Checking a fabric's files over REST: what is there, or what somebody is about to write."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from ...sync.checking import Asked, check_files
from ...sync.settings import sync_settings
from .. import permissions, serializers
from ..errors import ActionError
from .actions import valid
from .versions import told

__all__ = ['CheckActions']


class CheckActions:
    """Mixed into the viewset of fabrics."""

    checking_permissions = {'check_files': permissions.CheckFabricPermission}

    @extend_schema(
        request=serializers.CheckFilesSerializer,
        responses={
            200: serializers.CheckedFilesSerializer,
            400: serializers.ErrorSerializer,
            403: serializers.ErrorSerializer,
            404: serializers.ErrorSerializer,
            409: serializers.ErrorSerializer,
            413: serializers.ErrorSerializer,
            422: serializers.ErrorSerializer,
            503: serializers.ErrorSerializer,
        },
    )
    @action(detail=True, methods=['post'], url_path='validate')
    def check_files(self, request: Request, pk: int) -> Response:
        """What is wrong with the files, or would be with texts given here; nothing is written."""
        fabric = self.permitted_object(pk, 'view')  # type: ignore[attr-defined]
        asked = valid(serializers.CheckFilesSerializer, request)
        _refuse_large(asked.get('texts', {}))
        with told():
            found = check_files(fabric, Asked(**asked))
        return Response(serializers.CheckedFilesSerializer(found).data)


def _refuse_large(texts: dict[str, Any]) -> None:
    limit = sync_settings().max_file_size
    for path, text in texts.items():
        if len(text.encode('utf-8', 'surrogatepass')) > limit:
            raise ActionError(
                'VALIDATION_FAILED',
                'FileTooLarge',
                f'The text for {path!r} is larger than {limit} bytes.',
                status_code=413,
                suggestions=('Divide it between documents, at a `---` line.',),
            )
