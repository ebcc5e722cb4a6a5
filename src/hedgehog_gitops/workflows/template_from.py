"""A new template -> a plan that puts it into templates/, by a commit of its own.

Called by `hedgehog-gitops template` and by the plugin. A template of objects that are there makes
those objects again, so the next `render` adopts them and changes nothing but their annotation.
"""

from collections.abc import Mapping, Sequence

from ..documents import FieldPath, Limits
from ..errors import NeedsPerson
from ..git import GitStore, check_path
from ..identity import CommitId, ResourceKey
from ..layout import Fabric
from ..plans import OperationKind, Plan, Write
from ..templates import is_rendered, ready_template, template_of, template_path
from .reading import entries_below
from .versions import object_at

__all__ = ['plan_ready_template', 'plan_template_from', 'template_text']

_LIMITS = Limits()


def plan_template_from(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    name: str,
    keys: Sequence[ResourceKey],
    variables: Mapping[str, FieldPath],
    limits: Limits = _LIMITS,
) -> Plan:
    """Returns what adds a template of the objects; `variables` name the fields that vary."""
    content = template_text(store, head, fabric, keys, variables, limits)
    return _added(store, head, fabric, name, content, f'of {len(keys)} objects')


def template_text(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    keys: Sequence[ResourceKey],
    variables: Mapping[str, FieldPath],
    limits: Limits = _LIMITS,
) -> bytes:
    """Returns the text of a template that makes these objects as they are."""
    sources = []
    for key in keys:
        found = object_at(store, head, fabric, key, limits)
        if found is None:
            raise NeedsPerson('ResourceMissing', f'There is no {key} in {fabric.managed}.')
        sources.append((found.text, found.value))
    return template_of(sources, variables, limits)


def plan_ready_template(
    store: GitStore, head: CommitId, fabric: Fabric, name: str, ready: str
) -> Plan:
    """Returns what adds one of the templates that ship with this package, to be changed at will."""
    return _added(store, head, fabric, name, ready_template(ready), f'from {ready}')


def _added(
    store: GitStore, head: CommitId, fabric: Fabric, name: str, content: bytes, whence: str
) -> Plan:
    if not is_rendered(name):
        raise NeedsPerson(
            'PathRefused',
            f'{name!r} is no name of a template.',
            hint='Use a path below templates/ that ends in .yaml.j2.',
        )
    path = template_path(fabric, name)
    check_path(path)
    standing = entries_below(store, head, fabric.templates).get(path)
    if standing is not None and store.read_blobs([standing.blob])[standing.blob] != content:
        raise NeedsPerson(
            'PathTaken', f'{path} is there already.', hint='Choose another name, or edit that file.'
        )
    changes = () if standing is not None else (Write(path, content, f'template {whence}'),)
    return Plan(OperationKind.RENDER, head, f'Add template {name} {whence}', changes)
