"""The form of one synchronisation that is to be another one than the button's."""

from collections import Counter
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from utilities.forms.rendering import FieldSet

from ..choices import (
    OPEN_OUTBOX_STATES,
    ConflictStrategyChoices,
    OperationDirectionChoices,
    PublishModeChoices,
)
from ..models import HedgehogFabric
from ..sync.branches import NeedsPerson, check_review_branch
from ..sync.features import Feature, why_off
from ..sync.publishing import PUSH, allowed_directions
from ..sync.review_steps import BRANCH_ASKED
from ..sync.review_words import TITLE
from ..sync.terms import ASKED_STRATEGY, DECIDING

__all__ = ['SyncOptionsForm']

_RESOLVE = 'netbox_hedgehog.resolve_conflictresolution'
_REVIEW = ('create_pr', BRANCH_ASKED, 'pr_title', 'pr_body')
_Direction = OperationDirectionChoices


class SyncOptionsForm(forms.Form):
    """What this one synchronisation does otherwise; `options` is for its operation."""

    direction = forms.ChoiceField(label=_('Direction'), required=False)
    kinds = forms.MultipleChoiceField(
        label=_('Kinds'),
        required=False,
        help_text=_('Of the edits that wait these are published; none chosen means all.'),
    )
    names = forms.CharField(
        label=_('Names'),
        required=False,
        max_length=1000,
        help_text=_('Only edits of these objects are published; patterns, such as vpc-1 web-*.'),
        widget=forms.TextInput(attrs={'class': 'form-control font-monospace'}),
    )
    dry_run = forms.BooleanField(
        label=_('Dry run'),
        required=False,
        help_text=_('Tell what would be done, and do nothing.'),
    )
    strategy = forms.ChoiceField(label=_('Conflicts'), required=False)
    create_pr = forms.BooleanField(
        label=_('Pull request'),
        required=False,
        help_text=_('Put the edits on a branch of their own and propose them.'),
    )
    branch_name = forms.CharField(
        label=_('Branch'),
        required=False,
        max_length=200,
        help_text=_('For edits that are on no branch yet; left empty, it is named after them.'),
        widget=forms.TextInput(attrs={'class': 'form-control font-monospace'}),
    )
    pr_title = forms.CharField(
        label=_('Title'),
        required=False,
        max_length=TITLE,
        help_text=_('Left empty, its first commit says it.'),
    )
    pr_body = forms.CharField(
        label=_('Text'),
        required=False,
        max_length=20_000,
        help_text=_('Markdown, put before what NetBox says of the changes.'),
        widget=forms.Textarea(attrs={'class': 'form-control', 'rows': 6}),
    )

    fieldsets = (
        FieldSet('direction', 'kinds', 'names', 'dry_run', name=_('What')),
        FieldSet('strategy', name=_('Edits that meet a change in Git')),
        FieldSet(*_REVIEW, name=_('Review')),
    )

    def __init__(self, *args: Any, fabric: HedgehogFabric, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fabric, self.user = fabric, user
        usual = _('As the fabric says: {what}')
        direction, strategy = self.fields['direction'], self.fields['strategy']
        names = dict(_Direction())
        direction.choices = [
            ('', usual.format(what=fabric.get_sync_direction_display())),
            *((value, names[value]) for value in allowed_directions(fabric)),
        ]
        strategy.choices = [
            ('', usual.format(what=fabric.get_conflict_strategy_display())),
            *((value, label) for value, label in ConflictStrategyChoices() if self._may(value)),
        ]
        edits = fabric.outbox_entries.filter(state__in=OPEN_OUTBOX_STATES)
        counts = Counter(edits.order_by('kind').values_list('kind', flat=True))
        self.fields['kinds'].choices = [(kind, f'{kind} ({n})') for kind, n in counts.items()]
        if fabric.publish_mode == PublishModeChoices.PULL_REQUEST:
            # Every edit of this fabric is proposed anyway.
            del self.fields['create_pr']

    @property
    def options(self) -> dict[str, Any]:
        """The options of the operation, in the words that REST uses."""
        said = self.cleaned_data
        filters = {'kinds': said['kinds'], 'names': said['names'].split()}
        options = {
            'direction': said['direction'],
            'resource_filters': {name: value for name, value in filters.items() if value},
            ASKED_STRATEGY: said['strategy'],
            'dry_run': said['dry_run'],
            **{name: said[name] for name in _REVIEW if name in said},
            'pr_title': ' '.join(said['pr_title'].split()),
        }
        return {name: value for name, value in options.items() if value}

    def clean_direction(self) -> str:
        wanted: str = self.cleaned_data['direction']
        if wanted and wanted != _Direction.GIT_TO_GUI:
            if off := why_off(Feature.BIDIRECTIONAL_SYNC):
                raise forms.ValidationError(off)
            if not self.user.has_perm(PUSH, self.fabric):
                raise forms.ValidationError(_('This needs the permission "push" on the fabric.'))
        return wanted

    def clean_branch_name(self) -> str:
        name: str = self.cleaned_data['branch_name'].strip()
        if name:
            try:
                check_review_branch(self.fabric, name)
            except NeedsPerson as error:
                raise forms.ValidationError(str(error)) from error
        return name

    def clean(self) -> None:
        super().clean()
        proposes = 'create_pr' not in self.fields or self.cleaned_data.get('create_pr')
        for name in (BRANCH_ASKED, 'pr_title', 'pr_body'):
            if self.cleaned_data.get(name) and not proposes:
                self.add_error(name, _('This is for a pull request, and none is asked for.'))

    def _may(self, strategy: str) -> bool:
        """Letting a side win decides conflicts, which is not everybody's to do."""
        decides = strategy in DECIDING
        return not decides or (
            self.user.has_perm(_RESOLVE) and not why_off(Feature.CONFLICT_RESOLUTION)
        )
