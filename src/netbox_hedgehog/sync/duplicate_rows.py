"""A scan -> rows of groups and files. Groups keep their row, and what people said about them.

`duplicate_steps.py` calls it in the transaction that ends an operation.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from hedgehog_gitops.duplicates import Area, DuplicateGroup, Ranked, RuleKind, Spot

from ..choices import (
    OPEN_OPERATION_STATUSES,
    OPEN_PULL_REQUEST_STATES,
    DuplicateStatusChoices,
    DuplicateStrategyChoices,
    SyncOperationTypeChoices,
)
from ..models import (
    DuplicateScan,
    FabricSyncState,
    HedgehogFabric,
    SyncOperation,
    YAMLDuplicateFile,
    YAMLDuplicateGroup,
)
from .duplicate_scan import Found

__all__ = ['Noted', 'note_groups', 'note_scan']

_Status = DuplicateStatusChoices
_Strategy = DuplicateStrategyChoices

# Near misses a row names; the total is beside them.
MAX_NEAR_MISSES = 200

_BATCH = 500
_GROUP_FIELDS = (
    'comparison', 'resolution_status', 'resolution_strategy', 'wait', 'rule', 'why',
    'differing_fields', 'files_total', 'state_token', 'content_token', 'decided_before', 'policy',
    'policy_version',
    'detection_timestamp', 'last_seen', 'scanned_commit', 'detected_in', 'resolved_in',
    'resolved_by', 'resolved_at', 'notes',
)  # fmt: skip
_FILE_FIELDS = (
    'line', 'area', 'file_hash', 'blob_id', 'priority_score', 'resolution_action', 'is_winner',
    'why', 'original_text',
)  # fmt: skip


@dataclass(slots=True)
class Noted:
    """What a scan changed: groups that are new or there again, and groups that are gone."""

    detected: list[YAMLDuplicateGroup] = field(default_factory=list)
    gone: list[YAMLDuplicateGroup] = field(default_factory=list)


def note_groups(
    fabric: HedgehogFabric,
    operation: SyncOperation,
    found: Found,
    texts: Mapping[Spot, str],
    now: datetime,
) -> Noted:
    """Brings the rows of a fabric's groups to what was found."""
    noted = Noted()
    rows = {row.identity: row for row in fabric.duplicate_groups.select_related('resolved_in')}
    groups = found.groups
    for identity, group in groups.items():
        row = rows.get(identity)
        if row is None:
            row = YAMLDuplicateGroup(fabric=fabric, identity=identity)
        if not (row.present and row.content_token == group.content):
            _open(row, group, operation, now)
            noted.detected.append(row)
        else:
            _keep(row, group)
        _describe(row, group, found, now)
        rows[identity] = row
    for identity, row in rows.items():
        if identity not in groups and row.present:
            _close(row, now)
            noted.gone.append(row)
    _save(rows.values())
    _save_files([rows[identity] for identity in groups], groups, texts)
    return noted


def note_scan(
    fabric: HedgehogFabric, operation: SyncOperation, found: Found, now: datetime
) -> None:
    """Notes what was read and measured."""
    scan = found.scan
    DuplicateScan.objects.update_or_create(
        fabric=fabric,
        defaults={
            'sync_operation': operation,
            'commit': scan.commit or '',
            'files': scan.files,
            'files_parsed': len(scan.learned),
            'objects_total': scan.objects,
            'seconds': round(found.seconds, 3),
            'policy_name': found.active.source[:200],
            'near_misses': [
                {
                    'nearness': str(miss.nearness),
                    'places': [{'spot': str(spot), 'name': name} for spot, name in miss.places],
                }
                for miss in scan.near_misses[:MAX_NEAR_MISSES]
            ],
            'near_misses_total': len(scan.near_misses),
            'findings': [finding.as_json() for finding in scan.findings[:MAX_NEAR_MISSES]],
        },
    )
    FabricSyncState.objects.filter(fabric=fabric).update(last_duplicate_scan=now)


def _open(
    row: YAMLDuplicateGroup, group: DuplicateGroup, operation: SyncOperation, now: datetime
) -> None:
    """A group that is new, or of which a file says something else: no decision stands any more.

    What was decided once is decided again by a person only. So whoever takes a settlement back,
    here or in Git, does not see it made again by itself.
    """
    row.notes = ''
    was = row.resolution_status
    if was == _Status.RESOLVED and row.resolved_in_id is not None:
        row.notes = 'It was settled and is there again (taken back, or new); it waits for a person.'
    elif row.resolved_in_id is not None or was in (_Status.IGNORED, _Status.RESOLVED):
        row.notes = 'Its files have changed since it was decided; it waits for a person.'
    row.decided_before = row.decided_before or bool(row.notes)
    row.detection_timestamp, row.detected_in = now, operation
    row.resolution_status = _fresh(row, group)
    row.resolved_at = row.resolved_by = row.resolved_in = None


def _keep(row: YAMLDuplicateGroup, group: DuplicateGroup) -> None:
    """The files say the same as before: what people decided stands; the rules' word may be new."""
    status = row.resolution_status
    waits_by_rules = status == _Status.MANUAL_REQUIRED and bool(row.wait)
    if status == _Status.RESOLVING:
        if not _is_asked_for(row):
            _give_back(row, group)
    elif group.settled and row.open:
        row.resolution_status = _Status.RESOLVED
    elif status == _Status.DETECTED or waits_by_rules:
        row.resolution_status = _fresh(row, group)


def _give_back(row: YAMLDuplicateGroup, group: DuplicateGroup) -> None:
    """Nothing came of a settlement; one whose pull request was declined is not proposed again."""
    if row.resolved_in is not None and row.resolved_in.pull_requests.exists():
        row.decided_before = True
        row.notes = 'The pull request that settled it was not merged; it waits for a person.'
    row.resolution_status, row.resolved_in, row.resolved_by = _fresh(row, group), None, None


