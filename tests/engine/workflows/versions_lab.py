"""A fabric with a history: commits by hand and by the engine, for the tests of versions."""

from collections.abc import Sequence
from dataclasses import replace

from hedgehog_gitops.documents import parse_field_path
from hedgehog_gitops.git import Authorship, Identity
from hedgehog_gitops.identity import CommitId, ResourceKey
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows import (
    Edit,
    SetFields,
    commit_plan,
    plan_edits,
    plan_ingest,
    plan_onboarding,
)

from ..workshop import BASE, LAB, NOW, OPERATION, Workshop, vpc

__all__ = ['KEY', 'MANAGED', 'RAW', 'VLAN', 'Lab']

RAW = f'{BASE}/raw/site.yaml'
MANAGED = f'{BASE}/managed/vpcs/a.yaml'
KEY = ResourceKey('vpc.githedgehog.com', 'VPC', 'default', 'a')
VLAN = 'spec.subnets.default.vlan'
SERVICE = Identity('service', 'service@example.test')


class Lab:
    """The workshop with a fabric; `netbox` commits as the plugin does."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        workshop.commit({'README': 'x'})
        self.put(plan_onboarding(self.store, self.head, LAB, OPERATION))

    @property
    def store(self):
        return self.workshop.store

    @property
    def head(self) -> CommitId:
        return self.workshop.head()

    def put(
        self, plan: Plan, trailers: Sequence[tuple[str, str]] = (), by: str = 'Ada'
    ) -> CommitId:
        who = Identity(by, f'{by.lower()}@example.test')
        authorship = Authorship(
            who, SERVICE, NOW, tuple(trailers) or (('Operation-Id', OPERATION.id),)
        )
        commit_plan(self.store, plan, self.head, authorship, 'refs/heads/main')
        self.workshop.git('reset', '--hard', '--quiet')
        return self.head

    def by_hand(self, files, message: str = 'By hand') -> CommitId:
        return self.workshop.commit(files, message)

    def drop(self, text: str, name: str = RAW) -> CommitId:
        return self.by_hand({name: text}, f'Drop {name}')

    def ingest(self) -> CommitId:
        plan = plan_ingest(self.store, self.head, LAB, OPERATION)
        return self.put(plan, [('Hedgehog-Operation', str(plan.operation))], 'Ingestor')

    def netbox(self, *edits: Edit, user: str = 'alice', request: str = 'req-1') -> CommitId:
        plan = plan_edits(self.store, self.head, LAB, edits, replace(OPERATION, user=user))
        trailers = [
            ('NetBox-Request-Id', request),
            ('NetBox-User', user),
            ('NetBox-Operation', f'op-{request}'),
        ]
        return self.put(plan, trailers, user)

    def set(self, value, field: str = VLAN, **options) -> CommitId:
        return self.netbox(SetFields(KEY, {parse_field_path(field): value}), **options)

    def text(self, path: str = MANAGED) -> bytes:
        return self.workshop.show(path)

    def started(self) -> 'Lab':
        """One VPC, dropped and ingested."""
        self.dropped = self.drop(vpc('a'))
        self.ingested = self.ingest()
        return self
