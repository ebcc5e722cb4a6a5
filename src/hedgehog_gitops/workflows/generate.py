"""An inventory's devices and cables -> managed/: meets what is there, judges, one plan.

Called by the plugin with what NetBox has. What is generated is compared with what was generated
last (`.hnp/generated/`), as templates are: a hand edit is merged by field or becomes a conflict,
and what a cluster would refuse is held before anything is planned.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ..documents import Limits, emit, join
from ..errors import NeedsPerson
from ..findings import Finding
from ..git import GitStore
from ..identity import BlobId, CommitId, RepoPath, TreeEntry, blob_id
from ..layout import Fabric
from ..plans import Change, Operation, OperationKind, Plan, Write
from ..templates import MadeObject, Record, Rendered, RenderPolicy, following
from ..wiring import (
    NOTHING_BEFORE,
    Generated,
    Selection,
    Wiring,
    WiringFile,
    generate_networks,
    generate_wiring,
    last_connections,
    read_wiring_file,
    with_selection,
)
from .origins import FROM_NETBOX, generated_path
from .progress import Progress, Silent
from .reading import entries_below
from .render import RenderPlan
from .render_steps import Place, Report, carry
from .replugged import replugged

__all__ = [
    'WIRING_FILE',
    'Generate',
    'generated_kinds',
    'generated_records',
    'plan_generate',
    'wiring_file_at',
]

WIRING_FILE = '.hnp/wiring.yaml'
_WIRING, _NETWORKS = 'wiring.yaml', 'networks.yaml'
_LIMITS = Limits()
_SILENT = Silent()
_POLICY = RenderPolicy()


@dataclass(frozen=True, slots=True)
class Generate:
    """What is asked for.

    `inventory` tells what a selection comes to. `selection` None takes that of the fabric's file;
    another one is written there by the same commit, so that the next run means the same devices.
    """

    inventory: Callable[[Selection], Wiring]
    selection: Selection | None = None
    policy: RenderPolicy = _POLICY
    allow_errors: bool = False


def wiring_file_at(
    store: GitStore, head: CommitId, fabric: Fabric, limits: Limits = _LIMITS
) -> tuple[WiringFile, bytes | None]:
    """Returns the fabric's mapping and selection, and the file's bytes (None: there is none)."""
    path = fabric.path(WIRING_FILE)
    entry = entries_below(store, head, fabric.hnp).get(path)
    if entry is None or not entry.is_file:
        return WiringFile(), None
    data = store.read_blobs([entry.blob])[entry.blob]
    return read_wiring_file(data, path, limits), data


def generated_kinds(store: GitStore, head: CommitId, fabric: Fabric) -> dict[str, int]:
    """Returns how many objects of each kind were generated last."""
    records = generated_records(store, fabric, entries_below(store, head, fabric.hnp)).values()
    return dict(Counter(made.key.kind for record in records for made in record.objects))


def generated_records(
    store: GitStore, fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]
) -> dict[str, Record]:
    """Returns what was generated last, by the parts it is kept in."""
    found: dict[str, BlobId] = {}
    for name in (_WIRING, _NETWORKS):
        entry = entries.get(generated_path(fabric, name))
        if entry is not None and entry.is_file:
            found[name] = entry.blob
    contents = store.read_blobs(found.values())
    return {name: Record(name, contents[blob], fabric.catalogue) for name, blob in found.items()}


def plan_generate(
    store: GitStore,
    head: CommitId | None,
    fabric: Fabric,
    asked: Generate,
    operation: Operation,
    limits: Limits = _LIMITS,
    progress: Progress = _SILENT,
) -> RenderPlan:
    """Returns what makes the fabric say what the inventory says."""
    if head is None:
        raise NeedsPerson('NoCommit', 'The repository has no commit yet.')
    progress.stage('read')
    file, data = wiring_file_at(store, head, fabric, limits)
    if file.findings:
        return RenderPlan(_plan(head, 'Generate nothing', file.findings))
    selection = asked.selection or file.selection
    if selection.is_empty:
        raise NeedsPerson(
            'WiringNotChosen',
            'Nothing says which devices are those of this fabric.',
            hint='Choose a site, a location or a tag.',
        )
    wiring = asked.inventory(selection)
    progress.stage('render')
    records = generated_records(store, fabric, entries_below(store, head, fabric.hnp))
    before = last_connections(records[_WIRING].body) if _WIRING in records else NOTHING_BEFORE
    parts = {
        _WIRING: generate_wiring(wiring, file.mapping, before),
        _NETWORKS: generate_networks(wiring),
    }
    _refuse_nothing(parts[_WIRING])
    rendered = {name: _rendered(name, part) for name, part in parts.items()}
    progress.stage('plan')
    follow = following(fabric, rendered, records, asked.policy)
    follow.findings = [replace(finding, file=None) for finding in follow.findings]
    at = Place(store, head, fabric, operation, limits, FROM_NETBOX)
    carried = carry(at, follow, records, rendered, asked.policy, asked.allow_errors)
    moved = replugged(store, head, fabric, rendered[_WIRING], before, limits)
    plan = _plan(
        head,
        _subject(carried.counts),
        (*(f for part in parts.values() for f in part.findings), *moved, *carried.findings),
        (*_chosen(store, head, fabric, file, data, selection), *carried.changes),
    )
    plan = replace(
        plan, conflicts=carried.conflicts, settled=carried.settled, counts=carried.counts
    )
    return RenderPlan(plan, tuple(_by_part(carried.reports, rendered)))


def _refuse_nothing(generated: Generated) -> None:
    """A choice nobody meant would take the whole fabric away."""
    if any(made.key.kind == 'Switch' for made in generated.objects):
        return
    raise NeedsPerson(
        'WiringEmpty',
        'Among the devices that are chosen there is no switch of a fabric.',
        hint='Choose others, or give the switches a role that .hnp/wiring.yaml knows.',
    )


def _rendered(name: str, generated: Generated) -> Rendered:
    """What was generated in the words of templates; its version is what it says."""
    objects = tuple(
        MadeObject(made.key, emit(made.value), number)
        for number, made in enumerate(generated.objects)
    )
    version = blob_id(join([made.text for made in objects]))
    return Rendered(name, version, {}, (), '', objects, generated.findings, generated.whole)


def _chosen(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    file: WiringFile,
    data: bytes | None,
    selection: Selection,
) -> list[Change]:
    """The change that keeps the selection, where it is another."""
    if selection == file.selection:
        return []
    path = RepoPath(fabric.path(WIRING_FILE))
    entry = entries_below(store, head, fabric.hnp).get(path)
    content = with_selection(data, selection)
    blob = entry.blob if entry is not None else None
    return [Write(path, content, 'which devices are meant', blob)]


def _by_part(reports: tuple[Report, ...], rendered: Mapping[str, Rendered]) -> list[Report]:
    """The reports under the names of the parts."""
    versions = {str(one.blob): name for name, one in rendered.items()}
    return [replace(report, template=versions.get(report.version, '')) for report in reports]


def _plan(
    head: CommitId,
    subject: str,
    findings: tuple[Finding, ...],
    changes: tuple[Change, ...] = (),
) -> Plan:
    return Plan(
        operation=OperationKind.GENERATE,
        base=head,
        subject=subject,
        changes=changes,
        findings=findings,
    )


def _subject(counts: Mapping[str, int]) -> str:
    words = [f'{counts[name]} {name}' for name in ('made', 'changed', 'removed') if counts[name]]
    return f'Generate from NetBox: {", ".join(words) or "the choice only"}'