def _close(row: YAMLDuplicateGroup, now: datetime) -> None:
    """Git has no such group any more; a settled one stays settled."""
    row.state_token = ''
    row.decided_before = row.decided_before or row.resolution_status == _Status.IGNORED
    if row.resolution_status == _Status.RESOLVING and row.resolved_in is not None:
        # Its commit waited for a review, and has been merged.
        row.resolution_status, row.resolved_at = _Status.RESOLVED, now
    elif row.resolution_status != _Status.RESOLVED:
        row.resolution_status = _Status.GONE


def _describe(row: YAMLDuplicateGroup, group: DuplicateGroup, found: Found, now: datetime) -> None:
    row.comparison = str(group.comparison)
    row.wait = str(group.wait) if group.wait else ''
    row.rule, row.why = group.rule[:100], group.why[:500]
    row.differing_fields = list(group.fields)
    row.files_total = len(group.copies)
    row.state_token, row.content_token = group.state, group.content
    row.resolution_strategy = _strategy(group)
    row.policy = found.active.row
    row.policy_version = found.active.row.version if found.active.row else None
    row.last_seen, row.scanned_commit = now, found.scan.commit or ''


def _fresh(row: YAMLDuplicateGroup, group: DuplicateGroup) -> str:
    if group.settled:
        return _Status.RESOLVED
    waits = group.wait or row.decided_before
    return _Status.MANUAL_REQUIRED if waits else _Status.DETECTED


def _strategy(group: DuplicateGroup) -> str:
    """The rule that chose the winner, in the words of the record."""
    if group.winner is None:
        return _Strategy.MANUAL_REVIEW
    kind = group.rule.partition(' ')[0]
    if kind == RuleKind.AREA:
        winner = next(each.copy for each in group.copies if each.spot == group.winner)
        return _BY_AREA.get(winner.area, _Strategy.KEEP_BY_PRIORITY)
    return _BY_RULE.get(kind, _Strategy.KEEP_BY_PRIORITY)


_BY_AREA = {Area.MANAGED: _Strategy.KEEP_MANAGED, Area.RAW: _Strategy.KEEP_RAW}
_BY_RULE = {
    RuleKind.ANNOTATED: _Strategy.KEEP_ANNOTATED,
    RuleKind.OWN_FILE: _Strategy.KEEP_MANAGED,
    RuleKind.AGE: _Strategy.KEEP_OLDEST,
}


def _is_asked_for(row: YAMLDuplicateGroup) -> bool:
    """Whether a settlement of this group still waits, runs, or is being reviewed."""
    asked = SyncOperation.objects.filter(
        fabric=row.fabric,
        operation_type=SyncOperationTypeChoices.DUPLICATE_RESOLUTION,
        operation_config__decisions__contains=[{'identity': row.identity}],
    )
    waits = Q(status__in=OPEN_OPERATION_STATUSES)
    reviewed = Q(pull_requests__state__in=OPEN_PULL_REQUEST_STATES)
    return asked.filter(waits | reviewed).exists()


def _save(rows: Iterable[YAMLDuplicateGroup]) -> None:
    rows = list(rows)
    fresh, known = [], []
    for row in rows:
        (fresh if row.pk is None else known).append(row)
    YAMLDuplicateGroup.objects.bulk_create(fresh, batch_size=_BATCH)
    YAMLDuplicateGroup.objects.bulk_update(known, _GROUP_FIELDS, batch_size=_BATCH)


def _save_files(
    rows: list[YAMLDuplicateGroup],
    groups: Mapping[str, DuplicateGroup],
    texts: Mapping[Spot, str],
) -> None:
    """Makes the files of these groups what was found; winners last, as they name files."""
    stored: dict[tuple[int, str], YAMLDuplicateFile] = {
        (each.duplicate_group_id, each.spot): each
        for each in YAMLDuplicateFile.objects.filter(duplicate_group__in=rows)
    }
    fresh, known = [], []
    for row in rows:
        group = groups[row.identity]
        for ranked in group.copies:
            each = stored.pop((row.pk, str(ranked.spot)), None)
            (fresh if each is None else known).append(_file(each, row, ranked, group.winner, texts))
    YAMLDuplicateFile.objects.filter(pk__in=[each.pk for each in stored.values()]).delete()
    YAMLDuplicateFile.objects.bulk_create(fresh, batch_size=_BATCH)
    YAMLDuplicateFile.objects.bulk_update(known, _FILE_FIELDS, batch_size=_BATCH)
    winners = {each.duplicate_group_id: each for each in (*fresh, *known) if each.is_winner}
    for row in rows:
        row.winner = winners.get(row.pk)
    YAMLDuplicateGroup.objects.bulk_update(rows, ('winner',), batch_size=_BATCH)


def _file(
    each: YAMLDuplicateFile | None,
    row: YAMLDuplicateGroup,
    ranked: Ranked,
    winner: Spot | None,
    texts: Mapping[Spot, str],
) -> YAMLDuplicateFile:
    copy = ranked.copy
    if each is None:
        each = YAMLDuplicateFile(
            duplicate_group=row,
            file_path=copy.spot.path,
            document_index=copy.spot.document,
            item_index=copy.spot.item,
        )
    each.line, each.area = copy.line, str(copy.area)
    each.file_hash, each.blob_id = copy.file_hash, copy.blob
    each.priority_score = min(ranked.score, 2**31 - 1)
    each.resolution_action = str(ranked.action)
    each.is_winner = ranked.spot == winner
    each.why = ranked.why[:500]
    each.original_text = texts.get(copy.spot, each.original_text)
    return each
