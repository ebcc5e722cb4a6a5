"""Rules of one External: BGP communities, or static prefixes, not both."""

import re
from collections.abc import Iterator

from ...documents import Value
from ..problem import Problem
from .addresses import covered, prefix_of
from .reading import is_absent, items, mapping, text
from .saying import bad_prefix, error, overlap, required

__all__ = ['external_problems']

_COMMUNITIES = ('inboundCommunity', 'outboundCommunity')
_PREFIXES = ('spec', 'static', 'prefixes')
_is_pair = re.compile(r'(0|[1-9][0-9]{0,4}):(0|[1-9][0-9]{0,4})').fullmatch


def external_problems(spec: dict[str, Value]) -> Iterator[Problem]:
    """Problems of an External alone."""
    static = spec.get('static')
    if isinstance(static, dict):
        yield from _static(spec, mapping(static))
    elif static is None:
        yield from _communities(spec)


def _communities(spec: dict[str, Value]) -> Iterator[Problem]:
    for name in _COMMUNITIES:
        value, path = spec.get(name), ('spec', name)
        if is_absent(value):
            yield required(path, 'an External without static needs both communities')
        elif isinstance(value, str) and not _is_community(value):
            message = f'{value!r} is no community such as 65102:5000, each part at most 65535'
            yield error('CommunityInvalid', message, path)


def _is_community(value: str) -> bool:
    pair = _is_pair(value)
    return pair is not None and all(int(part) <= 65535 for part in pair.groups())


def _static(spec: dict[str, Value], static: dict[str, Value]) -> Iterator[Problem]:
    for name in _COMMUNITIES:
        if text(spec.get(name)):
            message = f'{name} has no meaning beside static and is refused there'
            yield error('CommunityBesideStatic', message, ('spec', name), 'leave it out')
    written = static.get('prefixes')
    if written is None or written == []:
        yield required(_PREFIXES, 'static needs at least one prefix', 'for example 0.0.0.0/0')
    prefixes = []
    for index, value in enumerate(items(written)):
        prefix = prefix_of(text(value))
        if prefix:
            prefixes.append((prefix, index))
        elif isinstance(value, str):
            yield bad_prefix(value, (*_PREFIXES, index))
    for (wider, _), (prefix, index) in covered(prefixes):
        yield overlap(str(prefix), str(wider), (*_PREFIXES, index))
