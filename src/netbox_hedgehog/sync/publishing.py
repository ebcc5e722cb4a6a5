"""Which edits an operation may publish, and whether it takes in raw files.

Decided once, when the operation starts: from the fabric's direction and mode, from what was asked
for, and from the permissions of whoever asked and of whoever edited.
"""

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from ..choices import OperationDirectionChoices as Direction
from ..choices import PublishModeChoices, SyncDirectionChoices, TriggerTypeChoices
from ..choices import SyncOperationTypeChoices as Type
from ..models import HedgehogFabric, OutboxEntry, SyncOperation
from .features import Feature, is_on

__all__ = [
    'ALONE',
    'BY_A_PERSON',
    'PUSH',
    'Publishing',
    'allowed_directions',
    'publishing_for',
]

PUSH = 'netbox_hedgehog.push_hedgehogfabric'
INGEST = 'netbox_hedgehog.ingest_hedgehogfabric'

# Operations that neither publish drafts nor take in drops.
ALONE = (
    Type.UNDO,
    Type.RESTORE,
    Type.FILE_OPERATIONS,
    Type.CLEANUP,
    Type.BRANCH_MERGE,
    Type.DUPLICATE_SCAN,
    Type.DUPLICATE_RESOLUTION,
    Type.TEMPLATE_RENDER,
    Type.WIRING_GENERATION,
    Type.DEVICE_IMPORT,
)

BY_A_PERSON = (TriggerTypeChoices.MANUAL, TriggerTypeChoices.API, TriggerTypeChoices.CLI)


@dataclass(slots=True)
class Publishing:
    """What may leave NetBox in one operation; with `by_review` on branches of its own.

    `filters` narrow the edits: `kinds`, `namespaces`, and `names` as shell patterns.
    """

    fabric: HedgehogFabric
    writes: bool
    ingests: bool
    publisher: Any
    by_person: bool = False
    only_request: Any = None
    by_review: bool = False
    filters: dict[str, Any] = field(default_factory=dict)
    _pushers: dict[Any, bool] = field(default_factory=dict)

    def may_publish(self, entry: OutboxEntry) -> bool:
        """Says whether this edit may become a commit now."""
        if not self.writes or not self._wanted(entry):
            return False
        if not self._direction_allows(entry) or not self._by_itself(entry):
            return False
        if self.only_request is not None and entry.request_id != self.only_request:
            return False
        return self._may_push(entry.user, entry.user_name) or self.publisher is not None

    def may_ingest(self, user: Any, name: str) -> bool:
        """Says whether files this user handed over may be put into raw/ now."""
        if user is None:
            return not name
        return bool(user.is_active and user.has_perm(INGEST, self.fabric))

    def _by_itself(self, entry: OutboxEntry) -> bool:
        """An object that is not synchronised by itself waits for somebody to ask."""
        resource = entry.resource
        if resource is None or self.by_person:
            return True
        state = getattr(resource, 'sync_state', None)
        return resource.auto_sync_enabled and not (state and state.auto_sync_suspended)

    def _wanted(self, entry: OutboxEntry) -> bool:
        kinds, spaces = self.filters.get('kinds'), self.filters.get('namespaces')
        names = self.filters.get('names')
        return (
            (not kinds or entry.kind in kinds)
            and (not spaces or (entry.namespace or 'default') in spaces)
            and (not names or any(fnmatchcase(entry.name, pattern) for pattern in names))
        )

    def _direction_allows(self, entry: OutboxEntry) -> bool:
        own = entry.resource.sync_direction if entry.resource is not None else ''
        if own == SyncDirectionChoices.MANUAL_ONLY:
            return self.by_person
        return own not in (SyncDirectionChoices.GIT_TO_GUI, SyncDirectionChoices.DISABLED)

    def _may_push(self, user: Any, name: str) -> bool:
        if user is None:
            # Without a name it was the system itself; with one, a user who is gone by now.
            return not name
        if user.pk not in self._pushers:
            allowed = user.is_active and user.has_perm(PUSH, self.fabric)
            self._pushers[user.pk] = bool(allowed)
        return self._pushers[user.pk]


def allowed_directions(fabric: HedgehogFabric) -> tuple[str, ...]:
    """Returns the directions one operation may take: a one-way fabric stays one-way."""
    if fabric.sync_direction in (Direction.GIT_TO_GUI, Direction.GUI_TO_GIT):
        return (fabric.sync_direction,)
    return (Direction.BIDIRECTIONAL, Direction.GIT_TO_GUI, Direction.GUI_TO_GIT)


def publishing_for(operation: SyncOperation, fabric: HedgehogFabric) -> Publishing:
    """Works out what `operation` may publish."""
    options = operation.operation_config
    direction = options.get('direction') or fabric.sync_direction
    asked = bool(options.get('publish'))
    user = operation.initiated_by
    by_person = operation.trigger_type in BY_A_PERSON
    may_push = user is not None and user.is_active and user.has_perm(PUSH, fabric)
    # Pressing the button is what publishes in manual mode; over REST it is said in the request.
    asked = asked or (may_push and operation.trigger_type == TriggerTypeChoices.MANUAL)
    # A decision is published when it is taken; what else waits for somebody's word waits on.
    decides = operation.operation_type == Type.CONFLICT_RESOLUTION
    # One commit, and nothing else with it.
    alone = operation.operation_type in ALONE
    by_review = fabric.publish_mode == PublishModeChoices.PULL_REQUEST or bool(
        options.get('create_pr')
    )
    writes = (
        direction != SyncDirectionChoices.GIT_TO_GUI
        and operation.operation_type != Type.FILE_INGESTION
        and (fabric.publish_mode != PublishModeChoices.MANUAL or asked or decides)
        and is_on(Feature.BIDIRECTIONAL_SYNC)
    )
    only = operation.request_id if decides else None
    return Publishing(
        only_request=only if fabric.publish_mode == PublishModeChoices.MANUAL else None,
        by_person=by_person,
        # A merge is what ends a review.
        by_review=by_review and operation.operation_type != Type.BRANCH_MERGE,
        filters=options.get('resource_filters') or {},
        fabric=fabric,
        writes=writes and not alone,
        ingests=not alone
        and is_on(Feature.DIRECTORY_MANAGEMENT)
        and (fabric.sync_direction != SyncDirectionChoices.MANUAL_ONLY or by_person),
        publisher=user if by_person and may_push else None,
    )
