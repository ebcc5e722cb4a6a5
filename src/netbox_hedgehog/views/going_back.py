"""What the pages about versions share: reading Git without failing, and asking to go back."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext as _
from utilities.exceptions import RQWorkerNotRunningException

from ..choices import TriggerTypeChoices
from ..jobs import enqueue_restore
from ..models import HedgehogFabric
from ..object_actions import SyncFabric
from ..sync.versions import EngineError, FabricFiles, files_of

__all__ = ['Reader', 'ask_to_restore', 'may_push', 'reader']

# What Git has, or why it cannot be shown; one of the two is empty.
type Reader = Callable[[Callable[[FabricFiles], Any]], tuple[Any, str]]


def reader(fabric: HedgehogFabric) -> Reader:
    """Opens the fabric's files once; what it returns reads them as often as a page needs it."""
    try:
        found = files_of(fabric)
    except EngineError as error:
        problem = str(error)
        return lambda reads: (None, problem)

    def read(reads: Callable[[FabricFiles], Any]) -> tuple[Any, str]:
        try:
            return reads(found), ''
        except EngineError as error:
            return None, str(error)

    return read


def may_push(request: HttpRequest, fabric: HedgehogFabric) -> bool:
    """Whether the user may write to this very fabric's directory."""
    return bool(request.user.has_perm('netbox_hedgehog.push_hedgehogfabric', fabric))


def ask_to_restore(request: HttpRequest, fabric: HedgehogFabric, options: dict[str, Any]) -> Any:
    """Queues a restoring and says so; returns the operation, None where it cannot be done."""
    if blocked := SyncFabric.blocked_because(fabric):
        messages.error(request, blocked)
        return None
    request_id = getattr(request, 'id', None)
    manual = TriggerTypeChoices.MANUAL
    try:
        _job, operation = enqueue_restore(fabric, options, request.user, manual, request_id)
    except RQWorkerNotRunningException as problem:
        messages.error(request, str(problem.detail))
        return None
    link = format_html('<a href="{}">{}</a>', operation.get_absolute_url(), operation)
    messages.success(request, format_html(_('Queued {}.'), link))
    return operation
