"""Puts an answer on the terminal: tables and colours for a person, plain lines for a pipe."""

import json
import sys

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..findings import Finding, Severity
from ..plans import Conflict
from .answer import Answer

__all__ = ['plain', 'show', 'table']

_STYLES = {Severity.ERROR: 'bold red', Severity.WARNING: 'yellow', Severity.INFO: 'cyan'}
# Whatever a repository holds must not be able to steer the terminal.
_CONTROLS = {
    code: f'\\x{code:02x}' for code in (*range(32), *range(127, 160)) if code not in (9, 10)
}


def show(answer: Answer, *, as_json: bool) -> None:
    """Prints the answer: results on stdout, a failure on stderr."""
    if as_json:
        sys.stdout.write(json.dumps(answer.as_json()) + '\n')
        return
    console = Console(highlight=False, markup=False, emoji=False, soft_wrap=True)
    for part in answer.body:
        console.print(plain(part) if isinstance(part, str) else part)
    _show_findings(console, answer.all_findings())
    _show_conflicts(console, answer.conflicts)
    if answer.failure is not None:
        _show_failure(answer.failure.message, answer.failure.hint)


def plain(text: str) -> str:
    """Returns the text with control characters written out."""
    return text.translate(_CONTROLS)


def table(*columns: str) -> Table:
    """Returns an empty table of the house's look."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        made.add_column(column, overflow='fold')
    return made


def _show_findings(console: Console, findings: tuple[Finding, ...]) -> None:
    if not console.is_terminal:
        for finding in findings:
            console.print(plain(str(finding)))
        return
    if findings:
        rows = table('', 'Code', 'Place', 'What')
        for finding in findings:
            rows.add_row(
                Text(str(finding.severity), style=_STYLES[finding.severity]),
                finding.code,
                plain(_place(finding)),
                plain(finding.message),
            )
        console.print(rows)


def _place(finding: Finding) -> str:
    parts = (finding.file, finding.line, finding.column)
    return ':'.join(str(part) for part in parts if part) or str(finding.resource or '')


def _show_conflicts(console: Console, conflicts: tuple[Conflict, ...]) -> None:
    for conflict in conflicts:
        about = f'conflict {conflict.kind}: {conflict.resource}: {conflict.message}'
        fields = f' ({", ".join(conflict.fields)})' if conflict.fields else ''
        console.print(Text(plain(about + fields), style='bold magenta'))


def _show_failure(message: str, hint: str) -> None:
    console = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
    console.print(
        Text('error: ', style='bold red').append(plain(message), style='not bold default')
    )
    if hint:
        console.print(Text('hint: ', style='cyan').append(plain(hint), style='default'))
