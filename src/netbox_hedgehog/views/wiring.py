"""The Wiring tab of a fabric: generation from NetBox's devices, and import into them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from netbox.views import generic
from utilities.views import ViewTab, register_model_view

from ..choices import SyncOperationTypeChoices as Type
from ..choices import TriggerTypeChoices
from ..forms.wiring import GenerateForm, ImportDevicesForm
from ..jobs import enqueue_device_import, enqueue_generation
from ..models import HedgehogFabric, SyncOperation
from ..object_actions import GenerateWiring, ImportDevices
from ..sync.waiting import NeedsPerson
from ..sync.wiring import (
    EngineError,
    kept_choice,
    preview_device_import,
    preview_generation,
    wiring_state,
)
from .asking import AskingView
from .content import changes_content, difference_content, findings_content, import_content

__all__ = ['FabricGenerateView', 'FabricImportDevicesView', 'FabricWiringView']

# A page shows no more of a text than this.
MAX_TEXT = 200_000
MAX_OPERATIONS = 10

_FABRICS = HedgehogFabric.objects.select_related('git_repository', 'sync_state')


@register_model_view(HedgehogFabric, 'wiring', path='wiring')
class FabricWiringView(generic.ObjectView):
    """Which devices are meant, what was generated last, and the runs of both directions."""

    queryset = _FABRICS
    template_name = 'netbox_hedgehog/hedgehogfabric_wiring.html'
    actions = (GenerateWiring, ImportDevices)
    tab = ViewTab(label=_('Wiring'), permission='netbox_hedgehog.view_hedgehogfabric', weight=557)

    def get_extra_context(self, request: HttpRequest, instance: HedgehogFabric) -> dict[str, Any]:
        operations = SyncOperation.objects.restrict(request.user, 'view').filter(
            fabric=instance, operation_type__in=(Type.WIRING_GENERATION, Type.DEVICE_IMPORT)
        )
        context: dict[str, Any] = {
            'operations': operations.defer('plan', 'findings', 'payload')[:MAX_OPERATIONS],
            'problem': '',
            'selection': {},
            'generated': {},
            'commit': '',
        }
        try:
            return {**context, **wiring_state(instance)}
        except EngineError as error:
            return {**context, 'problem': str(error)}


class _WiringView(AskingView):
    """A form, what would be done by its answers, and a button that does it.

    `previewed` gets the fabric, the answers and the user; it returns what the page shows.
    """

    queryset = _FABRICS
    form: Any = None
    template_name = ''
    previewed: Any

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        fabric = get_object_or_404(self.queryset, pk=pk)
        if not self.action.is_permitted(request.user, fabric):
            raise PermissionDenied
        given = request.GET if 'preview' in request.GET else None
        context: dict[str, Any] = {
            'object': fabric,
            'blocked': self.action.blocked_because(fabric),
            'problem': '',
            'shown': False,
            'hidden': [],
            'expected_commit': '',
            'report': None,
        }
        try:
            form = self.form(given, initial=self.initial(fabric, request.user), user=request.user)
            context['form'] = form
            if form.is_bound and form.is_valid():
                context |= self.previewed(fabric, form.options(), request.user)
                context['hidden'] = form.hidden()
        except EngineError as error:
            context['problem'] = str(error)
            context.setdefault('form', self.form(given, user=request.user))
        return render(request, self.template_name, context)

    def options(self, request: HttpRequest) -> dict[str, Any]:
        form = self.form(request.POST, user=request.user)
        if not form.is_valid():
            said = '; '.join(text for texts in form.errors.values() for text in texts)
            raise NeedsPerson('ValidationFailed', said)
        expected = request.POST.get('expected_commit', '')
        return {**form.options(), **({'expected_commit': expected} if expected else {})}

    def initial(self, fabric: HedgehogFabric, user: Any) -> dict[str, Any]:
        return {}


@register_model_view(HedgehogFabric, 'generate', path='wiring/generate')
class FabricGenerateView(_WiringView):
    """Shows what the devices and cables chosen would change in Git, and asks for it."""

    action = GenerateWiring
    form = GenerateForm
    template_name = 'netbox_hedgehog/hedgehogfabric_generate.html'

    def initial(self, fabric: HedgehogFabric, user: Any) -> dict[str, Any]:
        return kept_choice(fabric, user)

    def previewed(
        self, fabric: HedgehogFabric, options: dict[str, Any], user: Any
    ) -> dict[str, Any]:
        plan = preview_generation(fabric, options, user)
        return {
            'expected_commit': plan['base_commit'],
            'findings': findings_content(plan['findings']),
            'reports': plan['reports'],
            'conflicts': plan['conflicts'],
            'changes': changes_content(plan),
            **difference_content(plan['diff'], MAX_TEXT),
            'shown': True,
        }

    def ask(self, request: HttpRequest, instance: HedgehogFabric) -> SyncOperation:
        manual = TriggerTypeChoices.MANUAL
        options = self.options(request)
        return enqueue_generation(instance, options, request.user, manual, request.id)[1]


@register_model_view(HedgehogFabric, 'import_devices', path='wiring/import')
class FabricImportDevicesView(_WiringView):
    """Shows which devices and cables NetBox lacks and what differs, and asks for the import."""

    action = ImportDevices
    form = ImportDevicesForm
    template_name = 'netbox_hedgehog/hedgehogfabric_import_devices.html'

    def previewed(
        self, fabric: HedgehogFabric, options: dict[str, Any], user: Any
    ) -> dict[str, Any]:
        report = preview_device_import(fabric, options, user)
        return {
            'expected_commit': report['base_commit'],
            'report': import_content(report),
            'findings': findings_content(report['findings'], report['findings_total']),
            'shown': True,
        }

    def ask(self, request: HttpRequest, instance: HedgehogFabric) -> SyncOperation:
        manual = TriggerTypeChoices.MANUAL
        options = self.options(request)
        return enqueue_device_import(instance, options, request.user, manual, request.id)[1]
