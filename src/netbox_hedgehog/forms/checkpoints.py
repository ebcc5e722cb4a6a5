"""Forms of checkpoints: making one, and narrowing the list."""

from django import forms
from django.contrib.auth import get_user_model
from django.utils.translation import gettext_lazy as _
from netbox.forms.mixins import SavedFiltersMixin
from utilities.forms import FilterForm
from utilities.forms.fields import DynamicModelMultipleChoiceField
from utilities.forms.rendering import FieldSet

from ..choices import CheckpointReasonChoices
from ..models import Checkpoint, HedgehogFabric

__all__ = ['CheckpointFilterForm', 'CheckpointForm']


class CheckpointForm(forms.Form):
    """What a person says about the state they keep."""

    name = forms.CharField(label=_('Name'), max_length=200)
    note = forms.CharField(label=_('Why'), max_length=2000, required=False)


class CheckpointFilterForm(SavedFiltersMixin, FilterForm):
    model = Checkpoint
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('fabric_id', 'reason', 'created_by_id', name=_('Checkpoint')),
    )
    fabric_id = DynamicModelMultipleChoiceField(
        queryset=HedgehogFabric.objects.all(), label=_('Fabric'), required=False
    )
    reason = forms.MultipleChoiceField(
        choices=CheckpointReasonChoices, label=_('Why'), required=False
    )
    created_by_id = DynamicModelMultipleChoiceField(
        queryset=get_user_model().objects.all(), label=_('User'), required=False
    )
