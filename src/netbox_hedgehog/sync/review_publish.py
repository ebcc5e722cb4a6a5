"""Branches under review -> server and host: pushed, proposed, and removed when they are over.

`steps.publish` calls it after the fabric's own branch. A pull request that cannot be opened now is
opened by the next run: its branch is there, and its row says so.
"""

from collections.abc import Iterable

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.hosts import Host

from ..choices import OutboxStateChoices, PullRequestStateChoices, UploadStateChoices
from ..models import OutboxEntry, PullRequest, RawUpload, ResourceSyncState
from .landing import land_lanes
from .review_steps import in_lanes
from .review_words import described, framed, reframed, titled
from .reviews import clean_up, close_reviews, host_of
from .run import Lane, Run

__all__ = ['note_addresses', 'note_lanes', 'publish_lanes', 'record_reviews']

_State = PullRequestStateChoices

# What a run writes into a row; what a person asks for meanwhile is not overwritten.
_OURS = (
    'title',
    'body',
    'number',
    'url',
    'state',
    'head_commit',
    'base_commit',
    'reason',
    'sync_operation',
)


def note_lanes(run: Run) -> None:
    """Writes down which branches are about to be pushed; the caller holds the transaction."""
    for lane in run.lanes:
        row = lane.pull_request
        if lane.made:
            if not lane.goes_on:
                _describe(run, lane)
            if lane.expected is None:
                # A branch the host is to write is begun there before it has any commit of ours.
                row.base_commit = lane.start or ''
            row.sync_operation = row.sync_operation or lane.made[0].operation
        row.save(update_fields=None if row.pk is None else _OURS)
        for entry in in_lanes([lane]):
            entry.pull_request = row
            OutboxEntry.objects.filter(pk=entry.pk).update(pull_request=row)
        for upload in _uploads(lane):
            RawUpload.objects.filter(pk=upload.pk).update(pull_request=row)


def publish_lanes(run: Run) -> None:
    """Pushes the branches, proposes them where the host can, and removes those that are over."""
    land_lanes(run)
    for lane in run.lanes:
        if lane.made:
            if lane.goes_on:
                # Not before they are there: a push that fails must not be told of.
                _describe(run, lane)
            lane.pull_request.head_commit = lane.made[-1].commit
            lane.pull_request.base_commit = run.head or ''
    with host_of(run):
        for row in _open_rows(run):
            _propose(run, row)
        for review in run.reviews:
            if review.closes:
                _close(run, review.pull_request)
    clean_up(run)


def record_reviews(run: Run) -> None:
    """Brings rows to what was pushed and proposed; the caller holds the transaction."""
    for lane in run.lanes:
        row = lane.pull_request
        row.save(update_fields=_OURS)
        ids = [entry.pk for entry in in_lanes([lane])]
        OutboxEntry.objects.filter(pk__in=ids).update(
            state=OutboxStateChoices.IN_REVIEW, pull_request=row, reason=''
        )
        RawUpload.objects.filter(pk__in=[upload.pk for upload in _uploads(lane)]).update(
            state=UploadStateChoices.IN_REVIEW, pull_request=row, reason=''
        )
        for made in lane.made:
            made.operation.branch_name = row.branch
            made.operation.pull_request_url = row.url
    for review in run.reviews:
        if review.state == _State.OPEN:
            review.pull_request.save(update_fields=_OURS)
        elif review.closes:
            # Nothing of it is wanted any more; what was dropped stays dropped.
            review.pull_request.outbox_entries.filter(state=OutboxStateChoices.DISCARDED).update(
                pull_request=None
            )
    close_reviews(run)


def note_addresses(run: Run) -> None:
    """Each resource names the pull request its draft waits in; the caller holds the transaction."""
    if not (run.lanes or run.reviews):
        return
    states = ResourceSyncState.objects.filter(resource__fabric=run.fabric)
    states.exclude(pull_request_url='').exclude(
        resource__outbox_entries__state=OutboxStateChoices.IN_REVIEW
    ).update(pull_request_url='')
    for row in run.fabric.pull_requests.filter(state=_State.OPEN).exclude(url=''):
        waits = OutboxEntry.objects.filter(pull_request=row, state=OutboxStateChoices.IN_REVIEW)
        states.filter(resource__in=waits.values('resource')).update(pull_request_url=row.url)


def _describe(run: Run, lane: Lane) -> None:
    row = lane.pull_request
    before = (row.title, row.body) if lane.goes_on else ('', '')
    asked = _asked_for(run, row)
    row.body = described(run.fabric.name, lane.made, before[1], asked.get('pr_body', ''))
    row.title = asked.get('pr_title') or titled(row.body, lane.made, before[0])


def _asked_for(run: Run, row: PullRequest) -> dict[str, str]:
    """Title and description that came with the request; others' pull requests keep their own."""
    mine = row.user is not None and row.user == run.operation.initiated_by
    return run.operation.operation_config if mine else {}


def _open_rows(run: Run) -> Iterable[PullRequest]:
    lanes = [lane.pull_request for lane in run.lanes]
    yield from lanes
    for review in run.reviews:
        if review.state == _State.OPEN and review.pull_request not in lanes:
            yield review.pull_request


def _propose(run: Run, row: PullRequest) -> None:
    """Opens the pull request at the host; a host without them leaves it to NetBox."""
    if not run.hosted:
        row.state = _State.OPEN
        return
    if run.host is None:
        return
    if row.number is not None and row.state == _State.OPEN:
        _tell_anew(run, run.host, row)
        return
    body = framed(row.body)
    try:
        found = run.host.open_pull_request(row.branch, row.base_branch, row.title, body)
    except EngineError as error:
        row.reason = f'{error.reason}: {error}'
        message = f'The pull request for {row.branch} could not be opened yet: {error}'
        run.findings.append(Finding(Severity.WARNING, error.reason, message))
        return
    row.number, row.url, row.state, row.reason = found.number, found.url, _State.OPEN, ''


def _tell_anew(run: Run, host: Host, row: PullRequest) -> None:
    """Has the host show what the branch has by now; the words of people there stay."""
    review = next((each for each in run.reviews if each.pull_request == row), None)
    if review is None or review.shown is None:
        return
    shown = review.shown
    title = shown.title if review.retitled else row.title
    body = reframed(shown.body, row.body)
    if (title, body) == (shown.title, shown.body.replace('\r\n', '\n')):
        return
    try:
        host.update_pull_request(shown.number, title, body)
    except EngineError as error:
        # The next run compares again.
        run.log.warning(f'{row}: its description could not be updated yet: {error}')


def _close(run: Run, row: PullRequest) -> None:
    if run.host is None or row.number is None:
        return
    try:
        run.host.close_pull_request(row.number)
    except EngineError as error:
        run.log.warning(f'{row}: {error}')


def _uploads(lane: Lane) -> list[RawUpload]:
    return [upload for made in lane.made for upload in made.uploads]
