"""What the service does in a simulation, and what goes wrong: workers die, servers fail.

Every event does something to the product and the same to the model. `test_sync_simulation.py` draws
events by chance and compares the two.
"""

from netbox_hedgehog.jobs import enqueue_operation, enqueue_pushed
from netbox_hedgehog.sync import recover
from netbox_hedgehog.sync.runner import work_off

from .git_case import logger
from .simulation_people import People

__all__ = ['Died', 'Events']

# Where a worker may die; from the fourth on its commits are on the server, if it had any.
STAGES = ('fetch', 'after_fetch', 'plan', 'commit_made', 'push_sent', 'push_confirmed', 'apply')
STAGES = (*STAGES, 'before_database_commit')
_ARRIVED = ('push_confirmed', 'apply', 'before_database_commit')


class Died(BaseException):
    """The worker is gone; nothing after this point happens."""


class Events(People):
    """The service and its troubles; people's events come with it."""

    # The service

    def syncs(self) -> None:
        self.runs('sync')
        self.worked()
        self.compare()

    def webhook_arrives(self) -> None:
        enqueue_pushed(self.fabric.git_repository, 'main')
        work_off(self.fabric.pk, logger)
        self.worked()
        self.compare()

    def schedule_runs(self) -> None:
        """The minutely look at what dead workers left and what is due."""
        recover.recover_dead_workers()
        recover.unfinished_fabrics()
        enqueue_operation(self.fabric, 'sync', user=None, trigger_type='scheduled')
        work_off(self.fabric.pk, logger)
        self.worked()
        self.compare()

    def mode_changes(self) -> None:
        mode = 'manual' if self.fabric.publish_mode == 'direct' else 'direct'
        self.sets_fabric(publish_mode=mode)

    def direction_changes(self) -> None:
        both = self.fabric.sync_direction == 'bidirectional'
        self.sets_fabric(sync_direction='git_to_gui' if both else 'bidirectional')

    def user_publishes(self) -> None:
        self.runs('sync', options={'publish': True})
        if self.fabric.sync_direction == 'bidirectional':
            self.published()
        else:
            self.worked()
        self.compare()

    # What goes wrong

    def worker_dies(self) -> None:
        stage = self.chance.choice(STAGES)
        self.say(stage)
        sends, files_alone = self.sends, self.files_alone
        with self.at_stage(stage, _die):
            try:
                self.runs('sync')
            except Died:
                self.alone = False
            else:
                # There was nothing to push, so the stage was never reached.
                self.worked()
                return
        if sends and stage in ('push_sent', *_ARRIVED):
            self.half_done(files_alone, arrived=stage in _ARRIVED)

    def person_is_faster(self) -> None:
        """Somebody pushes between this worker's fetch and its push."""

        def push() -> None:
            target = self.some(lambda model: model.git is not None)
            if target:
                self.git_sets(target, self.a_field(target))

        with self.at_stage('push_sent', push):
            self.runs('sync')
        # What came in between is read in the same operation, because the lease is refused.
        self.worked()
        self.compare()

    def user_is_faster(self) -> None:
        """Somebody edits after the worker has planned, and before it pushes."""

        def edit() -> None:
            self.user_edits()
            if self.publishes:
                # As the receiver does when the edit's transaction stands.
                enqueue_operation(self.fabric, 'sync', user=self.alice, trigger_type='automatic')

        with self.at_stage('commit_made', edit):
            self.runs('sync')
        self.worked()
        self.compare()

    def push_is_lost(self) -> None:
        fault = self.chance.choice(
            ('refused', 'lost_before', 'lost_after', 'lost_and_away', 'away')
        )
        self.say(fault)
        sends, files_alone = self.sends, self.files_alone
        with self.world.faulty(fault):
            self.runs('sync')
        if not sends or fault in ('lost_before', 'lost_after'):
            self.worked()
        elif fault == 'refused':
            self.looked()
        else:
            self.alone = False
            self.half_done(files_alone, arrived=fault == 'lost_and_away')

    def server_is_away(self) -> None:
        with self.world.away():
            self.runs('sync')

    @property
    def files_alone(self) -> bool:
        """Whether an upload's own operation goes first, which publishes no edit."""
        waiting = self.fabric.sync_operations.filter(status='pending', parent=None)
        first = waiting.order_by('pk').first()
        return first is not None and first.operation_type == 'file_ingestion'

    def half_done(self, files_alone: bool, *, arrived: bool) -> None:
        """The first operation sent what it had and came no further; `arrived` where Git has it."""
        if files_alone:
            if arrived:
                self.take_in()
            return
        self.sent()
        if arrived:
            self.arrived()


def _die() -> None:
    raise Died
