"""What holds for the metadata of all kinds: names, the namespace, labels the fabric owns."""

from ...documents import Value
from ...identity import ResourceKey
from ..kind import Kind
from ..names import name_findings
from ..problem import Problem
from ..references import EXTERNAL_PREFIX
from .reading import mapping
from .saying import error, warning

__all__ = ['metadata_problems']

_OWNED = 'fabric.githedgehog.com/'
# Objects of other groups, such as agents, live in the product's own namespace.
_NAMESPACED = ('wiring.githedgehog.com', 'vpc.githedgehog.com', 'gateway.githedgehog.com')
_FIELDS = {'NameTooLong': ('metadata', 'name'), 'NamespaceNotDefault': ('metadata', 'namespace')}


def metadata_problems(key: ResourceKey, value: dict[str, Value], kind: Kind) -> list[Problem]:
    """Problems of the name, the namespace and the labels of an object."""
    problems: list[Problem] = []
    if key.namespace != 'default' or len(key.name) > kind.name_limit:
        problems.extend(_names(key))
    if kind.kind == 'VPC' and key.name.startswith(EXTERNAL_PREFIX):
        problems.append(_reserved(key.name))
    labels = mapping(value.get('metadata')).get('labels')
    if labels and kind.main:
        problems.extend(_owned(mapping(labels)))
    return problems


def _names(key: ResourceKey) -> list[Problem]:
    return [
        Problem(finding.severity, finding.code, finding.message, _FIELDS[finding.code])
        for finding in name_findings(key)
        if key.group in _NAMESPACED or finding.code != 'NamespaceNotDefault'
    ]


def _reserved(name: str) -> Problem:
    message = f'the name {name!r} begins with {EXTERNAL_PREFIX!r}, which stands for externals'
    shorter = name.removeprefix(EXTERNAL_PREFIX)
    return error('VpcNameReserved', message, ('metadata', 'name'), f'for example {shorter!r}')


def _owned(labels: dict[str, Value]) -> list[Problem]:
    label = next((label for label in labels if _OWNED in label), None)
    if label is None:
        return []
    message = f"the label {label!r} is the fabric's own: the cluster removes and computes it anew"
    path = ('metadata', 'labels', label)
    return [warning('LabelRecomputed', message, path, 'leave it out of the file')]
