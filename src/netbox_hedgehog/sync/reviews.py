"""Pull requests that are open: what server and host say of them now, and what follows from it.

`runner.py` calls `follow_up` after the branch was read. The branch itself comes first: what is in
it was merged, whoever merged it and whatever a host says. A host that does not answer holds
nothing up; its pull requests are looked at again by the next run.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hedgehog_gitops.errors import EngineError
from hedgehog_gitops.findings import Finding, Severity
from hedgehog_gitops.identity import CommitId
from hedgehog_gitops.workflows.trailers import NETBOX_OPERATION, is_commit

from ..choices import (
    OPEN_PULL_REQUEST_STATES,
    OutboxStateChoices,
    PullRequestStateChoices,
    UploadStateChoices,
)
from ..models import OutboxEntry, PullRequest, RawUpload
from .hosts import opened_host
from .review_words import first_title
from .run import Review, Run

__all__ = ['clean_up', 'close_reviews', 'follow_up', 'host_of', 'is_ours']

_State = PullRequestStateChoices


def follow_up(run: Run) -> None:
    """Looks at every open pull request of the fabric."""
    run.reviews = []
    with host_of(run):
        _look(run)


@contextmanager
def host_of(run: Run) -> Iterator[None]:
    """Keeps the host within reach as `run.host`; None where there is none, or it is silent now."""
    with ExitStack() as stack:
        try:
            if run.hosted and _anything(run):
                repository = run.fabric.git_repository
                run.host = stack.enter_context(opened_host(repository, run.operation))
        except EngineError as error:
            run.log.warning(f'The API of the host is left alone: {error}')
        try:
            yield
        finally:
            run.host = None


def _anything(run: Run) -> bool:
    """Says whether there is any reason to ask the host: most runs have none."""
    return bool(run.lanes or run.reviews) or _open_rows(run).exists()


def _open_rows(run: Run) -> QuerySet[PullRequest]:
    return PullRequest.objects.filter(fabric=run.fabric, state__in=OPEN_PULL_REQUEST_STATES)


def _look(run: Run) -> None:
    for pull_request in _open_rows(run).order_by('pk'):
        tip = run.store.fetch(run.remote, pull_request.branch)
        _note_arrival(run, pull_request, tip)
        if pull_request.state == _State.PREPARING and _is_bare(pull_request, tip):
            # Nothing arrived: what was to be in it is in line again.
            _forget(run, pull_request, tip)
            continue
        run.reviews.append(_looked_at(run, pull_request, tip))


def _is_bare(row: PullRequest, tip: CommitId | None) -> bool:
    """True where no commit reached the branch: it is not there, or stands where it was begun."""
    return tip is None or (not row.head_commit and tip == row.base_commit)


def _forget(run: Run, row: PullRequest, tip: CommitId | None) -> None:
    if tip is not None:
        run.store.remove_branch(run.remote, row.branch, tip)
    row.delete()


def is_ours(run: Run, tip: CommitId | None) -> bool:
    """Says whether the newest commit of a branch is one that NetBox made."""
    if tip is None:
        return False
    return NETBOX_OPERATION in run.store.log(tip, limit=1)[0].trailers


def clean_up(run: Run) -> None:
    """Removes branches of NetBox whose pull requests are over; those others worked on stay."""
    for review in run.reviews:
        if review.state not in (_State.MERGED, _State.CLOSED) or not is_ours(run, review.tip):
            continue
        try:
            run.store.remove_branch(run.remote, review.pull_request.branch, review.tip)
        except EngineError as error:
            run.log.warning(f'Branch {review.pull_request.branch} stays: {error}')


def close_reviews(run: Run) -> None:
    """Writes down which pull requests are over; the caller holds the transaction."""
    for review in run.reviews:
        if review.state == _State.OPEN:
            continue
        row = review.pull_request
        row.state, row.reason, row.closed_at = review.state, review.why, timezone.now()
        row.merge_commit = review.merge_commit or ''
        row.save()
        if review.state == _State.CLOSED:
            _decline(row)


def _decline(row: PullRequest) -> None:
    """What was not merged stays here, as a draft, until somebody says what becomes of it."""
    reason = f'{row}: {row.reason}'
    OutboxEntry.objects.filter(
        pull_request=row, state__in=(OutboxStateChoices.IN_REVIEW, OutboxStateChoices.PENDING)
    ).update(state=OutboxStateChoices.DECLINED, reason=reason)
    RawUpload.objects.filter(pull_request=row, state=UploadStateChoices.IN_REVIEW).update(
        state=UploadStateChoices.DECLINED, reason=reason
    )


@transaction.atomic
def _note_arrival(run: Run, row: PullRequest, tip: CommitId | None) -> None:
    """Decides by the branch what became of a push whose answer nobody heard."""
    for model, states, waits in (
        (OutboxEntry, OutboxStateChoices, OutboxStateChoices.PENDING),
        (RawUpload, UploadStateChoices, UploadStateChoices.WAITING),
    ):
        for sent in model.objects.filter(pull_request=row, state=states.PUSHING):
            arrived = tip is not None and _brought(run, tip, sent.new_commit)
            sent.state = states.IN_REVIEW if arrived else waits
            sent.save(update_fields=('state',))


def _looked_at(run: Run, row: PullRequest, tip: CommitId | None) -> Review:
    known = row.head_commit or tip
    if run.head is not None and known and _holds(run, run.head, CommitId(known)):
        return Review(row, tip, _State.MERGED, run.head)
    if row.close_requested:
        return Review(row, tip, _State.CLOSED, why='closed in NetBox', closes=True)
    if row.number is not None and run.hosted:
        return _as_host_says(run, row, tip)
    if tip is None:
        return Review(row, None, _State.CLOSED, why='its branch was deleted without being merged')
    return Review(row, tip, _State.OPEN)


def _as_host_says(run: Run, row: PullRequest, tip: CommitId | None) -> Review:
    if run.host is None:
        return Review(row, tip, _State.OPEN)
    try:
        found = run.host.pull_request(row.number)
    except EngineError as error:
        _note_silence(run, row, error)
        return Review(row, tip, _State.OPEN)
    # Both name the states alike.
    if found.state == _State.CLOSED:
        return Review(row, tip, _State.CLOSED, why='closed without being merged')
    # The branch was read before the host was asked; the next run sees the rest.
    merged = found.merge_commit if found.state == _State.MERGED else None
    if merged is not None and run.head is not None and _holds(run, run.head, merged):
        return Review(row, tip, _State.MERGED, merged)
    retitled = first_title(found.title) != first_title(row.title)
    return Review(row, tip, _State.OPEN, shown=found, retitled=retitled)


def _note_silence(run: Run, row: PullRequest, error: EngineError) -> None:
    run.log.warning(f'{row}: {error}')
    run.findings.append(Finding(Severity.WARNING, error.reason, f'{row}: {error}'))


def _brought(run: Run, tip: CommitId, planned: str) -> bool:
    """Says whether a branch has a commit of ours, or what the host has made of it."""
    if _holds(run, tip, planned):
        return True
    return any(is_commit(info, planned) for info in run.store.log(tip, since=run.head))


def _holds(run: Run, commit: CommitId, earlier: str) -> bool:
    earlier = CommitId(earlier)
    if not earlier or run.store.resolve(earlier) is None:
        return False
    return run.store.is_ancestor(earlier, commit)
