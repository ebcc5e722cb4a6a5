"""Forms of resolution policies: editing, importing, narrowing, and trying one out."""

from typing import Any

import yaml
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from netbox.forms import (
    PrimaryModelBulkEditForm,
    PrimaryModelFilterSetForm,
    PrimaryModelForm,
    PrimaryModelImportForm,
)
from utilities.forms import BOOLEAN_WITH_BLANK_CHOICES, add_blank_choice
from utilities.forms.fields import (
    CSVChoiceField,
    DynamicModelChoiceField,
    SlugField,
    TagFilterField,
)
from utilities.forms.rendering import FieldSet

from ..choices import LoserActionChoices, PolicyOptionSetChoices
from ..models import HedgehogFabric, ResolutionPolicy
from ..sync.policies import NeedsPerson, as_imported, rules_from_text
from .yaml_field import YamlTextarea

__all__ = [
    'PolicyTryOutForm',
    'ResolutionPolicyBulkEditForm',
    'ResolutionPolicyFilterForm',
    'ResolutionPolicyForm',
    'ResolutionPolicyImportForm',
]


class RulesField(forms.JSONField):
    """Rules as YAML, of which JSON is a part; shown as YAML."""

    widget = YamlTextarea

    def to_python(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value or []
        try:
            return rules_from_text(value)
        except NeedsPerson as error:
            raise ValidationError(str(error)) from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        return data

    def prepare_value(self, value: Any) -> str:
        if isinstance(value, str):
            return value
        return yaml.safe_dump(value, sort_keys=False, allow_unicode=True) if value else ''

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool((initial or []) != self.to_python(data))
        except ValidationError:
            return True


class ResolutionPolicyForm(PrimaryModelForm):
    """A policy; what it says is checked before it is saved, and every change makes a version."""

    slug = SlugField(required=False)
    rules = RulesField(
        label=_('Own rules'),
        required=False,
        help_text=_('A list of rules in their order, as YAML. Empty for the ready sets.'),
        widget=YamlTextarea(attrs={'rows': 18}),
    )

    fieldsets = (
        FieldSet('name', 'slug', 'description', 'is_default', 'tags', name=_('Policy')),
        FieldSet('option_set', 'rules', name=_('Who wins')),
        FieldSet('loser_action', 'max_deletions', 'max_moves', name=_('The others')),
    )

    class Meta:
        model = ResolutionPolicy
        fields = (
            'name', 'slug', 'option_set', 'rules', 'loser_action', 'max_deletions', 'max_moves',
            'is_default', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip


class ResolutionPolicyImportForm(PrimaryModelImportForm):
    """One policy a record; `rules` is JSON in a table, and a list in YAML and JSON."""

    option_set = CSVChoiceField(label=_('Rules of'), choices=PolicyOptionSetChoices, required=False)
    loser_action = CSVChoiceField(
        label=_('What becomes of the others'), choices=LoserActionChoices, required=False
    )
    rules = RulesField(label=_('Own rules'), required=False)

    class Meta:
        model = ResolutionPolicy
        fields = (
            'name', 'slug', 'option_set', 'rules', 'loser_action', 'max_deletions', 'max_moves',
            'is_default', 'description', 'owner', 'comments', 'tags',
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ('max_deletions', 'max_moves'):
            self.fields[name].required = False

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if 'option_set' in given and 'rules' in given:
            given['option_set'], given['rules'] = as_imported(given['option_set'], given['rules'])


class ResolutionPolicyBulkEditForm(PrimaryModelBulkEditForm):
    """What may be said of many policies at once; their rules are edited one by one."""

    loser_action = forms.ChoiceField(
        label=_('What becomes of the others'),
        choices=add_blank_choice(LoserActionChoices),
        required=False,
    )
    max_deletions = forms.IntegerField(label=_('Most deletions'), min_value=0, required=False)
    max_moves = forms.IntegerField(label=_('Most moves'), min_value=0, required=False)

    model = ResolutionPolicy
    fieldsets = (FieldSet('loser_action', 'max_deletions', 'max_moves', 'description'),)
    nullable_fields = ('description', 'comments')


class ResolutionPolicyFilterForm(PrimaryModelFilterSetForm):
    model = ResolutionPolicy
    fieldsets = (
        FieldSet('q', 'filter_id', 'tag'),
        FieldSet('option_set', 'loser_action', 'is_default', name=_('Policy')),
        FieldSet('owner_group_id', 'owner_id', name=_('Ownership')),
    )
    option_set = forms.MultipleChoiceField(
        label=_('Rules of'), choices=PolicyOptionSetChoices, required=False
    )
    loser_action = forms.MultipleChoiceField(
        label=_('What becomes of the others'), choices=LoserActionChoices, required=False
    )
    is_default = forms.NullBooleanField(
        label=_('Default'),
        required=False,
        widget=forms.Select(choices=BOOLEAN_WITH_BLANK_CHOICES),
    )
    tag = TagFilterField(model)


class PolicyTryOutForm(forms.Form):
    """The fabric a policy is tried out against."""

    fabric = DynamicModelChoiceField(queryset=HedgehogFabric.objects.all(), label=_('Fabric'))
