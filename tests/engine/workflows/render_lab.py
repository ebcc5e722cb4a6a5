"""A fabric with templates, and what one does with it. Used by tests of rendering."""

from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import Plan
from hedgehog_gitops.workflows import (
    Render,
    RenderPlan,
    commit_plan,
    plan_ingest,
    plan_onboarding,
    plan_render,
)

from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop

__all__ = ['RECORD', 'TEMPLATE', 'VARS', 'VPCS', 'RenderLab', 'key', 'path']

TEMPLATE = f'{BASE}/templates/vpcs.yaml.j2'
VARS = f'{BASE}/templates/vars.yaml'
RECORD = f'{BASE}/.hnp/rendered/vpcs.yaml'
NAMESPACES = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata: {name: default}
spec: {subnets: [10.0.0.0/16]}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata: {name: default}
spec: {ranges: [{from: 1000, to: 2999}]}
"""
VPCS = """\
{% for name in names %}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {{ name }}
spec:
  ipv4Namespace: default
  vlanNamespace: default
  subnets:
    default:
      subnet: {{ '10.0.0.0/16' | subnet(24, loop.index) }}
      vlan: {{ first_vlan + loop.index0 }}  # from the pool
{% endfor %}
"""


class RenderLab:
    """A fabric with templates, and what one does with it."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        workshop.commit({'README': 'x'})
        plan = plan_onboarding(workshop.store, workshop.head(), LAB, OPERATION)
        self.put(plan)
        workshop.commit({f'{BASE}/raw/namespaces.yaml': NAMESPACES})
        self.put(plan_ingest(workshop.store, workshop.head(), LAB, OPERATION))
        self.write(VPCS, 'names: [a, b]\nfirst_vlan: 1001\n')

    def write(self, template: str | None, variables: str = '') -> None:
        files = {TEMPLATE: template}
        if variables:
            files[VARS] = variables
        self.workshop.commit(files)

    def put(self, plan: Plan) -> None:
        """Carries a plan out, and has the clone follow."""
        store = self.workshop.store
        commit = commit_plan(store, plan, plan.base, AUTHORSHIP)
        if commit != plan.base:
            self.workshop.git('reset', '--quiet', '--hard', commit)

    def plan(self, **asked: object) -> RenderPlan:
        workshop = self.workshop
        return plan_render(workshop.store, workshop.head(), LAB, Render(**asked), OPERATION)

    def render(self, **asked: object) -> Plan:
        made = self.plan(**asked)
        self.put(made.plan)
        return made.plan

    def text(self, name: str) -> str:
        return self.workshop.show(path(name)).decode()

    def by_hand(self, name: str, old: str, new: str) -> None:
        text = self.text(name)
        assert old in text
        self.workshop.commit({path(name): text.replace(old, new)})


def path(name: str) -> str:
    return f'{BASE}/managed/vpcs/{name}.yaml'


def key(name: str) -> ResourceKey:
    return ResourceKey('vpc.githedgehog.com', 'VPC', 'default', name)
