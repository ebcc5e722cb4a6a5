"""What the commands share: finds the fabric and the user, runs one operation, says how it ended."""

import time
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from ..choices import (
    OVER_OPERATION_STATUSES,
    SUCCESSFUL_OPERATION_STATUSES,
    TriggerTypeChoices,
)
from ..jobs import HERE, NOW, enqueue_operation
from ..models import HedgehogFabric, SyncOperation
from ..sync.progress import followed_by
from .progress_line import ProgressLine

__all__ = ['OperationCommand', 'find_fabric', 'find_user']

# Another worker may be on the fabric; it carries this request out as well.
PATIENCE = 3600.0


class OperationCommand(BaseCommand):
    """Runs one kind of operation on one fabric, here and now, and waits for its end."""

    operation_type = ''

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('fabric', help='name, slug or number of the fabric')
        parser.add_argument('--user', default='', help='NetBox user in whose name this is done')
        parser.add_argument(
            '--enqueue', action='store_true', help='only ask for it; a worker carries it out'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        fabric = find_fabric(options['fabric'])
        user = find_user(options['user'])
        self.carry_out(fabric, user, self.operation_options(fabric, options), options['enqueue'])

    def carry_out(
        self, fabric: HedgehogFabric, user: Any, config: dict[str, Any] | None, enqueue: bool
    ) -> None:
        """Does it and says how it ended, or only asks for it; meanwhile shows how far it is."""
        line = ProgressLine(self.stderr)
        try:
            with followed_by(line.show):
                _, operation = enqueue_operation(
                    fabric,
                    self.operation_type,
                    user=user,
                    trigger_type=TriggerTypeChoices.CLI,
                    options=config,
                    start=NOW if enqueue else HERE,
                )
            if not enqueue:
                _wait_for(operation, line)
        finally:
            line.clear()
        if enqueue:
            self.stdout.write(f'{fabric}: operation {operation.operation_id} is waiting')
        else:
            self.tell(operation)

    def operation_options(
        self, fabric: HedgehogFabric, options: dict[str, Any]
    ) -> dict[str, Any] | None:
        """What the operation is told beside its kind; nothing unless a command has choices."""
        return None

    def tell(self, operation: SyncOperation) -> None:
        """Says what was done; a failed operation ends the command with status 1."""
        if operation.status not in SUCCESSFUL_OPERATION_STATUSES:
            raise CommandError(
                f'{operation.fabric}: {operation.status}: {operation.last_reason}: '
                f'{operation.last_error_message}'
            )
        counts = {
            'commit': operation.commit_sha[:12] or 'none',
            'documents': f'{operation.documents_ingested} of {operation.documents_seen}',
            'held': operation.documents_held,
            'created': operation.resources_created,
            'updated': operation.resources_updated,
            'deleted': operation.resources_deleted,
        }
        told = ', '.join(f'{name}: {value}' for name, value in counts.items())
        self.stdout.write(f'{operation.fabric}: {operation.status} ({told})')
        for finding in operation.findings:
            place = ':'.join(str(p) for p in (finding['file'], finding['line']) if p)
            self.stderr.write(
                f'{finding["severity"]} {place} {finding["code"]}: {finding["message"]}'
            )


def find_fabric(text: str) -> HedgehogFabric:
    """Returns the fabric of that name, slug or number."""
    wanted = Q(name=text) | Q(slug=text)
    if text.isdecimal():
        wanted |= Q(pk=int(text))
    found = HedgehogFabric.objects.filter(wanted).select_related('git_repository').first()
    if found is None:
        known = ', '.join(HedgehogFabric.objects.values_list('slug', flat=True)[:20])
        raise CommandError(f'There is no fabric {text!r}. Known are: {known or "none"}.')
    return found


def find_user(name: str) -> Any:
    """Returns the user of that name; None for no name."""
    if not name:
        return None
    user = get_user_model().objects.filter(username=name, is_active=True).first()
    if user is None:
        raise CommandError(f'There is no active user {name!r}.')
    return user


def _wait_for(operation: SyncOperation, line: ProgressLine) -> None:
    deadline = time.monotonic() + PATIENCE
    while operation.status not in OVER_OPERATION_STATUSES and time.monotonic() < deadline:
        line.show(operation)
        time.sleep(0.2)
        operation.refresh_from_db()
