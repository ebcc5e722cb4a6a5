"""`hedgehog-gitops init`: the layout of a new fabric, and the YAML that is already there."""

from typing import Annotated

import typer

from ..git import GitStore
from ..identity import CommitId
from ..layout import ArchiveStrategy, BadDocumentPolicy, Fabric
from ..plans import Operation, OperationKind, Plan
from ..workflows import Progress, plan_onboarding, slug_of
from .answer import Answer
from .desk import Asked, write
from .options import DryRun, Json, Push, Repo, read_directory

__all__ = ['init']


def init(  # noqa: PLR0913, PLR0917 -- options of one verb
    repo: Repo,
    fabric: Annotated[str, typer.Option('--fabric', metavar='NAME', help="The fabric's name.")],
    directory: Annotated[
        str | None,
        typer.Option(metavar='PATH', help='Its folder; fabrics/<name>/gitops unless given.'),
    ] = None,
    archive_strategy: Annotated[
        ArchiveStrategy, typer.Option(help='What becomes of an original that was ingested.')
    ] = ArchiveStrategy.RENAME_WITH_EXTENSION,
    bad_documents: Annotated[
        BadDocumentPolicy, typer.Option(help='What a bad document holds back.')
    ] = BadDocumentPolicy.HOLD_DOCUMENT,
    dry_run: DryRun = False,
    push: Push = False,
    json: Json = False,
) -> Answer:
    """Create a fabric's folders; files already there are ingested through raw/."""
    slug = slug_of(fabric)
    if not slug:
        raise typer.BadParameter('the name needs a letter or a digit', param_hint='--fabric')
    base = read_directory(f'fabrics/{slug}/gitops' if directory is None else directory)
    wanted = Fabric(fabric, slug, base, archive_strategy, bad_documents)

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        return plan_onboarding(store, head, wanted, operation, progress=progress)

    return write(Asked(repo, dry_run, push, json), OperationKind.INIT, base, planned)
