"""`hedgehog-gitops status`: how things stand. Nothing is written."""

from ..workflows import Status, fabric_status, find_fabric
from .answer import Answer
from .desk import opened
from .options import FabricDir, Json, Repo, read_directory
from .parts import Part, Rows

__all__ = ['status']


def status(repo: Repo, fabric_dir: FabricDir, json: Json = False) -> Answer:
    """Show how a fabric stands: its objects, what waits in raw/, the last operation."""
    here = opened(repo)
    head = here.commit()
    fabric = find_fabric(here.store, head, read_directory(fabric_dir))
    found = fabric_status(here.store, head, fabric)
    return Answer(
        commit=head,
        findings=(*found.findings, *here.findings()),
        more=found.as_json(),
        body=_shown(found),
    )


def _shown(found: Status) -> list[Part]:
    facts = Rows(tuple(found.facts()))
    if not found.kinds:
        return [facts]
    kinds = tuple((kind, str(count)) for kind, count in found.kinds.items())
    return [facts, Rows(kinds, ('Kind', 'Objects'))]
