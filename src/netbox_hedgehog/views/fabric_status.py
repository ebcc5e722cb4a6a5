"""How a fabric stands, as its page and the part that refreshes itself show it."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from ..choices import OperationStatusChoices
from ..choices import SyncOperationTypeChoices as Type
from ..models import HedgehogFabric, SyncOperation
from ..object_actions import IngestRawFiles, InitialiseDirectory, SyncFabric
from ..sync.fabric_counts import counts_of
from ..sync.links import commit_page
from ..sync.status import at_work, status_told
from ..ui.progress import ShownProgress, shown_progress
from ..ui.status import ShownStatus
from .fabric_numbers import numbers_of, what_to_do

__all__ = ['fabric_state', 'status_address']

# Retrying means asking for the same thing again.
RETRIES = {Type.DIRECTORY_INIT: InitialiseDirectory, Type.FILE_INGESTION: IngestRawFiles}


def fabric_state(request: HttpRequest, fabric: HedgehogFabric) -> dict[str, Any]:
    """Everything the status panel shows; every number is counted now or says it is unknown."""
    work, counts = at_work(fabric), counts_of(fabric)
    running, last = work.running, work.last
    said = status_told(fabric, work, counts)
    status = ShownStatus(said['sync_status'])
    waiting = counts.operations_pending > 0
    token = f'{last.pk if last else 0}-{status.value}-{said["conflicts"]}-{said["outbox_pending"]}'
    return {
        **said,
        'status': status,
        'running': running,
        'progress': _progress(request, running),
        'waiting': waiting,
        'last': last,
        'findings': list(last.findings) if last else [],
        'findings_total': last.findings_total if last else 0,
        'error': _error(fabric, last),
        'retry': _retry(request, fabric, last),
        'numbers': numbers_of(request, fabric, said, last),
        'to_do': what_to_do(request, fabric, said),
        'head_url': commit_page(fabric.git_repository, said['head_commit'] or ''),
        'synced_url': commit_page(fabric.git_repository, said['last_synced_commit'] or ''),
        'working': status.running or waiting,
        'token': token,
        'refresh_url': status_address(fabric, token),
    }


def status_address(fabric: HedgehogFabric, seen: str) -> str:
    """Where the status panel asks again; `seen` is what the page around it was made of."""
    page = reverse('plugins:netbox_hedgehog:hedgehogfabric_status', args=[fabric.pk])
    return f'{page}?{urlencode({"seen": seen})}'


def _progress(request: HttpRequest, running: SyncOperation | None) -> ShownProgress | None:
    """The bar of what runs, for whoever may see the operation itself."""
    if running is None:
        return None
    visible = SyncOperation.objects.restrict(request.user, 'view').filter(pk=running.pk)
    return shown_progress([running])[0] if visible.exists() else None


def _error(fabric: HedgehogFabric, last: SyncOperation | None) -> dict[str, str] | None:
    if last is None or last.status != OperationStatusChoices.FAILED:
        return None
    return {
        'reason': last.last_reason,
        'message': last.last_error_message,
        'url': last.get_absolute_url(),
        'what': last.get_operation_type_display(),
    }


def _retry(request: HttpRequest, fabric: HedgehogFabric, last: SyncOperation | None) -> str:
    if last is None or last.status != OperationStatusChoices.FAILED:
        return ''
    action = RETRIES.get(last.operation_type, SyncFabric)
    context = {'request': request, 'perms': None}
    return mark_safe(action.render(context, fabric, label=action.retry_label, icon='restart'))  # noqa: S308
