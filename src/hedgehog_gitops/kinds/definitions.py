"""Reads CustomResourceDefinitions: the kinds a fabric's own cluster serves, with their schemas.

The check workflow reads the files of a fabric's crds/ folder with it and gives the kinds to
`Catalogue.with_kinds`. A bad definition is a problem, and the rest goes on without it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from reprlib import repr

from ..documents import FieldPath, Value
from ..findings import Severity
from .kind import Kind
from .names import is_kind, is_label, is_name
from .openapi import OpenApiReader
from .problem import Problem
from .schemas import Node
from .schemas.notation import OPAQUE, SERVER_OWNED
from .structural import Schema

__all__ = ['DEFINITION_KIND', 'read_definitions']

DEFINITION_KIND = 'CustomResourceDefinition'

_GROUP = 'apiextensions.k8s.io'
_SPEC = ('spec',)


class _Unusable(Exception):
    """Carries the reason for ignoring a definition to `read_definitions`."""

    def __init__(self, message: str, path: FieldPath) -> None:
        super().__init__(message)
        self.problem = Problem(Severity.ERROR, 'DefinitionInvalid', message, path)


@dataclass(frozen=True, slots=True)
class _Version:
    """One version of a definition, as it stands there."""

    name: str
    served: bool
    stored: bool
    schema: Value
    path: FieldPath
    status_apart: bool


def read_definitions(value: Value) -> tuple[tuple[Kind, ...], tuple[Problem, ...]]:
    """The kind which one CustomResourceDefinition defines, if it is usable, and its problems."""
    try:
        kind, problems = _read(value)
    except _Unusable as unusable:
        return (), (unusable.problem,)
    return (kind,), tuple(problems)


def _read(value: Value) -> tuple[Kind, list[Problem]]:
    if not isinstance(value, dict) or value.get('kind') != DEFINITION_KIND:
        raise _Unusable(f'this is no {DEFINITION_KIND}', ())
    api_version = value.get('apiVersion')
    if api_version not in (f'{_GROUP}/v1', f'{_GROUP}/v1beta1'):
        raise _Unusable(f'apiVersion must be {_GROUP}/v1, not {repr(api_version)}', ('apiVersion',))
    spec = value.get('spec')
    if not isinstance(spec, dict):
        raise _Unusable('spec must be a mapping', _SPEC)
    # The first form of the API kept unknown fields unless told otherwise.
    keeps = spec.get('preserveUnknownFields', api_version == f'{_GROUP}/v1beta1') is True
    reader = OpenApiReader(on_objects=OPAQUE if keeps else {})
    return _kind(spec, reader), reader.problems


def _kind(spec: dict[str, Value], reader: OpenApiReader) -> Kind:
    group = _text(spec, 'group', _SPEC)
    if not is_name(group) or '.' not in group:
        raise _Unusable(f'{repr(group)} is no API group', (*_SPEC, 'group'))
    kind, plural = _names(spec)
    versions = _versions(spec)
    served = [version for version in versions if version.served]
    if not served:
        raise _Unusable('no version is served', (*_SPEC, 'versions'))
    main = next((version for version in served if version.stored), served[0])
    source = f'CustomResourceDefinition {plural}.{group}'
    schemas = {
        version.name: Schema(_shape(version, reader), source, version.name) for version in served
    }
    return Kind(
        group,
        main.name,
        kind,
        plural,
        managed=True,
        main=False,
        older_versions=tuple(version.name for version in versions if not version.served),
        namespaced=spec.get('scope') != 'Cluster',
        schema=schemas.pop(main.name),
        further_schemas=schemas,
    )


def _names(spec: dict[str, Value]) -> tuple[str, str]:
    names = spec.get('names')
    path = (*_SPEC, 'names')
    if not isinstance(names, dict):
        raise _Unusable('spec.names must be a mapping', path)
    kind, plural = _text(names, 'kind', path), _text(names, 'plural', path)
    if not is_kind(kind):
        raise _Unusable(f'{repr(kind)} cannot be the name of a kind', (*path, 'kind'))
    if not is_label(plural):
        raise _Unusable(f'{repr(plural)} cannot be the name of a folder', (*path, 'plural'))
    return kind, plural


def _versions(spec: dict[str, Value]) -> list[_Version]:
    listed = spec.get('versions')
    path: FieldPath = (*_SPEC, 'versions')
    if listed is None and 'version' in spec:
        listed, path = [{'name': spec['version'], 'served': True, 'storage': True}], _SPEC
    if not isinstance(listed, list) or not listed:
        raise _Unusable('spec.versions must list the versions', (*_SPEC, 'versions'))
    return [_version(version, spec, (*path, index)) for index, version in enumerate(listed)]


def _version(version: Value, spec: dict[str, Value], path: FieldPath) -> _Version:
    if not isinstance(version, dict):
        raise _Unusable('a version must be a mapping', path)
    name = _text(version, 'name', path)
    if not is_label(name):
        raise _Unusable(f'{repr(name)} cannot be the name of a version', (*path, 'name'))
    validation, place = version.get('schema'), (*path, 'schema')
    if validation is None:
        validation, place = spec.get('validation'), (*_SPEC, 'validation')
    schema = validation.get('openAPIV3Schema') if isinstance(validation, dict) else None
    subresources = version.get('subresources') or spec.get('subresources')
    return _Version(
        name,
        version.get('served') is True,
        version.get('storage') is True,
        schema,
        (*place, 'openAPIV3Schema'),
        isinstance(subresources, dict) and 'status' in subresources,
    )


def _shape(version: _Version, reader: OpenApiReader) -> Node:
    """The structural schema of a version; the cluster owns a status that is a resource apart."""
    if version.schema is None:
        return OPAQUE
    shape = reader.read(version.schema, version.path)
    properties: Mapping[str, Node] = shape.get('properties', {})
    if not version.status_apart:
        return shape
    return {**shape, 'properties': {**properties, 'status': SERVER_OWNED}}


def _text(values: dict[str, Value], name: str, path: FieldPath) -> str:
    value = values.get(name)
    if not isinstance(value, str):
        raise _Unusable(f'{name} must be text', (*path, name))
    return value
