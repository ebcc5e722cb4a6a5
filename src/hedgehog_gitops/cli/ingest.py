"""`hedgehog-gitops ingest`: what people dropped into raw/ goes to managed/."""

from ..git import GitStore
from ..identity import CommitId
from ..plans import Operation, OperationKind, Plan
from ..workflows import Progress, find_fabric, plan_ingest
from .answer import Answer
from .desk import Asked, write
from .options import DryRun, FabricDir, Json, Limit, Push, Repo, read_directory, read_limits

__all__ = ['ingest']


def ingest(
    repo: Repo,
    fabric_dir: FabricDir,
    dry_run: DryRun = False,
    push: Push = False,
    limit: Limit = None,
    json: Json = False,
) -> Answer:
    """Move every object in raw/ to a file of its own in managed/."""
    base, limits = read_directory(fabric_dir), read_limits(limit)

    def planned(
        store: GitStore, head: CommitId | None, operation: Operation, progress: Progress
    ) -> Plan:
        fabric = find_fabric(store, head, base)
        return plan_ingest(store, head, fabric, operation, limits, progress)

    return write(Asked(repo, dry_run, push, json), OperationKind.INGESTION, base, planned)
