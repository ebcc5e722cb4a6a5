"""Deciding conflicts: one of them side by side, or the ones selected in a list."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from netbox.views.generic.base import BaseMultiObjectView, BaseObjectView
from utilities.exceptions import RQWorkerNotRunningException
from utilities.views import GetReturnURLMixin, register_model_view

from .. import forms
from ..choices import OPEN_CONFLICT_STATUSES, TriggerTypeChoices
from ..jobs import enqueue_resolution
from ..models import ConflictResolution
from ..object_actions import ResolveConflict
from ..sync.outbox import Editor
from ..sync.resolution import (
    Decision,
    NeedsPerson,
    clash_values,
    clashing_fields,
    decided_before,
    preview,
    seen_token,
)
from ..ui.code import diff_lines, unified
from .clash_makers import makers_of
from .content import made_by, shown_value

__all__ = ['ConflictBulkResolveView', 'ConflictResolveView']

PERMISSION = 'netbox_hedgehog.resolve_conflictresolution'


@register_model_view(ConflictResolution, 'resolve')
class ConflictResolveView(BaseObjectView):
    """Every clashing field with its three values, what a choice comes to, and the decision."""

    queryset = ConflictResolution.objects.select_related(
        'fabric__git_repository', 'fabric__sync_state', 'resource__draft_updated_by'
    )

    def get_required_permission(self) -> str:
        return PERMISSION

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        conflict = get_object_or_404(self.queryset, pk=pk)
        if blocked := ResolveConflict.blocked_because(conflict):
            messages.error(request, blocked)
            return redirect(conflict.get_absolute_url())
        return _shown(request, conflict, _form(conflict))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        conflict = get_object_or_404(self.queryset, pk=pk)
        if blocked := ResolveConflict.blocked_because(conflict):
            messages.error(request, blocked)
            return redirect(conflict.get_absolute_url())
        form = _form(conflict, request.POST)
        if not form.is_valid():
            return _shown(request, conflict, form)
        if 'preview' in request.GET:
            return _shown(request, conflict, form, form.decision)
        if not _decided(request, conflict, form):
            return _shown(request, conflict, form)
        return redirect(conflict.get_absolute_url())


@register_model_view(ConflictResolution, 'bulk_resolve', path='resolve', detail=False)
class ConflictBulkResolveView(GetReturnURLMixin, BaseMultiObjectView):
    """One strategy for all that are selected: one commit for each fabric."""

    queryset = ConflictResolution.objects.filter(
        resolution_status__in=OPEN_CONFLICT_STATUSES
    ).select_related('fabric', 'resource')

    def get_required_permission(self) -> str:
        return PERMISSION

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.get_return_url(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = [pk for pk in request.POST.getlist('pk') if pk.isdecimal()]
        conflicts = list(self.queryset.filter(pk__in=wanted).order_by('fabric', 'pk'))
        if not conflicts:
            messages.warning(request, _('No open conflict was selected.'))
            return redirect(self.get_return_url(request))
        applied = '_apply' in request.POST
        form = forms.BulkResolveForm(request.POST if applied else None)
        if applied and form.is_valid():
            decision = Decision(form.cleaned_data['strategy'], {}, form.cleaned_data['notes'])
            marks = {row.pk: request.POST.get(f'seen-{row.pk}', '') for row in conflicts}
            _decide_all(request, conflicts, decision, marks)
            return redirect(self.get_return_url(request))
        rows = [{'pk': row.pk, 'conflict': row, 'seen': seen_token(row)} for row in conflicts]
        context = {'form': form, 'rows': rows, 'return_url': self.get_return_url(request)}
        return render(request, 'netbox_hedgehog/conflict_bulk_resolve.html', context)


def _form(conflict: ConflictResolution, data: Any = None) -> forms.ResolveForm:
    paths = clashing_fields(conflict)
    return forms.ResolveForm(data, paths=paths, initial={'seen': seen_token(conflict)})


def _decided(request: HttpRequest, conflict: ConflictResolution, form: forms.ResolveForm) -> bool:
    editor = Editor(request.user, request.id)
    try:
        resolutions = enqueue_resolution(
            [conflict],
            form.decision,
            editor,
            TriggerTypeChoices.MANUAL,
            seen={conflict.pk: form.cleaned_data['seen']},
        )
    except NeedsPerson as error:
        form.add_error(None, f'{error.message} {error.hint or ""}'.strip())
        return False
    except RQWorkerNotRunningException as problem:
        form.add_error(None, str(problem.detail))
        return False
    for operation in resolutions.operations:
        messages.success(
            request,
            format_html(_('Decided; {operation} publishes it.'), operation=_link(operation)),
        )
    if not resolutions.operations:
        messages.success(request, _('Noted; nothing has to be committed.'))
    return True


def _decide_all(
    request: HttpRequest,
    conflicts: list[ConflictResolution],
    decision: Decision,
    seen: Mapping[int, str],
) -> None:
    permitted = [conflict for conflict in conflicts if request.user.has_perm(PERMISSION, conflict)]
    try:
        resolutions = enqueue_resolution(
            permitted,
            decision,
            Editor(request.user, request.id),
            TriggerTypeChoices.MANUAL,
            seen=seen,
            leave=True,
        )
    except RQWorkerNotRunningException as problem:
        messages.error(request, str(problem.detail))
        return
    for operation in resolutions.operations:
        messages.success(
            request, format_html(_('{operation} publishes it.'), operation=_link(operation))
        )
    count = len(resolutions.done)
    messages.info(
        request,
        ngettext('One conflict was decided.', '{count} conflicts were decided.', count).format(
            count=count
        ),
    )
    for left, error in resolutions.left:
        messages.warning(request, f'{left}: {error.message} {error.hint or ""}')


def _link(operation: Any) -> str:
    return format_html('<a href="{}">{}</a>', operation.get_absolute_url(), operation)


def _shown(
    request: HttpRequest,
    conflict: ConflictResolution,
    form: forms.ResolveForm,
    decision: Decision | None = None,
) -> HttpResponse:
    preview_html, result = None, None
    if decision is not None:
        try:
            result = preview(conflict, decision)
        except NeedsPerson as error:
            form.add_error(None, f'{error.message} {error.hint or ""}'.strip())
        else:
            git = (conflict.git_state or {}).get('text') or ''
            preview_html = diff_lines(unified(git, result.text or ''))
    context = {
        'object': conflict,
        'form': form,
        'seen': seen_token(conflict),
        'fields': _fields(conflict, form),
        'whole': not form.paths,
        'git': made_by(conflict, 'git'),
        'gui': made_by(conflict, 'gui'),
        # Without the question mark of a preview.
        'action_url': request.path,
        'before': decided_before(conflict),
        'result': result,
        'preview_html': preview_html,
        'return_url': conflict.get_absolute_url(),
    }
    return render(request, 'netbox_hedgehog/conflict_resolve.html', context)


# Nobody made what both sides agreed on last.
_NOBODY = {'author': ''}


def _fields(conflict: ConflictResolution, form: forms.ResolveForm) -> list[dict[str, Any]]:
    """Each clashing field: its path, its value on every side, and what was chosen so far."""
    clashes = clash_values(conflict)
    makers = makers_of(conflict, clashes)
    return [
        {
            'path': path,
            'sides': [
                {
                    'name': name,
                    'shown': shown_value(value),
                    'absent': value is None,
                    'made': makers[path].get(name, _NOBODY),
                }
                for name, value in values.items()
            ],
            **row,
        }
        for (path, values), row in zip(clashes, form.rows(), strict=True)
    ]
