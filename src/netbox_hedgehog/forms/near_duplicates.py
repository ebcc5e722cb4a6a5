"""The filter of the list of near duplicates, and what each kind of nearness is called."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ..models import HedgehogFabric

__all__ = ['NEARNESS', 'NearFilterForm']

NEARNESS = {
    'same_spec': _('Two names, one content'),
    'letter_case': _('Names that differ in upper and lower case only'),
    'same_bytes': _('The same text, without an identity'),
}


class NearFilterForm(forms.Form):
    """Which of them are listed."""

    q = forms.CharField(
        label=_('Search'),
        required=False,
        widget=forms.TextInput(attrs={'class': 'form-control', 'type': 'search'}),
    )
    fabric_id = forms.ModelChoiceField(
        label=_('Fabric'), required=False, queryset=HedgehogFabric.objects.none()
    )
    nearness = forms.ChoiceField(
        label=_('What is alike'), required=False, choices=[('', '---------'), *NEARNESS.items()]
    )

    def __init__(self, *args: Any, fabrics: QuerySet[HedgehogFabric], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields['fabric_id'].queryset = fabrics
