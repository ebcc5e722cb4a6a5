"""Objects as the wiring makes them, and the fields every kind has apart from its spec."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..documents import OWN_ANNOTATIONS, Value, without_nulls
from ..findings import Finding, Severity
from ..identity import ResourceKey
from ..kinds import CATALOGUE

__all__ = [
    'METADATA',
    'MadeOf',
    'error',
    'info',
    'key_of',
    'layered',
    'made',
    'metadata_fields',
    'warning',
]

METADATA = ('labels', 'annotations')
"""What `fields` may hold beside fields of the spec."""


@dataclass(frozen=True, slots=True)
class MadeOf:
    """An object, as a value with its identity."""

    key: ResourceKey
    value: dict[str, Value]

    @property
    def spec(self) -> dict[str, Value]:
        spec = self.value.get('spec')
        return spec if isinstance(spec, dict) else {}


def made(kind: str, name: str, spec: Mapping[str, Value], fields: Mapping[str, Value]) -> MadeOf:
    """An object of a built-in kind; `fields` give its labels and annotations."""
    row = CATALOGUE.by_kind(kind)
    if row is None:
        raise ValueError(f'{kind} is no kind of a Hedgehog fabric')
    metadata: dict[str, Value] = {'name': name, 'namespace': 'default'}
    for part in METADATA:
        given = fields.get(part)
        if isinstance(given, dict) and given:
            metadata[part] = given
    value: dict[str, Value] = {
        'apiVersion': row.api_version,
        'kind': kind,
        'metadata': metadata,
        'spec': dict(spec),
    }
    return MadeOf(key_of(kind, name), value)


def key_of(kind: str, name: str) -> ResourceKey:
    """The identity of an object of a built-in kind."""
    row = CATALOGUE.by_kind(kind)
    return ResourceKey(row.group if row is not None else '', kind, 'default', name)


def metadata_fields(metadata: Mapping[str, Value]) -> dict[str, Value]:
    """Labels and annotations as `fields` have them, without those that are ours."""
    found: dict[str, Value] = {}
    for part in METADATA:
        given = without_nulls(metadata.get(part))
        if isinstance(given, dict):
            kept = {k: v for k, v in given.items() if not k.startswith(OWN_ANNOTATIONS)}
            if kept:
                found[part] = kept
    return found


def layered(
    spec: Mapping[str, Value], fields: Mapping[str, Value], but: Iterable[str] = ()
) -> dict[str, Value]:
    """The spec with further fields over it; a mapping on both sides is joined by its keys."""
    result = dict(spec)
    left_out = {*METADATA, *but}
    for name, value in fields.items():
        if name in left_out:
            continue
        standing = result.get(name)
        if isinstance(standing, dict) and isinstance(value, dict):
            result[name] = {**standing, **value}
        else:
            result[name] = value
    return result


def error(code: str, message: str, suggestion: str = '') -> Finding:
    """What keeps something from being generated."""
    return Finding(Severity.ERROR, code, message, suggestion=suggestion)


def warning(code: str, message: str, suggestion: str = '') -> Finding:
    """What was left out, and should be looked at."""
    return Finding(Severity.WARNING, code, message, suggestion=suggestion)


def info(code: str, message: str, suggestion: str = '') -> Finding:
    """What is good to know."""
    return Finding(Severity.INFO, code, message, suggestion=suggestion)
