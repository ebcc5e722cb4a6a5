"""The manifest that two branches changed: merged by field, like an object.

Used by `merge_branch.py`. People edit it by hand; where its settings are kept elsewhere, in NetBox,
what the source changed of them is only told.
"""

from ..documents import Limits, changed_fields, format_field_path
from ..findings import Finding, Severity
from ..identity import ResourceKey, TreeEntry
from ..layout import read_manifest
from ..plans import Change, ClashRule, Write
from .meeting import Meeting, Version, meet
from .merge_sides import Sides, clash

__all__ = ['merged_manifest', 'settings_kept']


def merged_manifest(
    sides: Sides, rule: ClashRule, limits: Limits
) -> tuple[tuple[Change, ...], tuple[Finding, ...]]:
    """Returns the target's manifest with what the source changed, or what keeps them apart."""
    path = sides.fabric.manifest
    base, ours, theirs = _versions(sides)
    if base is None or ours is None or theirs is None:
        return (), (clash(path, 'and one of them has no readable manifest'),)
    key = ResourceKey('', 'Manifest', 'default', sides.fabric.slug)
    met = meet(Meeting(key, base, ours, theirs, None, typed=True), rule, limits)
    if met.version is None:
        why = f'in {", ".join(met.fields)}' if met.fields else f'and {met.why}'
        return (), (clash(path, why),)
    stands = sides.met[path].new
    if stands is None or met.version.text == theirs.text:
        return (), ()
    return (Write(path, met.version.text, 'merge', stands.blob, stands.mode),), ()


def settings_kept(sides: Sides, source_name: str) -> tuple[Finding, ...]:
    """Returns which of the source's settings do not come along."""
    path = sides.fabric.manifest
    base, ours, theirs = _versions(sides)
    if ours is None or theirs is None:
        lost = ['all of it']
    else:
        own = set(changed_fields(base.value if base is not None else {}, ours.value))
        found = changed_fields(theirs.value, ours.value)
        lost = [format_field_path(field) for field in found if field in own]
    if not lost:
        return ()
    message = f'changed on {source_name} as well ({", ".join(lost)}); the settings here stand'
    return (Finding(Severity.WARNING, 'SettingsKept', message, file=path),)


def _versions(sides: Sides) -> tuple[Version | None, Version | None, Version | None]:
    """What both come from, what the source says, and what the target says."""
    ours, theirs = sides.brought[sides.fabric.manifest], sides.met[sides.fabric.manifest]
    return _version(sides, ours.old), _version(sides, ours.new), _version(sides, theirs.new)


def _version(sides: Sides, entry: TreeEntry | None) -> Version | None:
    if entry is None or not entry.is_file:
        return None
    text = sides.content(entry)
    manifest, _ = read_manifest(text)
    return Version(text, dict(manifest.value)) if manifest is not None else None
