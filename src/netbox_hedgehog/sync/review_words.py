"""What a pull request says: its title and its description, as Markdown for whoever reviews it.

`review_publish.py` sends it. At the host our description stands between two marks, so that what
people write around it stays when it is brought up to date.
"""

import re
from collections.abc import Iterable, Sequence

from hedgehog_gitops.findings import Finding
from hedgehog_gitops.plans import Plan, change_as_json

from .links import page_of
from .run import Made

__all__ = ['TITLE', 'described', 'first_title', 'framed', 'reframed', 'titled']

_LISTED = 50
TITLE = 230
"""How many letters of a title are kept, with room for the number of further commits."""

_ENDS = 'Merging publishes this. Closing it keeps the edits in NetBox, as drafts.'
_SECTION = '### '
# Not every heading: whoever asks may bring a description with headings of its own.
_SECTIONS = re.compile(r'^### .*\n\nBy .*, operation ', re.MULTILINE)
_BEGIN, _END = '<!-- netbox-hedgehog: begin -->', '<!-- netbox-hedgehog: end -->'
_FRAME = re.compile(f'{re.escape(_BEGIN)}.*?{re.escape(_END)}', re.DOTALL)
_FURTHER = re.compile(r' and \d+ more$')


def described(fabric: str, made: Iterable[Made], before: str = '', asked: str = '') -> str:
    """Says what changes, by whom, and what was found.

    `before` is what the branch had already, `asked` a description that came with the request.
    """
    begins = before.removesuffix(_ENDS).rstrip() or f'Made in NetBox for the fabric **{fabric}**.'
    own = asked.replace(_BEGIN, '').replace(_END, '').strip()
    parts = (part for each in made for part in _section(each))
    return '\n\n'.join(filter(None, (begins, own, *parts, _ENDS)))


def titled(body: str, made: Sequence[Made], before: str = '') -> str:
    """The first commit's subject, and how many further commits there are."""
    first = first_title(before) or made[0].plan.subject
    if len(first) > TITLE:
        first = f'{first[: TITLE - 3]}...'
    further = len(_SECTIONS.findall(body)) - 1
    return f'{first} and {further} more' if further > 0 else first


def first_title(title: str) -> str:
    """A title without the number of further commits."""
    return _FURTHER.sub('', title)


def framed(body: str) -> str:
    """Our description between its marks."""
    return f'{_BEGIN}\n{body}\n{_END}'


def reframed(shown: str, body: str) -> str:
    """What the host shows with our part brought up to date; without marks nothing is ours."""
    shown = shown.replace('\r\n', '\n')
    return _FRAME.sub(lambda _: framed(body), shown, count=1)


def _section(made: Made) -> Iterable[str]:
    who = made.operation.user_name or 'NetBox'
    number = f'`{made.operation.operation_id}`'
    page = page_of(made.operation)
    yield f'{_SECTION}{made.plan.subject}'
    yield f'By {who}, operation {f"[{number}]({page})" if page else number}.'
    yield '\n'.join(_changes(made.plan))
    if made.plan.findings:
        yield '\n'.join(_findings(made.plan.findings))


def _changes(plan: Plan) -> Iterable[str]:
    yield '| | File | Object |'
    yield '|---|---|---|'
    for change in plan.changes[:_LISTED]:
        row = change_as_json(change)
        yield f'| {row["action"]} | `{row["path"]}` | {_cell(row["resource"])} |'
    if len(plan.changes) > _LISTED:
        yield f'| | and {len(plan.changes) - _LISTED} more | |'


def _findings(findings: Iterable[Finding]) -> Iterable[str]:
    findings = list(findings)
    yield '**Found:**'
    yield ''
    for finding in findings[:_LISTED]:
        place = f' (`{finding.file}`, line {finding.line})' if finding.file else ''
        yield f'- {finding.severity} `{finding.code}`: {_cell(finding.message)}{place}'
    if len(findings) > _LISTED:
        yield f'- and {len(findings) - _LISTED} more'


def _cell(text: str | None) -> str:
    """Text of people and files as one cell: no line breaks, no markup of its own."""
    shown = ' '.join((text or '').split())
    return ''.join(f'\\{letter}' if letter in '|<>[]`*_@#' else letter for letter in shown)
