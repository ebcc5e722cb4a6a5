"""The filter form of the list of errors."""

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms.mixins import SavedFiltersMixin
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, FilterForm
from utilities.forms.fields import DynamicModelMultipleChoiceField
from utilities.forms.rendering import FieldSet

from ..choices import ErrorCategoryChoices, ErrorRecoveryChoices, ErrorSeverityChoices
from ..models import ErrorRecord, HedgehogFabric

__all__ = ['ErrorRecordFilterForm']


class ErrorRecordFilterForm(SavedFiltersMixin, FilterForm):
    model = ErrorRecord
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('fabric_id', 'open', 'reason', 'path', name=_('Error')),
        FieldSet('category', 'severity', 'recovery', name=_('What it is')),
    )
    fabric_id = DynamicModelMultipleChoiceField(
        queryset=HedgehogFabric.objects.all(), label=_('Fabric'), required=False
    )
    open = forms.NullBooleanField(
        label=_('Open'), required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )
    reason = forms.CharField(label=_('Reason'), required=False)
    path = forms.CharField(label=_('Path'), required=False)
    category = forms.MultipleChoiceField(
        label=_('Category'), choices=ErrorCategoryChoices, required=False
    )
    severity = forms.MultipleChoiceField(
        label=_('Severity'), choices=ErrorSeverityChoices, required=False
    )
    recovery = forms.MultipleChoiceField(
        label=_('Recovery'), choices=ErrorRecoveryChoices, required=False
    )
