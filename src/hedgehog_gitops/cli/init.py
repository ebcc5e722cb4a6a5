"""`hedgehog-gitops init`: the layout of a new fabric, and the YAML that is already there."""

from typing import Annotated

import typer

from ..git import GitStore
from ..identity import CommitId
from ..layout import ArchiveStrategy, BadDocumentPolicy, Fabric
from ..plans import Operation, OperationKind, Plan
from ..workflows import ExistingFiles, Progress, plan_onboarding, plan_recreation, slug_of
from .answer import Answer
from .desk import Asked, write
from .options import DryRun, Json, Limit, Push, Repo, read_directory, read_limits

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
    existing: Annotated[
        ExistingFiles, typer.Option(help='What becomes of YAML that is there already.')
    ] = ExistingFiles.ORGANISE,
    force_recreate: Annotated[
        bool,
        typer.Option(
            '--force-recreate', help='Write README, manifest and .gitkeep files anew as well.'
        ),
    ] = False,
    dry_run: DryRun = False,
    push: Push = False,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Create a fabric's folders; files already there are ingested, archived or kept."""
    slug = slug_of(fabric)
    if not slug:
        raise typer.BadParameter('the name needs a letter or a digit', param_hint='--fabric')
    base = read_directory(f'fabrics/{slug}/gitops' if directory is None else directory)
    wanted = Fabric(fabric, slug, base, archive_strategy, bad_documents)

    limits = read_limits(limit)
    make_plan = plan_recreation if force_recreate else plan_onboarding

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        return make_plan(store, head, wanted, operation, limits, progress, existing=existing)

    return write(Asked(repo, dry_run, push, json), OperationKind.INIT, base, planned)
