"""Says what is wrong with a text, instead of where the parser stumbled over it.

Called by `stream.py` for what does not parse and by `document.py` for what parses by accident.
"""

from collections.abc import Sequence

from ..findings import Finding
from .markers import markers_finding
from .templating import template_finding

__all__ = ['told_plainly']

_CODES = ('YamlSyntax', 'CollectionKey')


def told_plainly(
    findings: Sequence[Finding], data: bytes, document: int | None = None, line: int = 1
) -> Sequence[Finding]:
    """The findings, or the one that says more: a merge left undecided, a template not rendered."""
    if not any(finding.code in _CODES for finding in findings):
        return findings
    looked = (look(data, document, line) for look in (markers_finding, template_finding))
    plain = next((found for found in looked if found is not None), None)
    return findings if plain is None else (plain,)
