"""Forms of the pages of one kind: the filters that matter for it, and imports of that kind only."""

from django import forms
from django.utils.translation import gettext_lazy as _
from utilities.forms.rendering import FieldSet

from .bulk_import import HedgehogResourceImportForm
from .filtersets import HedgehogResourceFilterForm

__all__ = ['KIND_FILTER_FORMS', 'KindFilterForm', 'import_form_of']

ROLES = ('spine', 'server-leaf', 'border-leaf', 'mixed-leaf', 'virtual-edge')
CONNECTION_TYPES = (
    'unbundled', 'bundled', 'mclag', 'eslag', 'mclagDomain', 'fabric', 'mesh', 'gateway',
    'vpcLoopback', 'external', 'staticExternal',
)  # fmt: skip


class KindFilterForm(HedgehogResourceFilterForm):
    """The filters of resources; the kind is settled by the page."""

    kind = None
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('fabric_id', 'namespace', 'name', 'api_version', name=_('Object')),
        *HedgehogResourceFilterForm.fieldsets[2:],
    )
    selector_fields = ('filter_id', 'q', 'fabric_id')


class SwitchFilterForm(KindFilterForm):
    fieldsets = (*KindFilterForm.fieldsets, FieldSet('role', name=_('Specification')))
    role = forms.MultipleChoiceField(
        label=_('Role'), choices=[(role, role) for role in ROLES], required=False
    )


class ConnectionFilterForm(KindFilterForm):
    fieldsets = (*KindFilterForm.fieldsets, FieldSet('connection_type', name=_('Specification')))
    connection_type = forms.MultipleChoiceField(
        label=_('Type'), choices=[(name, name) for name in CONNECTION_TYPES], required=False
    )


KIND_FILTER_FORMS = {'Switch': SwitchFilterForm, 'Connection': ConnectionFilterForm}


def import_form_of(kind: str) -> type[HedgehogResourceImportForm]:
    """The import form that takes documents of one kind and refuses others."""
    body = {'only_kind': kind, '__module__': __name__, 'Meta': HedgehogResourceImportForm.Meta}
    return type(HedgehogResourceImportForm)(
        f'{kind}ImportForm', (HedgehogResourceImportForm,), body
    )
