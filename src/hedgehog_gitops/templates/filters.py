"""Everything a template can put behind `|` and behind `is`, by name.

Used by `sandbox.py`; docs/reference/templates.md lists the same names, and a test compares them.
"""

from collections.abc import Callable, Mapping
from typing import Any

from jinja2.tests import TESTS as JINJA_TESTS

from .networks import NETWORK_FILTERS, NETWORK_QUESTIONS
from .pools import POOL_FILTERS, is_asn, is_vlan
from .texts import JINJA_FILTERS, TEXT_FILTERS, deep

__all__ = ['FILTERS', 'QUESTIONS']

FILTERS: Mapping[str, Callable[..., Any]] = {
    **JINJA_FILTERS,
    **TEXT_FILTERS,
    **NETWORK_FILTERS,
    **POOL_FILTERS,
}

_TESTS: Mapping[str, Callable[..., Any]] = JINJA_TESTS  # type: ignore[assignment]  # typed too widely

_PLAIN = """
    boolean defined divisibleby even false float integer iterable lower mapping none number odd
    sequence string true undefined upper"""
_COMPARING = '== != < <= > >= eq equalto ne gt greaterthan ge lt lessthan le in'

QUESTIONS: Mapping[str, Callable[..., Any]] = {
    **{name: _TESTS[name] for name in _PLAIN.split()},
    **{name: deep(_TESTS[name]) for name in _COMPARING.split()},
    **NETWORK_QUESTIONS,
    'vlan': is_vlan,
    'asn': is_asn,
}
