"""Forms of duplicate groups: who wins and what becomes of each file, and narrowing the list."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from netbox.forms.mixins import SavedFiltersMixin
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, FilterForm
from utilities.forms.fields import DynamicModelMultipleChoiceField
from utilities.forms.rendering import FieldSet

from ..choices import (
    DuplicateActionChoices,
    DuplicateComparisonChoices,
    DuplicateStatusChoices,
    DuplicateWaitChoices,
    LoserActionChoices,
)
from ..models import HedgehogFabric, ResolutionPolicy, YAMLDuplicateFile, YAMLDuplicateGroup

__all__ = ['BulkSettleForm', 'SettleForm', 'YAMLDuplicateGroupFilterForm']

_Action = DuplicateActionChoices
OFFERED = (
    _Action.ARCHIVE,
    _Action.COMMENT,
    _Action.MOVE,
    _Action.COMMENT_AND_MOVE,
    _Action.DELETE,
    _Action.MARK,
    _Action.KEEP,
)


class SettleForm(forms.Form):
    """The winner among the files of one group, and what becomes of each of the others."""

    seen = forms.CharField(widget=forms.HiddenInput)
    winner = forms.ChoiceField(choices=())
    notes = forms.CharField(label=_('Why'), required=False, max_length=2000)

    def __init__(self, *args: Any, files: Sequence[YAMLDuplicateFile] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.files = tuple(files)
        self.fields['winner'].choices = [(str(each.pk), str(each)) for each in self.files]
        offered = [(value, label) for value, label in _Action() if value in OFFERED]
        for each in self.files:
            self.fields[f'action-{each.pk}'] = forms.ChoiceField(choices=offered, required=False)

    def rows(self) -> list[dict[str, Any]]:
        """Each file with what was chosen for it so far: for the template."""
        chosen = self.data if self.is_bound else self.initial
        return [
            {
                'file': each,
                'action_name': f'action-{each.pk}',
                'action': chosen.get(f'action-{each.pk}', ''),
                'wins': str(chosen.get('winner', '')) == str(each.pk),
                'choices': self.fields[f'action-{each.pk}'].choices,
            }
            for each in self.files
        ]

    @property
    def chosen_winner(self) -> YAMLDuplicateFile:
        """The file that the valid form says counts."""
        return next(each for each in self.files if str(each.pk) == self.cleaned_data['winner'])

    @property
    def chosen_actions(self) -> dict[YAMLDuplicateFile, str]:
        """What the valid form says becomes of each of the others."""
        return {
            each: self.cleaned_data.get(f'action-{each.pk}') or _Action.KEEP
            for each in self.files
            if each != self.chosen_winner
        }


class BulkSettleForm(forms.Form):
    """What becomes of the files that lose, in all groups that are selected."""

    action = forms.ChoiceField(
        label=_('The others'),
        choices=[('', _('As the policy says')), *LoserActionChoices()],
        required=False,
    )
    notes = forms.CharField(label=_('Why'), required=False, max_length=2000)


class YAMLDuplicateGroupFilterForm(SavedFiltersMixin, FilterForm):
    model = YAMLDuplicateGroup
    fieldsets = (
        FieldSet('q', 'filter_id'),
        FieldSet('fabric_id', 'resolution_status', 'comparison', 'open', 'wait', name=_('Group')),
        FieldSet('file_path', 'policy_id', name=_('Files and rules')),
    )
    fabric_id = DynamicModelMultipleChoiceField(
        queryset=HedgehogFabric.objects.all(), label=_('Fabric'), required=False
    )
    resolution_status = forms.MultipleChoiceField(
        label=_('Status'), choices=DuplicateStatusChoices, required=False
    )
    comparison = forms.MultipleChoiceField(
        label=_('Comparison'), choices=DuplicateComparisonChoices, required=False
    )
    open = forms.NullBooleanField(
        label=_('Open'), required=False, widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES)
    )
    wait = forms.MultipleChoiceField(
        label=_('Waits because'), choices=DuplicateWaitChoices, required=False
    )
    file_path = forms.CharField(label=_('Path of a file'), required=False)
    policy_id = DynamicModelMultipleChoiceField(
        queryset=ResolutionPolicy.objects.all(), label=_('Policy'), required=False
    )
