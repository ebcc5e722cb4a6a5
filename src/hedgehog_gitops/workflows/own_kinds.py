"""The kinds a fabric brings along: CustomResourceDefinitions in the folder `crds/` of its base.

Used by every workflow that asks what an object is. Such definitions rule over the built-in tables,
and a kind only they know is handled like any other.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from ..documents import Document, Limits, Value
from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId, RepoPath, TreeId
from ..kinds import DEFINITION_KIND, Kind, findings_of, read_definitions
from ..layout import Fabric, is_yaml_name
from .caches import Cache, is_passing
from .readable import readings
from .validators import with_validators

__all__ = ['OwnKinds', 'own_kinds', 'with_own_kinds']

_LIMITS = Limits()
_VERSION = 1


@dataclass(frozen=True, slots=True)
class OwnKinds:
    """The kinds of a fabric's `crds/`, and what is wrong with the files there."""

    kinds: tuple[Kind, ...] = ()
    findings: tuple[Finding, ...] = ()


def with_own_kinds(
    store: GitStore, commit: CommitId | TreeId | None, fabric: Fabric, limits: Limits = _LIMITS
) -> Fabric:
    """Returns the fabric with its own kinds, and the validators in use, in its catalogue.

    `find_fabric` has done it already.
    """
    fabric = with_validators(fabric)
    found = own_kinds(store, commit, fabric, limits)
    if not found.kinds:
        return fabric
    return replace(fabric, catalogue=fabric.catalogue.with_kinds(found.kinds))


def own_kinds(
    store: GitStore, commit: CommitId | TreeId | None, fabric: Fabric, limits: Limits = _LIMITS
) -> OwnKinds:
    """Returns what the definitions in the fabric's `crds/` define."""
    tree = store.tree_id(commit, fabric.crds) if commit is not None else None
    if commit is None or tree is None:
        return OwnKinds()
    # Reading two dozen definitions takes a tenth of a second.
    cache = Cache.of(store, 'definitions', fabric, (_VERSION, tree, limits))
    kept = cache.read()
    if not kept:
        kept = _read(store, commit, fabric, limits)
        if not is_passing(finding['code'] for finding in kept['findings']):
            cache.write_if_possible(kept)
    kinds: list[Kind] = []
    for value in kept['definitions']:
        kinds += read_definitions(value)[0]
    return OwnKinds(tuple(kinds), tuple(Finding.from_json(row) for row in kept['findings']))


def _read(
    store: GitStore, commit: CommitId | TreeId, fabric: Fabric, limits: Limits
) -> dict[str, Any]:
    """The values of all definitions, and what is wrong with their files, in a form for `json`."""
    entries = store.list_tree(commit, fabric.crds)
    files = {p: e.blob for p, e in entries.items() if e.is_file and is_yaml_name(p)}
    contents = readings(store, files.values(), limits)
    values: list[Value] = []
    findings: list[Finding] = []
    for path, blob in files.items():
        reading = contents[blob]
        findings += (finding.at(file=path) for finding in reading.findings)
        for document in reading.documents:
            if document.good and _is_definition(document.value):
                values.append(document.value)
                findings += _complaints(document, path)
    return {'definitions': values, 'findings': [finding.as_json() for finding in findings]}


def _complaints(document: Document, path: RepoPath) -> Iterator[Finding]:
    yield from findings_of(read_definitions(document.value)[1], document, file=path)


def _is_definition(value: Value) -> bool:
    return isinstance(value, dict) and value.get('kind') == DEFINITION_KIND
