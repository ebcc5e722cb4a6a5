"""Brings commits to their branch: all at once by Git, or one by one by the host's API.

`steps.py` calls `land` once everything about to be published is written down, `review_publish.py`
calls `land_lanes` for branches under review. By Git a stack arrives as a whole or not at all. The
host makes each commit itself, under a name of its own; what has arrived is kept at once, in
`run.landed` or in the lane, so that a trouble with the next one cannot hide it.
"""

from dataclasses import replace

from hedgehog_gitops.hosts import Host
from hedgehog_gitops.workflows.hosted_branch import HostedBranch
from hedgehog_gitops.workflows.targets import RemoteBranch

from ..choices import WriteThroughChoices
from .hosts import opened_host
from .run import Lane, Run

__all__ = ['land', 'land_lanes']


def land(run: Run) -> None:
    """Publishes the stack; returns only when the server has confirmed it."""
    if _by_the_host(run):
        _one_by_one(run)
    else:
        RemoteBranch(run.store, run.remote, run.branch).move(run.made[-1].commit, run.head)


def land_lanes(run: Run) -> None:
    """Publishes the branches under review that have something new."""
    lanes = [lane for lane in run.lanes if lane.made]
    if lanes and _by_the_host(run):
        with opened_host(run.fabric.git_repository, run.operation) as host:
            for lane in lanes:
                _land_lane(run, lane, host)
        return
    for lane in lanes:
        target = RemoteBranch(run.store, run.remote, lane.pull_request.branch)
        target.move(lane.made[-1].commit, lane.expected)


def _by_the_host(run: Run) -> bool:
    return run.fabric.git_repository.write_through == WriteThroughChoices.GITHUB_API


def _land_lane(run: Run, lane: Lane, host: Host) -> None:
    branch = HostedBranch(run.store, run.remote, lane.pull_request.branch, host, run.log.info)
    at = lane.expected
    if at is None and lane.start is not None:
        at = branch.begin(lane.start)
    for number, made in enumerate(lane.made):
        at = branch.put(made.commit, at)
        lane.made[number] = replace(made, commit=at)


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
