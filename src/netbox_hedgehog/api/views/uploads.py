"""Files handed over for raw/ over REST: taking them in, and what became of each."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_view
from netbox.api.viewsets import NetBoxReadOnlyModelViewSet
from rest_framework import mixins
from rest_framework.request import Request
from utilities.exceptions import AbortRequest

from ... import filtersets
from ...models import RawUpload
from ...sync.settings import sync_settings
from ...sync.uploads import DroppedFile
from .. import serializers
from ..errors import ActionError
from .actions import ActionsMixin

__all__ = ['RawUploadViewSet', 'handed_over']


@extend_schema_view(destroy=extend_schema(responses={204: None, 409: serializers.ErrorSerializer}))
class RawUploadViewSet(ActionsMixin, mixins.DestroyModelMixin, NetBoxReadOnlyModelViewSet):
    """Uploaded files, the newest first. DELETE takes back one that waits."""

    queryset = RawUpload.objects.defer('content')
    serializer_class = serializers.RawUploadSerializer
    filterset_class = filtersets.RawUploadFilterSet

    def perform_destroy(self, instance: RawUpload) -> None:
        try:
            instance.delete()
        except AbortRequest as refused:
            raise ActionError(
                'VALIDATION_FAILED',
                'UploadNotWaiting',
                str(refused.message),
                suggestions=('POST sync-operations/<id>/undo/ takes back what was committed.',),
            ) from refused


def handed_over(request: Request) -> tuple[list[DroppedFile], str]:
    """Returns the files of a request, form or JSON, and what was said about them."""
    parts = [part for name in request.FILES for part in request.FILES.getlist(name)]
    if parts:
        for part in parts:
            _refuse_large(part.name, part.size)
        files = [DroppedFile(part.name, part.read()) for part in parts]
        said = serializers.MultipartUploadSerializer().fields['message']
        return files, said.run_validation(request.data.get('message', ''))
    serializer = serializers.UploadSerializer(data=request.data)
    serializer.is_valid(raise_exception=True)
    data = dict(serializer.validated_data)
    texts = [*data.get('files', ()), *([data] if 'name' in data else ())]
    return [_from_text(text) for text in texts], data.get('message', '')


def _from_text(text: dict[str, Any]) -> DroppedFile:
    file = DroppedFile(text['name'], text['content'].encode())
    _refuse_large(file.name, len(file.data))
    return file


def _refuse_large(name: str, size: int) -> None:
    limit = sync_settings().max_file_size
    if size >= limit:
        raise ActionError(
            'VALIDATION_FAILED',
            'FileTooLarge',
            f'{name!r} has {size} bytes; {limit} are allowed.',
            status_code=413,
            suggestions=('Divide it between documents, at a `---` line.',),
        )
