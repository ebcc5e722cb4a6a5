"""Pages of resolution policies: rules with their weights, versions, trying one out."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from extras.ui.panels import CustomFieldsPanel, TagsPanel
from netbox.object_actions import (
    AddObject,
    BulkDelete,
    BulkEdit,
    BulkExport,
    BulkImport,
    CloneObject,
    DeleteObject,
    EditObject,
)
from netbox.ui import layout
from netbox.ui.panels import CommentsPanel, ObjectsTablePanel
from netbox.views import generic
from netbox.views.generic.base import BaseObjectView
from utilities.query import count_related
from utilities.views import ViewTab, register_model_view

from .. import filtersets, forms, tables
from ..models import HedgehogFabric, ResolutionPolicy
from ..object_actions import ExportPolicy, TryPolicy
from ..sync.duplicate_preview import EngineError, try_policy
from ..sync.policies import NeedsPerson, exported, restore_version, shown_rules
from ..ui import panels
from ..ui.code import diff_lines, unified, yaml_lines
from .content import spec_text

__all__ = [
    'ResolutionPolicyBulkDeleteView',
    'ResolutionPolicyBulkEditView',
    'ResolutionPolicyBulkImportView',
    'ResolutionPolicyDeleteView',
    'ResolutionPolicyEditView',
    'ResolutionPolicyExportView',
    'ResolutionPolicyListView',
    'ResolutionPolicyRestoreView',
    'ResolutionPolicyTryOutView',
    'ResolutionPolicyVersionsView',
    'ResolutionPolicyView',
]

LISTED = ResolutionPolicy.objects.annotate(
    fabric_count=count_related(HedgehogFabric, 'resolution_policy')
)


@register_model_view(ResolutionPolicy, 'list', path='', detail=False)
class ResolutionPolicyListView(generic.ObjectListView):
    queryset = LISTED
    filterset = filtersets.ResolutionPolicyFilterSet
    filterset_form = forms.ResolutionPolicyFilterForm
    table = tables.ResolutionPolicyTable
    actions = (AddObject, BulkImport, BulkExport, BulkEdit, BulkDelete)


@register_model_view(ResolutionPolicy)
class ResolutionPolicyView(generic.ObjectView):
    queryset = ResolutionPolicy.objects.all()
    actions = (TryPolicy, ExportPolicy, CloneObject, EditObject, DeleteObject)
    layout = layout.SimpleLayout(
        left_panels=[panels.PolicyPanel(), TagsPanel(), CommentsPanel()],
        right_panels=[panels.PolicyLimitsPanel(), CustomFieldsPanel()],
        bottom_panels=[
            panels.PolicyRulesPanel('rules', title=_('Rules, in the order they are asked')),
            panels.CodePanel('text', title=_('As a file: .hnp/policy.yaml')),
            ObjectsTablePanel(
                model='netbox_hedgehog.HedgehogFabric',
                title=_('Fabrics that follow it'),
                filters={'resolution_policy_id': lambda context: context['object'].pk},
            ),
        ],
    )

    def get_extra_context(self, request: HttpRequest, instance: ResolutionPolicy) -> dict[str, Any]:
        try:
            text = {'html': yaml_lines(exported(instance)), 'note': ''}
        except NeedsPerson as error:
            # A policy an earlier release has saved may be none for this one; the page says why.
            text = {'html': str(error), 'note': ''}
        return {'rules': shown_rules(instance), 'text': text}


@register_model_view(ResolutionPolicy, 'versions')
class ResolutionPolicyVersionsView(generic.ObjectView):
    """What the policy said before, each with its difference to the one after."""

    queryset = ResolutionPolicy.objects.all()
    template_name = 'netbox_hedgehog/policy_versions.html'
    actions = ()
    tab = ViewTab(
        label=_('Versions'),
        badge=lambda policy: policy.versions.count(),
        permission='netbox_hedgehog.view_resolutionpolicy',
        weight=500,
    )

    def get_extra_context(self, request: HttpRequest, instance: ResolutionPolicy) -> dict[str, Any]:
        versions = list(instance.versions.order_by('-version'))
        texts = [spec_text(version.content) for version in versions]
        return {
            'versions': [
                {
                    'row': version,
                    'newest': version.version == instance.version,
                    'diff': diff_lines(unified(before, text)),
                }
                for version, text, before in zip(versions, texts, [*texts[1:], ''], strict=True)
            ],
            'may_restore': _may_restore(request, instance),
        }


@register_model_view(ResolutionPolicy, 'restore')
class ResolutionPolicyRestoreView(BaseObjectView):
    """Makes an earlier version the newest one."""

    queryset = ResolutionPolicy.objects.all()

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_resolutionpolicy'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return redirect(get_object_or_404(self.queryset, pk=pk).get_absolute_url())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = get_object_or_404(self.queryset, pk=pk)
        if not _may_restore(request, policy):
            raise PermissionDenied
        number = request.POST.get('version', '')
        try:
            made = restore_version(policy, int(number) if number.isdecimal() else 0)
        except NeedsPerson as error:
            messages.error(request, str(error))
        else:
            said = gettext('Version {old} counts again, as version {new}.')
            messages.success(request, said.format(old=number, new=made.version))
        return redirect(policy.get_absolute_url())


@register_model_view(ResolutionPolicy, 'export')
class ResolutionPolicyExportView(BaseObjectView):
    """The policy as a file to keep in Git."""

    queryset = ResolutionPolicy.objects.all()

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_resolutionpolicy'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = get_object_or_404(self.queryset, pk=pk)
        name = f'attachment; filename="{policy.slug}.yaml"'
        return HttpResponse(
            exported(policy), 'application/yaml', headers={'Content-Disposition': name}
        )


@register_model_view(ResolutionPolicy, 'try_out', path='try-out')
class ResolutionPolicyTryOutView(BaseObjectView):
    """Who would win in each group of a fabric, beside who wins now; nothing is changed."""

    queryset = ResolutionPolicy.objects.all()

    def get_required_permission(self) -> str:
        return 'netbox_hedgehog.view_resolutionpolicy'

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        policy = get_object_or_404(self.queryset, pk=pk)
        form = forms.PolicyTryOutForm(request.GET if 'fabric' in request.GET else None)
        form.fields['fabric'].queryset = HedgehogFabric.objects.restrict(request.user, 'view')
        tried = None
        if form.is_bound and form.is_valid():
            fabric = form.cleaned_data['fabric']
            try:
                tried = try_policy(fabric, policy, policy.content)
            except EngineError as error:
                form.add_error(None, str(error))
        context = {'object': policy, 'form': form, 'tried': tried}
        return render(request, 'netbox_hedgehog/policy_try_out.html', context)


@register_model_view(ResolutionPolicy, 'add', detail=False)
@register_model_view(ResolutionPolicy, 'edit')
class ResolutionPolicyEditView(generic.ObjectEditView):
    queryset = ResolutionPolicy.objects.all()
    form = forms.ResolutionPolicyForm


@register_model_view(ResolutionPolicy, 'delete')
class ResolutionPolicyDeleteView(generic.ObjectDeleteView):
    queryset = ResolutionPolicy.objects.all()


@register_model_view(ResolutionPolicy, 'bulk_import', path='import', detail=False)
class ResolutionPolicyBulkImportView(generic.BulkImportView):
    queryset = ResolutionPolicy.objects.all()
    model_form = forms.ResolutionPolicyImportForm


@register_model_view(ResolutionPolicy, 'bulk_edit', path='edit', detail=False)
class ResolutionPolicyBulkEditView(generic.BulkEditView):
    queryset = LISTED
    filterset = filtersets.ResolutionPolicyFilterSet
    table = tables.ResolutionPolicyTable
    form = forms.ResolutionPolicyBulkEditForm


@register_model_view(ResolutionPolicy, 'bulk_delete', path='delete', detail=False)
class ResolutionPolicyBulkDeleteView(generic.BulkDeleteView):
    queryset = LISTED
    filterset = filtersets.ResolutionPolicyFilterSet
    table = tables.ResolutionPolicyTable


def _may_restore(request: HttpRequest, policy: ResolutionPolicy) -> bool:
    return bool(request.user.has_perm('netbox_hedgehog.restore_resolutionpolicy', policy))
