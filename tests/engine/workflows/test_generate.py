"""An inventory -> managed/: one commit, a small one after a change, and no hand edit is lost."""

from dataclasses import replace

import pytest

from hedgehog_gitops.errors import NeedsPerson
from hedgehog_gitops.identity import ResourceKey
from hedgehog_gitops.plans import ClashRule, Plan
from hedgehog_gitops.templates import Follow, RenderPolicy
from hedgehog_gitops.wiring import Cable, End, Interface, Selection, Subnet, Vrf, Wiring, key_of
from hedgehog_gitops.workflows import (
    Generate,
    RenderPlan,
    commit_plan,
    plan_generate,
    plan_onboarding,
    plan_undo,
)

from ..wiring.lab import cable, leaf, server, small
from ..workshop import AUTHORSHIP, BASE, LAB, OPERATION, Workshop

CHOICE = Selection(sites=('ams1',))
RECORD = f'{BASE}/.hnp/generated/wiring.yaml'
FILE = f'{BASE}/.hnp/wiring.yaml'


class Lab:
    """A fabric whose devices are in an inventory."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.wiring = small()
        workshop.commit({'README': 'x'})
        self.put(plan_onboarding(workshop.store, workshop.head(), LAB, OPERATION))

    def put(self, plan: Plan) -> None:
        store = self.workshop.store
        commit = commit_plan(store, plan, plan.base, AUTHORSHIP)
        if commit != plan.base:
            self.workshop.git('reset', '--quiet', '--hard', commit)

    def plan(self, selection: Selection | None = CHOICE, **asked: object) -> RenderPlan:
        shop = self.workshop
        wanted = Generate(lambda chosen: self.wiring, selection, **asked)
        return plan_generate(shop.store, shop.head(), LAB, wanted, OPERATION)

    def generate(self, **asked: object) -> Plan:
        made = self.plan(**asked)
        self.put(made.plan)
        return made.plan

    def text(self, path: str) -> str:
        return self.workshop.show(path).decode()

    def by_hand(self, path: str, old: str, new: str) -> None:
        text = self.text(path)
        assert old in text
        self.workshop.commit({path: text.replace(old, new)})

    def replug(self, device: str, end: str) -> None:
        """Plugs the one cable of a device in elsewhere."""
        other, _, port = end.partition(':')
        self.wiring = replace(
            self.wiring,
            cables=tuple(
                Cable(each.a, End(other, port)) if each.a.device == device else each
                for each in self.wiring.cables
            ),
        )


def path(folder: str, name: str) -> str:
    return f'{BASE}/managed/{folder}/{name}.yaml'


SERVER_3 = path('connections', 'server-03--unbundled--leaf-02')
LEAF_1 = path('switches', 'leaf-01')


@pytest.fixture
def lab(workshop: Workshop) -> Lab:
    return Lab(workshop)


def described(lab: Lab, text: str) -> None:
    lab.wiring = replace(
        lab.wiring,
        devices=tuple(
            replace(each, description=text) if each.name == 'leaf-01' else each
            for each in lab.wiring.devices
        ),
    )


class TestOnce:
    def test_one_commit_that_a_cluster_takes(self, lab: Lab) -> None:
        plan = lab.generate()
        assert (plan.findings, plan.conflicts) == ((), ())
        assert plan.counts == {'made': 17, 'changed': 0, 'removed': 0, 'held': 0, 'unchanged': 0}
        assert plan.subject == 'Generate from NetBox: 17 made'
        text = lab.text(LEAF_1)
        assert 'hnp.githedgehog.com/generated-from: netbox' in text
        assert text.startswith('apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\n')
        assert lab.text(RECORD).startswith('# Made by NetBox, version ')
        assert 'sites:\n  - ams1' in lab.text(FILE)

    def test_again_is_nothing_and_needs_no_choice(self, lab: Lab) -> None:
        lab.generate()
        again = lab.plan(selection=None)
        assert again.plan.is_empty
        assert again.plan.counts['unchanged'] == 17

    def test_a_cable_plugged_elsewhere_is_one_small_commit(self, lab: Lab) -> None:
        lab.generate()
        lab.replug('server-03', 'leaf-02:E1/9')
        plan = lab.generate()
        assert sorted(change.path for change in plan.changes) == [RECORD, SERVER_3]
        changed = lab.workshop.git('show', '--stat=200', '--format=', 'HEAD', '--', SERVER_3)
        assert '2 +-' in changed

    def test_a_device_that_went_takes_its_objects_along(self, lab: Lab) -> None:
        lab.generate()
        lab.wiring = replace(
            lab.wiring,
            devices=tuple(each for each in lab.wiring.devices if each.name != 'server-03'),
            cables=tuple(each for each in lab.wiring.cables if each.a.device != 'server-03'),
        )
        plan = lab.generate()
        assert plan.counts['removed'] == 2
        assert path('servers', 'server-03') not in lab.workshop.files()
        assert SERVER_3 not in lab.workshop.files()

    def test_it_stays_by_policy(self, lab: Lab) -> None:
        lab.generate()
        lab.wiring = replace(lab.wiring, cables=lab.wiring.cables[:-1])
        plan = lab.generate(policy=RenderPolicy(removed=Follow.HOLD))
        assert [finding.code for finding in plan.findings] == ['RenderedHeld']
        assert plan.findings[0].file is None
        assert [change.path for change in plan.changes] == [RECORD]
        assert lab.plan(policy=RenderPolicy(removed=Follow.HOLD)).plan.is_empty
        assert lab.generate().counts['removed'] == 1

    def test_nothing_goes_while_something_cannot_be_mapped(self, lab: Lab) -> None:
        lab.generate()
        odd = cable('server-03:eth0', 'leaf-02:Ethernet36')
        lab.wiring = replace(
            lab.wiring,
            cables=(*(c for c in lab.wiring.cables if c.a.device != 'server-03'), odd),
        )
        plan = lab.generate()
        assert [finding.code for finding in plan.findings] == ['WiringPortUnknown']
        assert plan.counts['held'] == 1
        assert SERVER_3 in lab.workshop.files()

    def test_undo_brings_back_what_was(self, lab: Lab) -> None:
        lab.generate()
        before = lab.text(SERVER_3)
        lab.replug('server-03', 'leaf-02:E1/9')
        lab.generate()
        head = lab.workshop.head()
        assert head is not None
        lab.put(plan_undo(lab.workshop.store, head, head, OPERATION))
        assert lab.text(SERVER_3) == before
        assert not lab.plan().plan.is_empty

    def test_vpcs_come_from_vrfs(self, lab: Lab) -> None:
        vrf = Vrf('vpc-1', (Subnet('', '10.0.1.0/24', 1001),))
        lab.wiring = replace(lab.wiring, vrfs=(vrf,))
        assert lab.generate().counts['made'] == 18
        assert 'vlan: 1001' in lab.text(path('vpcs', 'vpc-1'))
        lab.wiring = replace(lab.wiring, vrfs=())
        plan = lab.generate()
        assert plan.counts['removed'] == 1
        assert f'{BASE}/.hnp/generated/networks.yaml' not in lab.workshop.files()


class TestHandEdits:
    def test_another_field_and_every_comment_stay(self, lab: Lab) -> None:
        lab.generate()
        lab.by_hand(LEAF_1, 'spec:\n', 'spec:\n  # by Ada\n  asn: 65101\n')
        described(lab, 'rack B')
        plan = lab.generate()
        assert plan.conflicts == ()
        text = lab.text(LEAF_1)
        assert '  # by Ada\n  asn: 65101\n' in text
        assert 'description: rack B' in text

    def test_it_stays_when_nothing_else_changes(self, lab: Lab) -> None:
        lab.generate()
        lab.by_hand(LEAF_1, 'description: rack A', 'description: mine')
        assert lab.plan().plan.is_empty

    def test_the_same_field_is_a_conflict(self, lab: Lab) -> None:
        lab.generate()
        lab.by_hand(LEAF_1, 'description: rack A', 'description: mine')
        described(lab, 'rack B')
        plan = lab.generate()
        (conflict,) = plan.conflicts
        assert conflict.fields == ('spec.description',)
        assert conflict.message.endswith('was changed by hand, and NetBox changes the same')
        assert 'description: mine' in lab.text(LEAF_1)

    @pytest.mark.parametrize(
        ('rule', 'says'), [(ClashRule.OURS, 'rack B'), (ClashRule.THEIRS, 'mine')]
    )
    def test_a_rule_settles_it(self, lab: Lab, rule: ClashRule, says: str) -> None:
        lab.generate()
        lab.by_hand(LEAF_1, 'description: rack A', 'description: mine')
        described(lab, 'rack B')
        lab.generate(policy=RenderPolicy(clash=rule))
        assert f'description: {says}' in lab.text(LEAF_1)
        assert lab.plan().plan.is_empty

    def test_what_stood_there_already_is_adopted_when_it_means_the_same(self, lab: Lab) -> None:
        own = (
            'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\n'
            'metadata: {name: server-03}  # ours\nspec: {}\n'
        )
        lab.workshop.commit({path('servers', 'server-03'): own})
        plan = lab.generate()
        assert plan.conflicts == ()
        assert lab.text(path('servers', 'server-03')) == own
        lab.wiring = replace(
            lab.wiring,
            devices=tuple(
                replace(each, description='build') if each.name == 'server-03' else each
                for each in lab.wiring.devices
            ),
        )
        lab.generate()
        assert lab.text(path('servers', 'server-03')) == own.replace(
            'spec: {}', 'spec:\n  description: build'
        )

    def test_what_stood_there_and_says_something_else_is_a_conflict(self, lab: Lab) -> None:
        own = (
            'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\n'
            'metadata: {name: server-03}\nspec: {description: mine}\n'
        )
        lab.workshop.commit({path('servers', 'server-03'): own})
        plan = lab.generate()
        assert [conflict.resource for conflict in plan.conflicts] == [key_of('Server', 'server-03')]
        assert lab.text(path('servers', 'server-03')) == own
        plan = lab.generate(policy=RenderPolicy(clash=ClashRule.OURS))
        assert plan.conflicts == ()
        assert 'mine' not in lab.text(path('servers', 'server-03'))

    def test_what_others_need_is_not_taken_away(self, lab: Lab) -> None:
        lab.generate()
        attachment = (
            'apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCAttachment\n'
            'metadata: {name: web}\n'
            'spec: {connection: server-03--unbundled--leaf-02, subnet: vpc-1/default}\n'
        )
        lab.workshop.commit({path('vpcattachments', 'web'): attachment})
        lab.replug('server-03', 'leaf-01:E1/9')
        plan = lab.generate()
        assert SERVER_3 in lab.workshop.files()
        assert 'ReferenceMissing' in [finding.code for finding in plan.findings]


class TestRefused:
    def test_without_any_choice(self, lab: Lab) -> None:
        with pytest.raises(NeedsPerson) as refused:
            lab.plan(selection=None)
        assert refused.value.reason == 'WiringNotChosen'

    @pytest.mark.parametrize('wiring', [Wiring(), Wiring((server(1),))])
    def test_a_choice_without_a_switch_takes_nothing_away(self, lab: Lab, wiring: Wiring) -> None:
        lab.generate()
        lab.wiring = wiring
        with pytest.raises(NeedsPerson) as refused:
            lab.plan()
        assert refused.value.reason == 'WiringEmpty'

    def test_a_mapping_that_is_broken(self, lab: Lab) -> None:
        lab.workshop.commit({FILE: 'roles: {tor: top}\n'})
        plan = lab.plan().plan
        assert [(f.code, f.file, f.line) for f in plan.findings] == [('WiringFileInvalid', FILE, 1)]
        assert plan.is_empty

    def test_another_choice_is_kept_with_what_stood_in_the_file(self, lab: Lab) -> None:
        lab.workshop.commit({FILE: '# ours\nroles:\n  tor: server-leaf\n'})
        lab.wiring = replace(
            lab.wiring, devices=(*lab.wiring.devices, replace(leaf(3), role='tor'))
        )
        plan = lab.generate()
        assert plan.counts['made'] == 18
        text = lab.text(FILE)
        assert text.startswith('# ours\nroles:\n  tor: server-leaf\n')
        assert 'ams1' in text


def test_an_object_a_cluster_would_refuse_is_held_alone(lab: Lab) -> None:
    ports = (Interface('Ethernet1/49', addresses=('172.31.0.1/30',)),)
    lab.wiring = replace(
        lab.wiring,
        devices=tuple(
            replace(each, interfaces=ports) if each.name == 'leaf-01' else each
            for each in lab.wiring.devices
        ),
    )
    plan = lab.generate()
    held: ResourceKey = key_of('Connection', 'spine-01--fabric--leaf-01')
    assert plan.counts['held'] == 1
    assert {finding.resource for finding in plan.findings} == {held}


VPC_AND_ATTACHMENT = """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata: {name: vpc-1}
spec: {subnets: {default: {subnet: 10.0.1.0/24, vlan: 1001}}}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata: {name: a}
spec: {subnet: vpc-1/default, connection: server-03--unbundled--leaf-02}
"""


class TestNamesStay:
    """Two cables of one server to one leaf, of which the second is told apart by its port."""

    SECOND = path('connections', 'server-03--unbundled--leaf-02--eth1')

    @pytest.fixture
    def lab(self, workshop: Workshop) -> Lab:
        lab = Lab(workshop)
        self.first = cable('server-03:eth0', 'leaf-02:E1/4')
        self.second = cable('server-03:eth1', 'leaf-02:E1/6')
        self.rest = tuple(each for each in lab.wiring.cables if each.a.device != 'server-03')
        self.plug(lab, self.first, self.second)
        lab.generate()
        vpc, attachment = VPC_AND_ATTACHMENT.split('---\n')
        folder = f'{BASE}/managed'
        workshop.commit(
            {f'{folder}/vpcs/vpc-1.yaml': vpc, f'{folder}/vpcattachments/a.yaml': attachment}
        )
        return lab

    def plug(self, lab: Lab, *cables: Cable) -> None:
        lab.wiring = replace(lab.wiring, cables=(*self.rest, *cables))

    def test_whichever_cable_is_the_older(self, lab: Lab) -> None:
        self.plug(lab, self.second, self.first)
        assert lab.plan().plan.is_empty

    def test_when_one_is_plugged_elsewhere_the_other_stays(self, lab: Lab) -> None:
        self.plug(lab, self.second, cable('server-03:eth0', 'leaf-02:E1/9'))
        plan = lab.generate()
        assert sorted(change.path for change in plan.changes) == [RECORD, SERVER_3]
        assert 'leaf-02/E1/9' in lab.text(SERVER_3)
        (told,) = plan.findings
        assert (told.code, told.resource.name) == ('WiringPortsChanged', SERVER_3[-34:-5])
        assert 'VPCAttachment a' in told.message

    def test_when_one_goes_nothing_takes_its_name(self, lab: Lab) -> None:
        self.plug(lab, self.second)
        lab.generate()
        assert 'server-03/eth1' in lab.text(self.SECOND)
        # Something is attached to it, so taking it away is held.
        assert 'server-03/eth0' in lab.text(SERVER_3)

    def test_a_name_on_a_cable_comes_first(self, lab: Lab) -> None:
        named = cable('server-03:eth1', 'leaf-02:E1/6', 'server-03--unbundled--leaf-02')
        self.plug(lab, self.first, named)
        plan = lab.plan().plan
        assert 'WiringNameTaken' not in [finding.code for finding in plan.findings]
        assert 'server-03--unbundled--leaf-02--eth0' in str([c.path for c in plan.changes])
