"""How an object stands, in one word, as the database can say it: for counts and for filters.

The word is the one `topology.py` colours the picture by; a test holds the two together.
"""

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Value, When

from ..choices import OPEN_CONFLICT_STATUSES, StandingChoices
from ..models import ConflictResolution

__all__ = ['NO_DRAFT', 'with_standing']

NO_DRAFT = Q(
    draft_text='',
    draft_spec__isnull=True,
    draft_labels__isnull=True,
    draft_annotations__isnull=True,
)

_IN_CONFLICT = Exists(
    ConflictResolution.objects.filter(
        resource=OuterRef('pk'), resolution_status__in=OPEN_CONFLICT_STATUSES
    )
)
_PROBLEM = Q(sync_state__error_count__gt=0) | Q(sync_state__last_sync_error__gt='')


def with_standing(resources: QuerySet) -> QuerySet:
    """The same resources, each with its `standing`, a value of StandingChoices."""
    said = Case(
        When(_IN_CONFLICT, then=Value(StandingChoices.CONFLICT)),
        When(_PROBLEM, then=Value(StandingChoices.PROBLEM)),
        When(~NO_DRAFT | Q(desired_spec__isnull=True), then=Value(StandingChoices.DRAFT)),
        default=Value(StandingChoices.IN_STEP),
    )
    return resources.annotate(standing=said)
