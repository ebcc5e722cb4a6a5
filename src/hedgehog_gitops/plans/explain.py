"""A plan told to people and programs: as a unified diff, as a commit message, as JSON.

Called by the command line and the workflows; decides nothing.
"""

from collections.abc import Iterator
from difflib import unified_diff
from typing import Any

from ..findings import has_errors
from ..identity import CommitId, RepoPath
from ..layout import Snapshot
from .changes import Change, Delete, Move, Write, change_as_json
from .plan import Plan

__all__ = ['as_diff', 'as_json', 'commit_message', 'text_diff']

_CONTEXT = 3
_NAMES = 20
_SUBJECT = 72


def as_diff(plan: Plan, snapshot: Snapshot) -> str:
    """The plan as a unified diff against the tree it was made for."""
    return ''.join(text for change in plan.changes for text in _change_diff(change, snapshot))


def text_diff(path: RepoPath, old: bytes | None, new: bytes | None) -> str:
    """Two versions of a file as a unified diff; None where it is absent, empty when equal."""
    if old == new:
        return ''
    name = _printable(path)
    head = f'--- {"/dev/null" if old is None else f"a/{name}"}\n'
    head += f'+++ {"/dev/null" if new is None else f"b/{name}"}\n'
    return head + ''.join(_hunks(old or b'', new or b''))


def commit_message(plan: Plan) -> str:
    """Subject, explanation, counts and the first names; trailers are the writer's business."""
    subject = (
        plan.subject if len(plan.subject) <= _SUBJECT else f'{plan.subject[: _SUBJECT - 3]}...'
    )
    blocks = [subject]
    if plan.body:
        blocks.append('\n'.join(plan.body))
    if plan.counts:
        blocks.append(', '.join(f'{name}: {number}' for name, number in plan.counts.items()))
    lines = [_line(change) for change in plan.changes[:_NAMES]]
    if len(plan.changes) > _NAMES:
        lines.append(f'... and {len(plan.changes) - _NAMES} more')
    blocks.append('\n'.join(lines))
    return '\n\n'.join(block for block in blocks if block) + '\n'


def as_json(plan: Plan, commit: CommitId | None) -> dict[str, Any]:
    """The object which `--json` prints; `commit` is None for a plan that was not carried out."""
    answer: dict[str, Any] = {
        'ok': not plan.conflicts and not has_errors(plan.findings),
        'commit': commit,
        'changes': [change_as_json(change) for change in plan.changes],
        'findings': [finding.as_json() for finding in plan.findings],
        'conflicts': [conflict.as_json() for conflict in plan.conflicts],
    }
    if plan.settled:
        answer['settled'] = [settlement.as_json() for settlement in plan.settled]
    if plan.counts:
        answer['counts'] = dict(plan.counts)
    return answer


def _line(change: Change) -> str:
    match change:
        case Write():
            return f'{"update" if change.replaces else "create"} {_printable(change.path)}'
        case Move():
            return f'move {_printable(change.source)} -> {_printable(change.path)}'
        case Delete():
            return f'delete {_printable(change.path)}'


def _change_diff(change: Change, snapshot: Snapshot) -> Iterator[str]:
    match change:
        case Write():
            old = snapshot.contents.get(change.replaces) if change.replaces else b''
            yield from _file_diff(change.path, old, change.content, is_new=not change.replaces)
        case Move():
            yield f'rename from {_printable(change.source)}\nrename to {_printable(change.path)}\n'
        case Delete():
            path, old = _printable(change.path), snapshot.contents.get(change.blob)
            yield f'--- a/{path}\n+++ /dev/null\n'
            yield from _hunks(old or b'', b'') if old is not None else ()


def _file_diff(path: RepoPath, old: bytes | None, new: bytes, *, is_new: bool) -> Iterator[str]:
    name = _printable(path)
    yield f'--- {"/dev/null" if is_new else f"a/{name}"}\n+++ b/{name}\n'
    if old is None:
        yield f'(the old content was not read; the new one has {len(new)} bytes)\n'
        return
    yield from _hunks(old, new)


def _hunks(old: bytes, new: bytes) -> Iterator[str]:
    before, after = _lines(old), _lines(new)
    # An append to a long log would keep difflib busy for seconds; what is equal at both ends is
    # cut off first, and line numbers are put right again.
    head = _common(before, after)
    limit = min(len(before), len(after)) - head
    tail = _common(before[::-1], after[::-1], limit)
    start = max(head - _CONTEXT, 0)
    cut = max(tail - _CONTEXT, 0)
    hunks = unified_diff(
        before[start : len(before) - cut], after[start : len(after) - cut], n=_CONTEXT, lineterm=''
    )
    for number, line in enumerate(hunks):
        if number > 1:
            yield f'{_shifted(line, start) if line.startswith("@@") else line}\n'


def _common(one: list[str], other: list[str], limit: int | None = None) -> int:
    count = 0
    for left, right in zip(one[:limit], other[:limit], strict=False):
        if left != right:
            break
        count += 1
    return count


def _shifted(header: str, start: int) -> str:
    """`@@ -1,2 +1,3 @@` as it reads in the whole file."""
    if not start:
        return header
    _, old, new, _ = header.split()
    return f'@@ -{_moved(old[1:], start)} +{_moved(new[1:], start)} @@'


def _moved(span: str, start: int) -> str:
    first, comma, length = span.partition(',')
    return f'{int(first) + start}{comma}{length}'


def _lines(data: bytes) -> list[str]:
    """Lines as they can be shown; the last one says so when no line break ends it."""
    text = data.decode('utf-8', 'backslashreplace')
    lines = text.split('\n')
    if lines[-1]:
        lines[-1] += '\n\\ No newline at end of file'
    else:
        lines.pop()
    return [line.replace('\r', '\\r') for line in lines]


def _printable(path: RepoPath) -> str:
    return path.encode('utf-8', 'backslashreplace').decode()
