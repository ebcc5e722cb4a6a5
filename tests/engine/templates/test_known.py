"""Nothing is rendered twice for the same: what counts as the same, and how it is kept."""

import pytest

from hedgehog_gitops.templates import Rendered, Rendering, render_templates

from .runs import run_of

OBJECT = """\
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata: {name: NAME}
"""


def made(source: str, **variables: object) -> tuple[Rendering, dict[str, Rendered]]:
    """A run, and what it made."""
    one = run_of(templates(source), **variables)
    return one, render_templates(one, one.tree.rendered)


def templates(source: str, part: str = 'x') -> dict[str, str]:
    return {'a.yaml.j2': OBJECT.replace('NAME', source), '_part.j2': part, 'b/_x/c.yaml.j2': ''}


def test_parts_are_not_rendered_by_themselves() -> None:
    assert list(made('a')[1]) == ['a.yaml.j2']


@pytest.mark.parametrize(
    ('source', 'before', 'after', 'repeats'),
    [
        ('{{ a }}', {'a': 'x', 'b': 1}, {'a': 'x', 'b': 2}, True),
        ('{{ a }}', {'a': 'x'}, {'a': 'y'}, False),
        ('{{ a.b }}', {'a': {'b': 'x', 'c': 1}}, {'a': {'b': 'x', 'c': 2}}, True),
        ('{{ a.b }}', {'a': {'b': 'x'}}, {'a': {'b': 'y'}}, False),
        ("{{ a['b'] }}", {'a': {'b': 'x', 'c': 1}}, {'a': {'b': 'x'}}, True),
        ('{{ a.items()|length }}', {'a': {'b': 1}}, {'a': {}}, False),
        ("{{ a.get('b') }}", {'a': {'b': 1}}, {'a': {'b': 2}}, False),
        ('{{ a|list|first }}', {'a': {'b': 1, 'c': 2}}, {'a': {'c': 2, 'b': 1}}, False),
        ("{% set a = {'b': 1} %}{{ a.b }}", {}, {'c': 1}, True),
        ('{{ a.b or a }}', {'a': {'b': 'x', 'c': 1}}, {'a': {'b': 'x'}}, False),
        ("{{ a|default('x') }}", {}, {'a': 'x'}, False),
        ("{% include '_part.j2' %}", {'a': 1}, {'a': 2}, True),
        ("{{ 'x' if resources.Switch else 'y' }}", {}, {}, True),
    ],
)
def test_what_counts(
    source: str, before: dict[str, object], after: dict[str, object], repeats: bool
) -> None:
    _, known = made(source, **before)
    later = run_of(templates(source), **after)
    assert later.would_repeat(known['a.yaml.j2']) is repeats


def test_a_part_that_changed_counts_and_one_by_a_computed_name_as_all_of_them() -> None:
    for source in ("{% include '_part.j2' %}", "{% include '_pa' ~ 'rt.j2' %}"):
        _, known = made(source)
        later = run_of(templates(source, part='y'))
        assert not later.would_repeat(known['a.yaml.j2'])
        assert run_of(templates(source)).would_repeat(known['a.yaml.j2'])


def test_a_part_that_was_missing_and_came_counts() -> None:
    source = "{% include ['_later.j2', '_part.j2'] %}"
    _, known = made(source)
    assert not run_of({**templates(source), '_later.j2': 'z'}).would_repeat(known['a.yaml.j2'])


def test_what_is_kept_is_what_was_made() -> None:
    for source in ('a', '{{ nothing }}', 'A b'):
        _, known = made(source)
        for name, one in known.items():
            assert Rendered.from_json(name, one.as_json()) == one


def test_declared_variables_are_all_there_is() -> None:
    header = '{# hedgehog-template\nvariables:\n  a: {type: name, default: x}\n#}\n'
    text = header + OBJECT.replace('NAME', '{{ a }}')
    (one,) = render_templates(run_of(text), ['a.yaml.j2'])['a.yaml.j2'].objects
    assert one.key.name == 'x'
    undeclared = run_of(header + OBJECT.replace('NAME', '{{ b }}'), b='y')
    assert undeclared.render('a.yaml.j2').findings[0].code == 'TemplateUndefined'


@pytest.mark.parametrize(
    ('name', 'suggested'),
    [
        ('vlna', 'did you mean vlan?'),
        ('fabirc', 'did you mean fabric?'),
        # Where variables are declared there are no others.
        ('prefixx', 'give it a value in vars.yaml'),
        ('speed', 'give it a value in vars.yaml'),
        # A field of something is no variable.
        ('fabric.vlna', 'give it a value in vars.yaml'),
    ],
)
def test_a_name_that_is_nearly_one_is_suggested(name: str, suggested: str) -> None:
    header = '{# hedgehog-template\nvariables:\n  vlan: {type: vlan, default: 5}\n#}\n'
    run = run_of(header + OBJECT.replace('NAME', f'{{{{ {name} }}}}'), prefix='10.0.0.0/8')
    (finding,) = run.render('a.yaml.j2').findings
    assert finding.code == 'TemplateUndefined'
    assert finding.suggestion.startswith(suggested)


@pytest.mark.parametrize(
    ('header', 'variables', 'code', 'line'),
    [
        ('variables:\n  a: name', {}, 'TemplateVariableMissing', 3),
        ('variables:\n  a: vlan', {'a': 5000}, 'TemplateVariableInvalid', 3),
        ('variables:\n  a: {type: vlan, default: 0}', {}, 'TemplateHeader', 3),
        ('variables:\n  a: sort', {}, 'TemplateHeader', 3),
        ('variables: [a]', {}, 'TemplateHeader', 2),
        ('varables: {}', {}, 'TemplateHeader', 2),
        ('variables:\n  a: {type: [vlan]}', {}, 'TemplateHeader', 3),
        ('variables:\n  fabric: any', {}, 'TemplateHeader', 3),
        ('a: [', {}, 'TemplateHeader', 3),
        ('- a', {}, 'TemplateHeader', 1),
    ],
)
def test_a_header_that_does_not_fit(
    header: str, variables: dict[str, object], code: str, line: int
) -> None:
    text = f'{{# hedgehog-template\n{header}\n#}}\n{OBJECT}'
    one = run_of(text, **variables).render('a.yaml.j2')
    assert (one.whole, one.objects) == (False, ())
    assert (one.findings[0].code, one.findings[0].line) == (code, line)
    assert one.findings[0].file == 'fabrics/lab/gitops/templates/a.yaml.j2'


def test_a_value_that_does_not_fit_is_told() -> None:
    text = '{# hedgehog-template\nvariables:\n  net: prefix\n#}\n'
    (finding,) = run_of(text, net='10.0.0.1/24').render('a.yaml.j2').findings
    assert finding.message.endswith("has to be of the type prefix, not '10.0.0.1/24'")


@pytest.mark.parametrize(
    ('text', 'code'),
    [
        ('a: 1', 'ApiVersionMissing'),
        ('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}', 'TemplateForeign'),
        ('apiVersion: v1\nkind: List\nitems: []', 'TemplateForeign'),
        ('a: [', 'YamlSyntax'),
        ('a: 1\na: 2', 'DuplicateKey'),
    ],
)
def test_what_cannot_be_used_is_held_alone(text: str, code: str) -> None:
    good = OBJECT.replace('NAME', 'good')
    one = run_of(f'{good}---\n{text}\n').render('a.yaml.j2')
    assert [finding.code for finding in one.findings] == [code]
    assert not one.whole
    assert len(one.objects) == (0 if code == 'YamlSyntax' else 1)
