"""Laws of rendering, on random histories of templates and hands.

Rendering twice makes no second commit, and a hand edit is never lost: the fabric is at every moment
what a merge of each object with what its template said last makes of it. Whatever templates make of
the objects that are there, and of each other's, none that stood before is taken away.
"""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hedgehog_gitops.workflows import object_at

from ..engine.workflows.render_lab import VARS, RenderLab, key, path
from ..engine.workshop import BASE, LAB, Workshop, vpc

NAMES = ('a', 'b', 'c')
TEMPLATE = """\
{% for name, vlan in vlans.items() %}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {{ name }}
spec:
  subnets:
    default: {subnet: 10.0.1.0/24, vlan: {{ vlan }}}
{% endfor %}
"""
VLANS = st.integers(1, 4)
ACTS = st.lists(
    st.one_of(
        st.tuples(st.just('template'), st.dictionaries(st.sampled_from(NAMES), VLANS)),
        st.tuples(st.just('edit'), st.tuples(st.sampled_from(NAMES), VLANS)),
        st.tuples(st.just('remove'), st.sampled_from(NAMES)),
    ),
    min_size=2,
    max_size=6,
)


class Model:
    """What stands in the fabric, and what the template said of it last, by name."""

    def __init__(self) -> None:
        self.standing: dict[str, int] = {}
        self.base: dict[str, int] = {}

    def render(self, wanted: dict[str, int]) -> int:
        """Merges; answers with the number of conflicts."""
        clashes = 0
        for name in {*self.base, *wanted}:
            now, base, new = (of.get(name) for of in (self.standing, self.base, wanted))
            if new == base:
                continue
            if now in (base, new):
                self._put(self.standing, name, new)
            elif new is not None or now is not None:
                clashes += 1
                continue
            self._put(self.base, name, new)
        return clashes

    def _put(self, where: dict[str, int], name: str, value: int | None) -> None:
        where.pop(name, None)
        if value is not None:
            where[name] = value


def standing(lab: RenderLab) -> dict[str, int]:
    store, head = lab.workshop.store, lab.workshop.head()
    found = {name: object_at(store, head, LAB, key(name)) for name in NAMES}
    return {
        name: place.value['spec']['subnets']['default']['vlan']
        for name, place in found.items()
        if place is not None
    }


@given(acts=ACTS)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
def test_hands_are_kept_and_twice_is_once(acts: list[tuple[str, object]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lab, model = RenderLab(Workshop.made(Path(folder))), Model()
        lab.write(TEMPLATE)
        for what, given_ in acts:
            if what == 'template':
                lab.workshop.commit({VARS: f'vlans: {given_}\n'})
                plan = lab.render(allow_errors=True)
                assert len(plan.conflicts) == model.render(given_)
                assert lab.plan(allow_errors=True).plan.is_empty
            elif what == 'edit' and given_[0] in model.standing:
                name, vlan = given_
                model_before = model.standing[name]
                lab.by_hand(name, f'vlan: {model_before}', f'vlan: {vlan}')
                model.standing[name] = vlan
            elif what == 'remove' and given_ in model.standing:
                lab.workshop.commit({path(given_): None})
                del model.standing[given_]
            assert standing(lab) == model.standing


SETS = {
    'fixed': TEMPLATE.replace('vlans.items()', "{'a': 1, 'n': 2}.items()"),
    'mirror': '{% for one in resources.VPC %}\n---\n{{ one | to_yaml }}\n{% endfor %}\n',
    'some': (
        "{% for one in resources.VPC if one.metadata.name != 'b' %}\n---\n"
        '{{ one | to_yaml }}\n{% endfor %}\n'
    ),
    'twins': TEMPLATE.replace('name, vlan in vlans.items()', 'one in resources.VPC')
    .replace('{{ name }}', 'of-{{ one.metadata.name }}')
    .replace('{{ vlan }}', '{{ one.spec.subnets.default.vlan }}'),
}


@given(
    hands=st.dictionaries(st.sampled_from(NAMES), VLANS, min_size=1),
    sets=st.lists(st.sets(st.sampled_from(sorted(SETS)), max_size=3), min_size=2, max_size=4),
)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
)
def test_what_was_there_before_stays(hands: dict[str, int], sets: list[set[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        lab = RenderLab(Workshop.made(Path(folder)))
        files = {path(name): vpc(name, vlan) for name, vlan in hands.items()}
        lab.workshop.commit(files)
        lab.write(None)
        there: set[str] = set()
        for wanted in sets:
            names = {f'{BASE}/templates/{each}.yaml.j2': SETS[each] for each in wanted}
            lab.workshop.commit(names | dict.fromkeys(there - names.keys()))
            there = set(names)
            lab.render(allow_errors=True)
            again = lab.plan(allow_errors=True).plan
            assert again.is_empty
            assert not [each for each in again.findings if each.code == 'RenderedLetGo']
            assert {name: standing(lab).get(name) for name in hands} == hands
