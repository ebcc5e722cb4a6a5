"""How a fabric stands against its templates, without rendering or writing anything.

Called for lists of templates, and where the templates are validated.
"""

from ..documents import Limits
from ..findings import Finding
from ..git import GitStore
from ..identity import CommitId
from ..layout import Fabric
from ..plans import Plan
from ..templates import differs
from .known_renders import KnownRenders
from .render import Ground, Render
from .render_check import Judging

__all__ = ['changed_templates', 'standing_errors']

_LIMITS = Limits()


def changed_templates(
    store: GitStore, head: CommitId, fabric: Fabric, asked: Render, limits: Limits = _LIMITS
) -> frozenset[str]:
    """Returns the templates that are known to make something else now than their record says.

    By what was rendered last beside this clone: the very text of the record, but of variables,
    parts or resources that are others by now; or of those of now, but another text.
    """
    ground = Ground(store, head, fabric, asked, limits)
    if ground.findings:
        return frozenset()
    known = KnownRenders.of(store, fabric, asked, limits).read()
    changed = set()
    for name in ground.tree.rendered:
        before, record = known.get(name), ground.records.get(name)
        if before is None or before.blob != ground.tree.blobs[name]:
            continue
        if ground.rendering.would_repeat(before) == differs(before, record):
            changed.add(name)
    return frozenset(changed)


def standing_errors(
    store: GitStore, head: CommitId, fabric: Fabric, plan: Plan, limits: Limits = _LIMITS
) -> tuple[Finding, ...]:
    """Returns the errors of the folder that are there already, and stay with the plan."""
    return Judging(store, head, fabric, limits).standing(plan.changes)
