"""The form by which a person decides a conflict: as a whole by a button, or field by field."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..choices import ConflictStrategyChoices as Strategy
from ..sync.resolution import Decision, typed_value

__all__ = ['BulkResolveForm', 'ResolveForm']

OWN_VALUE = 'own'
SIDES = (
    ('base_value', _('Last agreed')),
    ('git_value', _('Git')),
    ('gui_value', _('NetBox')),
    (OWN_VALUE, _('Another value')),
)
BUTTONS = (
    Strategy.GUI_WINS,
    Strategy.GIT_WINS,
    Strategy.TIMESTAMP_WINS,
    Strategy.USER_DECISION,
    Strategy.MERGE_AUTOMATIC,
    Strategy.SKIPPED,
    Strategy.ESCALATED,
)


class ResolveForm(forms.Form):
    """One choice per clashing field. `strategy` is the button that was pressed."""

    strategy = forms.ChoiceField(choices=[(name, name) for name in BUTTONS])
    seen = forms.CharField(widget=forms.HiddenInput)
    notes = forms.CharField(
        label=_('Why'),
        required=False,
        max_length=2000,
        help_text=_('Kept with the conflict'),
        widget=forms.TextInput(attrs={'class': 'form-control'}),
    )

    def __init__(self, *args: Any, paths: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paths = tuple(paths)
        for number, _path in enumerate(self.paths):
            self.fields[f'side-{number}'] = forms.ChoiceField(choices=SIDES, required=False)
            self.fields[f'value-{number}'] = forms.CharField(required=False, strip=False)

    def rows(self) -> list[dict[str, Any]]:
        """What was chosen so far, in the order of the fields: for the template."""
        return [
            {
                'side_name': self.add_prefix(f'side-{number}'),
                'value_name': self.add_prefix(f'value-{number}'),
                'side': self.data.get(self.add_prefix(f'side-{number}'), ''),
                'value': self.data.get(self.add_prefix(f'value-{number}'), ''),
                'errors': self.errors.get(f'value-{number}', ()) if self.is_bound else (),
            }
            for number, _path in enumerate(self.paths)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get('strategy') != Strategy.USER_DECISION:
            return cleaned
        for number, _path in enumerate(self.paths):
            if cleaned.get(f'side-{number}') == OWN_VALUE:
                self._read_value(number, cleaned)
        return cleaned

    @property
    def decision(self) -> Decision:
        """What the valid form says."""
        cleaned = self.cleaned_data
        fields: dict[str, Any] = {}
        if cleaned['strategy'] == Strategy.USER_DECISION:
            for number, path in enumerate(self.paths):
                if side := cleaned[f'side-{number}']:
                    own = {'value': cleaned.get(f'read-{number}')}
                    fields[path] = own if side == OWN_VALUE else side
        return Decision(cleaned['strategy'], fields, cleaned['notes'])

    def _read_value(self, number: int, cleaned: Mapping[str, Any]) -> None:
        """Reads what was typed as Kubernetes reads it; empty takes the field out."""
        good, value = typed_value(cleaned.get(f'value-{number}') or '')
        if good:
            self.cleaned_data[f'read-{number}'] = value
        else:
            self.add_error(f'value-{number}', _('This is not one YAML value.'))


class BulkResolveForm(forms.Form):
    """One strategy for several conflicts; those that need more than it stay open."""

    strategy = forms.ChoiceField(
        label=_('Strategy'),
        choices=[
            choice
            for choice in Strategy
            if choice[0] not in (Strategy.USER_DECISION, Strategy.MERGE_MANUAL)
        ],
        widget=forms.Select(attrs={'class': 'form-select'}),
    )
    notes = forms.CharField(
        label=_('Why'),
        required=False,
        max_length=2000,
        help_text=_('Kept with each conflict'),
        widget=forms.TextInput(attrs={'class': 'form-control'}),
    )
