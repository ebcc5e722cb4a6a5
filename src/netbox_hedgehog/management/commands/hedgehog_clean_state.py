"""`manage.py hedgehog_clean_state`: makes a fabric anew through NetBox, and proves it is the same.

The fabric is deleted and created again by the REST API in a user's name, initialised and
synchronised. The folder given gets trees and rows before and after, their differences, the calls
with their times, and pages as pictures where a browser can be had. Ends with status 1 when anything
differs. A fabric with edits that are not in Git yet is refused.
"""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...choices import SyncOperationTypeChoices, TriggerTypeChoices
from ...jobs import HERE, enqueue_operation
from ...models import HedgehogFabric
from ...sync.evidence import NeedsPerson, differences, refuse_unpublished, rows_of, tree_of
from ..clean_state import Api, creation_body, write_json
from ..pictures import take_pictures
from ..running import find_fabric, find_user

__all__ = ['Command']

# A worker may be on the new fabric already; it is waited for.
_PATIENCE = 600.0


class Command(BaseCommand):
    """Deletes a fabric, makes it again from Git, and writes down what differs."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('--fabric', required=True, help='name, slug or number')
        parser.add_argument('--evidence', required=True, type=Path, help='a folder, new or empty')
        parser.add_argument('--user', required=True, help='NetBox user in whose name it is done')
        parser.add_argument('--url', default='', help="NetBox's address, to take pictures of pages")

    def handle(self, *args: Any, **options: Any) -> None:
        folder, user = options['evidence'], find_user(options['user'])
        fabric = find_fabric(options['fabric'])
        _make_empty(folder)
        try:
            refuse_unpublished(fabric)
            before = _synced(fabric, user)
        except NeedsPerson as error:
            raise CommandError(f'{error.reason}: {error.message} {error.hint}') from error
        api, begun = Api(user), time.monotonic()
        again = _made_again(api, fabric, user)
        after = tree_of(again), rows_of(again)
        found = {
            'tree': differences(before[0], after[0]),
            'rows': differences(before[1], after[1]),
        }
        pictures = take_pictures(options['url'], again.pk, user, folder)
        for name, values in (('before', before), ('after', after)):
            write_json(folder / f'tree-{name}.json', values[0])
            write_json(folder / f'rows-{name}.json', values[1])
        write_json(folder / 'difference.json', found)
        write_json(folder / 'api-log.json', api.log)
        same = not any(names for part in found.values() for names in part.values())
        summary = {
            'fabric': str(again),
            'user': user.username,
            'same': same,
            'files': len(after[0]),
            'objects': len(after[1]),
            'seconds': round(time.monotonic() - begun, 3),
            'pictures': pictures,
        }
        write_json(folder / 'summary.json', summary)
        self.stdout.write(
            f'{again}: {summary["files"]} files and {summary["objects"]} objects, '
            f'{"the same" if same else "NOT the same"} as before; evidence in {folder}'
        )
        if not same:
            sys.exit(1)


def _make_empty(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise CommandError(f'{folder} is not empty; evidence of two runs must not mix.')


def _synced(fabric: HedgehogFabric, user: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Brings NetBox and Git together first: what Git says is what must come back."""
    _run(fabric, user)
    return tree_of(fabric), rows_of(fabric)


def _made_again(api: Api, fabric: HedgehogFabric, user: Any) -> HedgehogFabric:
    place = f'fabrics/{fabric.pk}/'
    shown = api.call('GET', place, expect=200)
    fields = api.call('OPTIONS', 'fabrics/', expect=200)['actions']['POST']
    writable = {name for name, each in fields.items() if not each['read_only']}
    api.call('DELETE', place, expect=204)
    # The API takes what it showed; nothing is left of the old row.
    made = api.call('POST', 'fabrics/', creation_body(shown, writable), expect=201)
    again = HedgehogFabric.objects.get(pk=made['id'])
    _run(again, user)
    api.call('GET', f'fabrics/{again.pk}/gitops-status/', expect=200)
    return again


def _run(fabric: HedgehogFabric, user: Any) -> None:
    """Carries out what waits for the fabric and one sync, here, or waits for who is at it."""
    kind = SyncOperationTypeChoices.SYNC
    if not fabric.gitops_initialized:
        kind = SyncOperationTypeChoices.DIRECTORY_INIT
    _, operation = enqueue_operation(
        fabric, kind, user=user, trigger_type=TriggerTypeChoices.CLI, start=HERE
    )
    deadline = time.monotonic() + _PATIENCE
    while operation.completed_at is None and time.monotonic() < deadline:
        time.sleep(0.2)
        operation.refresh_from_db()
    if operation.completed_at is None:
        raise CommandError(f'{operation} is not over after {_PATIENCE:.0f} s; look at its page.')
    if operation.status not in ('completed', 'partially_completed'):
        raise CommandError(f'{operation.last_reason}: {operation.last_error_message}')
    fabric.refresh_from_db()
