"""`manage.py validate_gitops`: checks configured fabrics end to end, and says what to do.

With `--json` the answer is one object; every number in it was measured, or is null.
"""

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ...choices import RUNNING_OPERATION_STATUSES
from ...jobs import worker_available
from ...models import HedgehogFabric, SyncOperation
from ...sync.measures import megabytes, peak_memory
from ...sync.validation import Validation, validate
from ..running import find_fabric

__all__ = ['Command']


class Command(BaseCommand):
    """Contacts the server, compares Git with NetBox, and ends with status 1 if a check failed."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument('--fabric', default='', help='name, slug or number; all without it')
        parser.add_argument('--json', action='store_true', help='one JSON object')

    def handle(self, *args: Any, **options: Any) -> None:
        fabrics = _chosen(options['fabric'])
        worker = worker_available()
        running = SyncOperation.objects.filter(status__in=RUNNING_OPERATION_STATUSES).count()
        done = [validate(fabric, worker=worker) for fabric in fabrics]
        report = _report(done, running)
        if options['json']:
            self.stdout.write(json.dumps(report, indent=2))
        else:
            self.stdout.write(_table(done, report))
        if not report['overall_success']:
            sys.exit(1)


def _chosen(name: str) -> list[HedgehogFabric]:
    if name:
        return [find_fabric(name)]
    fabrics = list(HedgehogFabric.objects.select_related('git_repository').order_by('name'))
    if not fabrics:
        raise CommandError('There is no fabric to check.')
    return fabrics


def _report(done: list[Validation], running: int) -> dict[str, Any]:
    checks = [check for each in done for check in each.checks]
    answers = [seconds for each in done for seconds in each.answers]
    passed = sum(check.ok for check in checks)
    return {
        'overall_success': passed == len(checks),
        'success_rate': round(100 * passed / len(checks), 1),
        'tests_passed': passed,
        'tests_failed': len(checks) - passed,
        'performance_metrics': {
            'average_response_time': round(sum(answers) / len(answers), 3) if answers else None,
            'memory_usage_mb': megabytes(peak_memory()),
            'concurrent_operations': running,
        },
        'recommendations': _recommendations(done),
    }


def _recommendations(done: list[Validation]) -> list[str]:
    failed = [
        f'{each.fabric}: {check.name}: {check.found} {check.advice}'.strip()
        for each in done
        for check in each.checks
        if not check.ok
    ]
    return list(dict.fromkeys([*failed, *(hint for each in done for hint in each.hints)]))


def _table(done: list[Validation], report: dict[str, Any]) -> str:
    lines = []
    for each in done:
        lines.append(f'{each.fabric}')
        for check in each.checks:
            mark = 'ok  ' if check.ok else 'FAIL'
            lines.append(f'  {mark} {check.name:<15} {check.seconds:7.3f} s  {check.found}')
            lines += [f'       {"":<15} {"":9}  -> {check.advice}'] if check.advice else []
        lines += [f'  note {hint}' for hint in each.hints]
    lines.append(
        f'{report["tests_passed"]} passed, {report["tests_failed"]} failed '
        f'({report["success_rate"]} %)'
    )
    return '\n'.join(lines)
