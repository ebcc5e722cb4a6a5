"""A file whose ingestion was undone stays in raw/ until somebody asks for it."""

from hedgehog_gitops.workflows import commit_plan, plan_ingest, plan_onboarding, plan_undo

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop, vpc

RAW = f'{BASE}/raw/a.yaml'


def ingest(workshop: Workshop, **options):
    return plan_ingest(workshop.store, workshop.head(), LAB, OPERATION, **options)


def carry_out(workshop: Workshop, plan) -> None:
    head = commit_plan(workshop.store, plan, workshop.head(), AUTHORSHIP, 'refs/heads/main')
    assert head == workshop.head()


def test_what_was_taken_back_does_not_come_again_by_itself(workshop: Workshop) -> None:
    workshop.commit({'README': 'x'})
    store = workshop.store
    carry_out(workshop, plan_onboarding(store, workshop.head(), LAB, OPERATION))
    workshop.git('reset', '--hard', '--quiet')
    workshop.commit({RAW: vpc('a')})
    carry_out(workshop, ingest(workshop))
    ingested = workshop.head()
    carry_out(workshop, plan_undo(store, ingested, ingested, OPERATION))
    assert RAW in store.list_tree(workshop.head())
    left = ingest(workshop, leave_undone=True)
    written = [change.path for change in left.changes]
    assert written == []
    assert [(f.code, f.file) for f in left.findings if f.code == 'UndoneBefore'] == [
        ('UndoneBefore', RAW)
    ]
    again = ingest(workshop)
    assert f'{BASE}/managed/vpcs/a.yaml' in [change.path for change in again.changes]
