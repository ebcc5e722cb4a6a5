"""Settling duplicates: one group side by side, the ones selected in a list, and taking it back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from netbox.views.generic.base import BaseMultiObjectView, BaseObjectView
from utilities.exceptions import RQWorkerNotRunningException
from utilities.views import GetReturnURLMixin, register_model_view

from .. import forms
from ..choices import DuplicateActionChoices, LoserActionChoices, TriggerTypeChoices
from ..jobs import enqueue_scan, enqueue_settlement, enqueue_undo
from ..models import HedgehogFabric, SyncOperation, YAMLDuplicateFile, YAMLDuplicateGroup
from ..object_actions import (
    IgnoreDuplicates,
    ReconsiderDuplicates,
    ScanDuplicates,
    SettleDuplicates,
    UndoSettlement,
    settled_by,
)
from ..sync.duplicate_decisions import (
    GroupDecision,
    NeedsPerson,
    as_the_policy_says,
    by_hand,
    not_settleable,
)
from ..sync.duplicate_ignore import ignore_group, reconsider_group
from ..sync.duplicate_preview import EngineError, preview_settlement
from ..sync.outbox import Editor
from ..ui.code import diff_lines
from .asking import AskingView
from .duplicates import compared_files

__all__ = [
    'DuplicateGroupBulkSettleView',
    'DuplicateGroupIgnoreView',
    'DuplicateGroupReconsiderView',
    'DuplicateGroupSettleView',
    'DuplicateGroupUndoView',
    'FabricScanDuplicatesView',
]

PERMISSION = 'netbox_hedgehog.settle_hedgehogfabric'


class _GroupView(BaseObjectView):
    """A page about one group, for whoever may settle its fabric."""

    queryset = YAMLDuplicateGroup.objects.select_related(
        'fabric__git_repository', 'policy', 'resolved_in'
    )
    action: Any = None
    # What is done to the group, and said about it.
    act: Any

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_yamlduplicategroup'

    def permitted(self, request: HttpRequest, pk: int) -> YAMLDuplicateGroup:
        group = get_object_or_404(self.queryset, pk=pk)
        if not request.user.has_perm(PERMISSION, group.fabric):
            raise PermissionDenied
        return group

    def blocked(self, group: YAMLDuplicateGroup) -> str:
        if not self.action.is_shown(group):
            return _('This group is not in that state.')
        return str(self.action.blocked_because(group))

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        group = self.permitted(request, pk)
        if blocked := self.blocked(group):
            messages.error(request, blocked)
            return redirect(group.get_absolute_url())
        try:
            self.act(request, group)
        except NeedsPerson as error:
            messages.error(request, f'{error.message} {error.hint or ""}'.strip())
        except RQWorkerNotRunningException as problem:
            messages.error(request, str(problem.detail))
        return redirect(group.get_absolute_url())


@register_model_view(YAMLDuplicateGroup, 'settle')
class DuplicateGroupSettleView(_GroupView):
    """The files side by side, the winner and what becomes of each, the commit, one button."""

    action = SettleDuplicates

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        group = self.permitted(request, pk)
        if blocked := self.blocked(group):
            messages.error(request, blocked)
            return redirect(group.get_absolute_url())
        return _shown(request, group, _form(group))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        group = self.permitted(request, pk)
        if blocked := self.blocked(group):
            messages.error(request, blocked)
            return redirect(group.get_absolute_url())
        form = _form(group, request.POST)
        if not form.is_valid():
            return _shown(request, group, form)
        seen = form.cleaned_data['seen']
        decision = by_hand(group, seen, form.chosen_winner, form.chosen_actions)
        if 'preview' in request.GET:
            return _shown(request, group, form, decision)
        if not _asked(request, group, form, decision):
            return _shown(request, group, form)
        return redirect(group.get_absolute_url())


@register_model_view(YAMLDuplicateGroup, 'ignore')
class DuplicateGroupIgnoreView(_GroupView):
    action = IgnoreDuplicates

    def act(self, request: HttpRequest, group: YAMLDuplicateGroup) -> None:
        ignore_group(group, Editor(request.user, request.id), request.POST.get('notes', ''))
        messages.success(request, _('Set aside while its files are the same.'))


@register_model_view(YAMLDuplicateGroup, 'reconsider')
class DuplicateGroupReconsiderView(_GroupView):
    action = ReconsiderDuplicates

    def act(self, request: HttpRequest, group: YAMLDuplicateGroup) -> None:
        reconsider_group(group)
        messages.success(request, _('It is among the open ones again.'))


@register_model_view(YAMLDuplicateGroup, 'undo')
class DuplicateGroupUndoView(_GroupView):
    """Queues the operation that takes the settlement back, as a whole."""

    action = UndoSettlement

    def act(self, request: HttpRequest, group: YAMLDuplicateGroup) -> None:
        _job, undo = enqueue_undo(
            settled_by(group), request.user, TriggerTypeChoices.MANUAL, request.id
        )
        messages.success(request, format_html(_('{} takes it back.'), _link(undo)))


@register_model_view(YAMLDuplicateGroup, 'bulk_settle', path='settle', detail=False)
class DuplicateGroupBulkSettleView(GetReturnURLMixin, BaseMultiObjectView):
    """The rules' winner for all that are selected: one commit for each fabric."""

    queryset = YAMLDuplicateGroup.objects.select_related('fabric__git_repository', 'winner')

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_yamlduplicategroup'

    def get(self, request: HttpRequest) -> HttpResponse:
        return redirect(self.get_return_url(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = [pk for pk in request.POST.getlist('pk') if pk.isdecimal()]
        groups = list(self.queryset.filter(pk__in=wanted).order_by('fabric', 'identity'))
        ready = [group for group in groups if not _why_not(request, group)]
        for group in groups:
            if why := _why_not(request, group):
                messages.warning(request, f'{group}: {why}')
        if not ready:
            messages.warning(request, _('No group that the rules decide was selected.'))
            return redirect(self.get_return_url(request))
        looks, applies = '_preview' in request.POST, '_apply' in request.POST
        form = forms.BulkSettleForm(request.POST if looks or applies else None)
        if applies and form.is_valid():
            _settle_all(request, ready, form)
            return redirect(self.get_return_url(request))
        context = {
            'form': form,
            'rows': ready,
            'previews': _previewed(request, ready, form) if looks and form.is_valid() else [],
            'return_url': self.get_return_url(request),
        }
        return render(request, 'netbox_hedgehog/duplicate_bulk_settle.html', context)


@register_model_view(HedgehogFabric, 'scan_duplicates', path='scan-duplicates')
class FabricScanDuplicatesView(AskingView):
    """Queues a search, and goes back to where the button was."""

    queryset = HedgehogFabric.objects.select_related('git_repository')
    action = ScanDuplicates

    def get_required_permission(self) -> str:
        return PERMISSION

    def ask(self, request: HttpRequest, instance: HedgehogFabric) -> SyncOperation:
        editor = Editor(request.user, request.id)
        return enqueue_scan(instance, editor, TriggerTypeChoices.MANUAL)[1]

    def next_url(self, request: HttpRequest, instance: Any, operation: Any) -> str:
        return str(self.get_return_url(request, instance))


def _why_not(request: HttpRequest, group: YAMLDuplicateGroup) -> str:
    if not request.user.has_perm(PERMISSION, group.fabric):
        return _('You may not settle duplicates of this fabric.')
    if not group.open:
        return _('It is not open.')
    return not_settleable(group)


def _form(group: YAMLDuplicateGroup, data: Any = None) -> forms.SettleForm:
    files = list(group.files.all())
    initial: dict[str, Any] = {'seen': group.state_token, 'winner': group.winner_id or ''}
    for each in files:
        initial[f'action-{each.pk}'] = _offered(group, each)
    return forms.SettleForm(data, files=files, initial=initial)


def _offered(group: YAMLDuplicateGroup, file: YAMLDuplicateFile) -> str:
    """What is proposed for a file that loses; what lies in unmanaged/ stays unless one says so."""
    if file.resolution_action not in (DuplicateActionChoices.KEEP, DuplicateActionChoices.NONE):
        return file.resolution_action
    if file.area == 'unmanaged':
        return DuplicateActionChoices.KEEP
    return group.policy.loser_action if group.policy else LoserActionChoices.ARCHIVE


def _asked(
    request: HttpRequest,
    group: YAMLDuplicateGroup,
    form: forms.SettleForm,
    decision: GroupDecision,
) -> bool:
    try:
        _job, operation = enqueue_settlement(
            group.fabric,
            [decision],
            Editor(request.user, request.id),
            TriggerTypeChoices.MANUAL,
            notes=form.cleaned_data['notes'],
        )
    except NeedsPerson as error:
        form.add_error(None, f'{error.message} {error.hint or ""}'.strip())
        return False
    except RQWorkerNotRunningException as problem:
        form.add_error(None, str(problem.detail))
        return False
    messages.success(request, format_html(_('{} settles it.'), _link(operation)))
    return True


def _settle_all(
    request: HttpRequest, groups: list[YAMLDuplicateGroup], form: forms.BulkSettleForm
) -> None:
    """One operation for each fabric."""
    editor = Editor(request.user, request.id)
    for fabric, mine in _by_fabric(groups):
        try:
            _job, operation = enqueue_settlement(
                fabric,
                _decided(request, mine, form),
                editor,
                TriggerTypeChoices.MANUAL,
                notes=form.cleaned_data['notes'],
            )
        except (NeedsPerson, RQWorkerNotRunningException) as error:
            messages.error(request, f'{fabric}: {error}')
            continue
        said = ngettext(
            '{operation} settles one group of {fabric}.',
            '{operation} settles {count} groups of {fabric}.',
            len(mine),
        )
        shown = format_html(said, operation=_link(operation), count=len(mine), fabric=fabric)
        messages.success(request, shown)


def _previewed(
    request: HttpRequest, groups: list[YAMLDuplicateGroup], form: forms.BulkSettleForm
) -> list[tuple[HedgehogFabric, dict[str, Any], str]]:
    """The commit of each fabric, as the files are that the page now shows."""
    found = []
    for fabric, mine in _by_fabric(groups):
        decisions = _decided(request, mine, form)
        for group, decision in zip(mine, decisions, strict=True):
            if decision.seen != group.state_token:
                said = _('{group}: its files have changed since they were shown; look again.')
                messages.warning(request, said.format(group=group))
        try:
            result = preview_settlement(fabric, decisions, request.user)
        except EngineError as error:
            messages.error(request, f'{fabric}: {error}')
        else:
            found.append((fabric, result, diff_lines(_named(result['diff']))))
    return found


def _by_fabric(
    groups: list[YAMLDuplicateGroup],
) -> list[tuple[HedgehogFabric, list[YAMLDuplicateGroup]]]:
    fabrics = {group.fabric_id: group.fabric for group in groups}
    return [
        (fabric, [group for group in groups if group.fabric_id == number])
        for number, fabric in fabrics.items()
    ]


def _decided(
    request: HttpRequest, groups: list[YAMLDuplicateGroup], form: forms.BulkSettleForm
) -> list[GroupDecision]:
    """What is asked for, about the files as they were when the page was shown."""
    action = form.cleaned_data['action']
    return [
        as_the_policy_says(group, action, request.POST.get(f'seen-{group.pk}', ''))
        for group in groups
    ]


def _shown(
    request: HttpRequest,
    group: YAMLDuplicateGroup,
    form: forms.SettleForm,
    decision: GroupDecision | None = None,
) -> HttpResponse:
    result, preview_html = None, None
    if decision is not None:
        try:
            result = preview_settlement(group.fabric, [decision], request.user)
        except EngineError as error:
            form.add_error(None, str(error))
        else:
            preview_html = diff_lines(_named(result['diff']))
    context = {
        'object': group,
        'form': form,
        'compared': compared_files(group),
        'rows': form.rows(),
        # What the page was made of: a decision about other files than these is refused.
        'seen': group.state_token,
        'result': result,
        'preview_html': preview_html,
        'action_url': request.path,
        'return_url': group.get_absolute_url(),
    }
    return render(request, 'netbox_hedgehog/duplicate_settle.html', context)


def _named(diff: str) -> str:
    """The difference with the name of each file as a line of its own."""
    lines, old = [], ''
    for line in diff.splitlines():
        if line.startswith('--- '):
            old = line[6:]
        elif line.startswith('+++ '):
            lines.append(f'@@ {old if line == "+++ /dev/null" else line[6:]} @@')
        else:
            lines.append(line)
    return '\n'.join(lines)


def _link(operation: SyncOperation) -> str:
    return format_html('<a href="{}">{}</a>', operation.get_absolute_url(), operation)
