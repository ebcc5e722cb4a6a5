"""What Kubernetes and Hedgehog accept as a name.

`identify.py` refuses names which no object can have; limits of single kinds are findings only,
because such objects exist in real files and must not be lost.
"""

import re

from ..findings import Finding, Severity
from ..identity import ResourceKey
from .catalogue import CATALOGUE, Catalogue

__all__ = [
    'NAME_LIMIT',
    'is_kind',
    'is_label',
    'is_name',
    'is_word',
    'name_findings',
    'nearest_name',
]

NAME_LIMIT = 253
_LABEL_LIMIT = 63
_LABEL = r'[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
_is_label = re.compile(_LABEL).fullmatch
_not_in_label = re.compile(r'[^a-z0-9]+')
_is_kind = re.compile(r'[A-Za-z](?:[-A-Za-z0-9]*[A-Za-z0-9])?').fullmatch
_is_word = re.compile(r'[^\s/\\\x00-\x1f\x7f-\x9f]+').fullmatch
_is_subdomain = re.compile(rf'{_LABEL}(?:\.{_LABEL})*').fullmatch


def is_name(text: str) -> bool:
    """Whether `text` is an RFC 1123 subdomain, as names of objects must be."""
    return len(text) <= NAME_LIMIT and _is_subdomain(text) is not None


def nearest_name(text: str) -> str:
    """The legal name that looks most like `text`; empty where nothing legal is in it."""
    parts = (_not_in_label.sub('-', part).strip('-') for part in text.lower().split('.'))
    near = '.'.join(part for part in parts if part)
    return near if is_name(near) else ''


def is_label(text: str) -> bool:
    """Whether `text` is an RFC 1123 label, as names of namespaces must be."""
    return len(text) <= _LABEL_LIMIT and _is_label(text) is not None


def is_kind(text: str) -> bool:
    """Whether `text` can be the name of a kind."""
    return len(text) <= _LABEL_LIMIT and _is_kind(text) is not None


def is_word(text: str) -> bool:
    """Whether `text` could be part of a path in Kubernetes' API: names of other kinds are freer."""
    return len(text) <= NAME_LIMIT and text not in ('.', '..') and _is_word(text) is not None


def name_findings(key: ResourceKey, catalogue: Catalogue = CATALOGUE) -> tuple[Finding, ...]:
    """What the cluster would say about the name of an object of a known kind."""
    kind = catalogue.find(key.group, key.kind)
    if kind is None:
        return ()
    findings = []
    if len(key.name) > kind.name_limit:
        message = (
            f'the name {key.name!r} has {len(key.name)} characters; '
            f'the cluster accepts at most {kind.name_limit} for a {key.kind}'
        )
        findings.append(Finding(Severity.ERROR, 'NameTooLong', message, resource=key))
    if key.namespace != 'default' and catalogue.is_hedgehog_group(key.group):
        message = (
            f'namespace {key.namespace!r}: the cluster accepts only "default" for Hedgehog kinds'
        )
        findings.append(Finding(Severity.ERROR, 'NamespaceNotDefault', message, resource=key))
    return tuple(findings)
