"""The dashboard widget: how the fabrics stand and what waits, as far as one may see."""

from collections import Counter
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from extras.dashboard.utils import register_widget
from extras.dashboard.widgets import DashboardWidget

from .choices import OPEN_CONFLICT_STATUSES, OPEN_DUPLICATE_STATUSES, OPEN_OUTBOX_STATES
from .models import (
    ConflictResolution,
    ErrorRecord,
    HedgehogFabric,
    HedgehogResource,
    OutboxEntry,
    YAMLDuplicateGroup,
)
from .sync.standing import NO_DRAFT
from .ui.status import shown_statuses

__all__ = ['HedgehogWidget']

APP = 'plugins:netbox_hedgehog'


@register_widget
class HedgehogWidget(DashboardWidget):
    """Fabrics by state, and what waits: conflicts, drafts, edits, duplicates and errors."""

    default_title = _('Hedgehog')
    description = _('Fabrics by state, and what waits for a person.')
    template_name = 'netbox_hedgehog/widget.html'
    width = 4
    height = 4

    def render(self, request: HttpRequest) -> str:
        """The widget's inside; only what the user may see is counted."""
        return render_to_string(
            self.template_name,
            {'states': _states(request), 'waiting': _waiting(request)},
            request=request,
        )


def _states(request: HttpRequest) -> list[dict[str, Any]]:
    """How many fabrics are in each state, the most frequent first."""
    fabrics = HedgehogFabric.objects.restrict(request.user, 'view')
    shown = shown_statuses(fabrics.select_related('sync_state', 'git_repository__state'))
    counted = Counter(each.value for each in shown)
    by_value = {each.value: each for each in shown}
    return [{'status': by_value[value], 'count': count} for value, count in counted.most_common()]


def _waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """What a person should look at, each with its number and its list."""
    asked = (
        (
            _('Open conflicts'),
            ConflictResolution,
            Q(resolution_status__in=OPEN_CONFLICT_STATUSES),
            '?open=true',
        ),
        (_('Drafts'), HedgehogResource, ~NO_DRAFT, '?has_draft=true'),
        (_('Edits not in Git yet'), OutboxEntry, Q(state__in=OPEN_OUTBOX_STATES), '?open=true'),
        (
            _('Duplicates'),
            YAMLDuplicateGroup,
            Q(resolution_status__in=OPEN_DUPLICATE_STATUSES),
            '?open=true',
        ),
        (_('Open errors'), ErrorRecord, Q(resolved_at=None), '?open=true'),
    )
    return [
        {
            'label': label,
            'count': model.objects.restrict(request.user, 'view').filter(wanted).count(),
            'url': reverse(f'{APP}:{model._meta.model_name}_list') + query,
        }
        for label, model, wanted, query in asked
        if request.user.has_perm(f'netbox_hedgehog.view_{model._meta.model_name}')
    ]
