"""Brings the commits of a stack to the branch: all at once by Git, or one by one by the host's API.

`steps.py` calls `land` once everything about to be published is written down. By Git a stack
arrives as a whole or not at all. The host makes each commit itself, under a name of its own; what
has arrived is kept in `run.landed` at once, so that a trouble with the next one cannot hide it.
"""

from dataclasses import replace

from hedgehog_gitops.workflows.hosted_branch import HostedBranch
from hedgehog_gitops.workflows.targets import RemoteBranch

from ..choices import WriteThroughChoices
from .hosts import opened_host
from .run import Run

__all__ = ['land']


def land(run: Run) -> None:
    """Publishes the stack; returns only when the server has confirmed it."""
    if run.fabric.git_repository.write_through == WriteThroughChoices.GITHUB_API:
        _one_by_one(run)
    else:
        RemoteBranch(run.store, run.remote, run.branch).move(run.made[-1].commit, run.head)


def _one_by_one(run: Run) -> None:
    with opened_host(run.fabric.git_repository, run.operation) as host:
        branch = HostedBranch(run.store, run.remote, run.branch, host, run.log.info)
        run.landed_on = run.landed_on or run.head
        while run.made:
            made = run.made[0]
            landed = branch.put(made.commit, run.head)
            plan = replace(made.plan, base=run.head)
            run.landed.append(replace(made, commit=landed, plan=plan))
            run.made.pop(0)
            run.head = landed
