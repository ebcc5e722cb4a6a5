"""Ways out of a template sandbox that were found in Jinja, Ansible, NetBox and Salt: all refused.

Each is a template as an attacker writes it. What counts is that it is refused with a finding that
names its place, and that nothing was reached: a file, the environment, a class, a frame.
"""

import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.templates import Bounds
from hedgehog_gitops.templates.networks import allocate_subnets
from hedgehog_gitops.templates.refusals import finding_of

from .runs import refused, run_of, text

_REFUSED = {'TemplateForbidden', 'TemplateUndefined', 'TemplateFailed', 'TemplateSyntax'}

# From the walk over classes that every payload collection begins with, to those of the CVEs.
ESCAPES = {
    'class of a text': "{{ ''.__class__ }}",
    'method resolution order': "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    'class by subscript': "{{ ''['__class__'] }}",
    'class by a joined name': "{{ ''['__cla' ~ 'ss__'] }}",
    'class of a list': '{{ [].__class__.__base__.__subclasses__() }}',
    'class of a mapping': '{{ {}.__class__ }}',
    'class of a number': '{{ (1).__class__ }}',
    'attr filter': "{{ ''|attr('__class__') }}",
    'attr filter, hexadecimal': r"{{ ''|attr('\x5f\x5fclass\x5f\x5f') }}",
    'attr by map': "{{ ['']|map('attr', '__class__')|list }}",
    'attribute by map': "{{ ['']|map(attribute='__class__')|list }}",
    'attribute by groupby': "{{ ['']|groupby('__class__') }}",
    'attribute by sort': "{{ ['', 'a']|sort(attribute='__class__') }}",
    'attribute by selectattr': "{{ ['']|selectattr('__class__')|list }}",
    'attribute by sum': "{{ [1]|sum(attribute='__class__') }}",
    'attribute by unique': "{{ ['']|unique(attribute='__class__')|list }}",
    'str.format, CVE-2016-10745': "{{ '{0.__class__}'.format(1) }}",
    'str.format_map, CVE-2019-10906': "{{ '{a.__class__}'.format_map({'a': 1}) }}",
    'format behind a filter, CVE-2024-56326': "{{ ['{0.__class__}']|map('format', 1)|list }}",
    'format by attr, CVE-2025-27516': "{{ ('{0.__class__}'|attr('format'))(1) }}",
    'format kept in a variable': "{% set f = '{0.__class__}'.format %}{{ f(1) }}",
    'xmlattr, CVE-2024-22195': "{{ {'a onload=x': 1}|xmlattr }}",
    'globals of lipsum': "{{ lipsum.__globals__['os'].popen('id').read() }}",
    'globals of cycler': '{{ cycler.__init__.__globals__.os }}',
    'globals of joiner': '{{ joiner.__init__.__globals__ }}',
    'globals of namespace': '{{ namespace.__init__.__globals__ }}',
    'class of a namespace': '{{ namespace(a=1).__class__ }}',
    'attributes of a namespace': '{{ namespace(a=1)._Namespace__attrs }}',
    'range function': '{{ range.__self__ }}',
    'function of a method': "{{ ''.upper.__self__ }}",
    'opened function': "{{ ''.upper.function }}",
    'self': '{{ self.__init__.__globals__ }}',
    'context of self': '{{ self._TemplateReference__context }}',
    'environment of self': '{{ self._TemplateReference__context.environment }}',
    'loop context': '{% for x in [1] %}{{ loop.__class__ }}{% endfor %}',
    'iterator of a loop': '{% for x in [1] %}{{ loop._iterator }}{% endfor %}',
    'internals of a loop': '{% for x in [1] %}{{ loop._undefined }}{% endfor %}',
    'macro': '{% macro m() %}{% endmacro %}{{ m.__call__.__globals__ }}',
    'function of a macro': '{% macro m() %}{% endmacro %}{{ m._func }}',
    'environment of a macro': '{% macro m() %}{% endmacro %}{{ m._environment }}',
    'name of a macro': '{% macro m() %}{% endmacro %}{{ m.name }}',
    'caller': '{% macro m() %}{{ caller._func }}{% endmacro %}{% call m() %}{% endcall %}',
    'super': '{% block a %}{{ super.__init__ }}{% endblock %}',
    'class of what is undefined': '{{ nothing.__class__ }}',
    'environment, request, config of Flask': '{{ config.items() }}{{ request.application }}',
    'environment variables of Ansible': "{{ lookup('env', 'HOME') }}",
    'pipe of Ansible': "{{ lookup('pipe', 'id') }}",
    'query of Ansible': "{{ query('file', '/etc/passwd') }}",
    'modules of Salt': "{{ salt['cmd.run']('id') }}",
    'slots of Salt': "{{ __salt__['cmd.run']('id') }}",
    'grains of Salt': '{{ grains.os }}',
    'model of NetBox': "{{ object._meta.apps.get_model('auth', 'user') }}",
    'import of Python': "{% import 'os' as os %}{{ os.environ }}",
    'import of a file': "{% import '/etc/passwd' as p %}",
    'include above the folder': "{% include '../../../../etc/passwd' %}",
    'include by a computed name': "{% include '/proc/' ~ 'self/environ' %}",
    'extends of a file': "{% extends '/etc/passwd' %}",
    'from a file': "{% from '../vars.yaml' import a %}",
    'private name of a module': "{% from 'b.j2' import __class__ %}",
    'class of a module': "{% import 'b.j2' as b %}{{ b.__class__ }}",
    'body of a module': "{% import 'b.j2' as b %}{{ b._body_stream }}",
    'loader of a module': "{% import 'b.j2' as b %}{{ b.__loader__ }}",
    'change of a list': "{{ names.append('x') }}",
    'change of a mapping': "{{ mapping.update({'a': 2}) }}",
    'change by pop': "{{ mapping.pop('a') }}",
    'change by setdefault': "{{ mapping.setdefault('b', 1) }}",
    'setting an item': "{% set mapping['a'] = 2 %}",
    'setting an attribute': '{% set mapping.a = 2 %}',
    'percent of a text': "{{ '%(a)s' % mapping }}",
    'translate': "{{ 'a'.translate(mapping) }}",
    'encode': "{{ 'a'.encode() }}",
    'generator frame': "{{ (names|map('upper')).gi_frame }}",
    'tuple of a loop': '{{ mapping.items().__class__ }}',
    'markup of autoescape': (
        '{% autoescape true %}{% set a %}x{% endset %}{{ a.__html__ }}{% endautoescape %}'
    ),
    'field of a class': '{{ namespace.mro }}',
    'debug extension': '{% debug %}',
    'do extension': "{% do names.append('x') %}",
    'trans extension': '{% trans %}a{% endtrans %}',
    'random': '{{ [1, 2]|random }}',
    'pprint': '{{ fabric|pprint }}',
    'markup': "{{ ('<'|escape).__html__() }}",
    'urlize, CVE-2020-28493': "{{ ('a.' * 1000)|urlize }}",
    'a function written out': '{{ range }}',
    'a macro written out': '{% macro m() %}{% endmacro %}{{ m }}',
    'a class written out': '{{ namespace }}',
    'call of a text': "{{ 'a'() }}",
    'key that is no scalar': '{{ {(1, 2): 3} }}',
    'object of the caller': '{{ secret.token }}',
}


class Secret:
    """An object somebody passed by mistake."""

    token = 'do-not-tell'


@pytest.mark.parametrize('name', ESCAPES)
def test_escape(name: str) -> None:
    templates = {'a.yaml.j2': ESCAPES[name], 'b.j2': '{% macro m() %}{% endmacro %}'}
    given: dict[str, Any] = {'names': ['a'], 'mapping': {'a': 1}, 'secret': Secret()}
    if name != 'object of the caller':
        del given['secret']
    finding = refused(templates, **given)
    assert finding.code in {*_REFUSED, 'TemplateMissing'}
    assert finding.file == 'a.yaml.j2'
    assert 'do-not-tell' not in finding.message
    assert 'root:' not in finding.message
    assert given.get('names') == ['a']
    assert given.get('mapping') == {'a': 1}


def test_there_are_enough() -> None:
    assert len(ESCAPES) >= 25
    assert Path('/etc/passwd').exists()


# Ways to use up a machine: each has to end by a bound, whatever it was after.
BOMBS = {
    'endless loop': '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}',
    'loop that never takes its turn': (
        '{% for a in range(99999) %}{% for b in range(99999) if false %}{% endfor %}{% endfor %}'
    ),
    'recursive loop': '{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}',
    'recursive macro': '{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}',
    'template that includes itself': "{% include 'a.yaml.j2' %}",
    'template that extends itself': "{% extends 'a.yaml.j2' %}",
    'gigabyte by product': "{{ 'a' * 10**9 }}",
    'gigabyte by product of a list': '{{ [1] * 10**9 }}',
    'gigabyte by doubling': (
        "{% set n = namespace(x='aaaa') %}"
        '{% for i in range(99) %}{% set n.x = n.x ~ n.x %}{% endfor %}{{ n.x }}'
    ),
    'gigabyte by sum': (
        "{% set n = namespace(x='aaaa') %}"
        '{% for i in range(99) %}{% set n.x = n.x + n.x %}{% endfor %}{{ n.x }}'
    ),
    'gigabyte by replacing': "{% set a = 'a' * 99999 %}{{ a.replace('a', a) }}",
    'gigabyte by the filter': "{% set a = 'a' * 99999 %}{{ a|replace('a', a) }}",
    'gigabyte by joining': "{% set a = 'a' * 99999 %}{{ a.join(a|list) }}",
    'gigabyte by the join filter': "{% set a = 'a' * 99999 %}{{ a|list|join(a) }}",
    'gigabyte by writing': (
        "{% set a = 'a' * 9999 %}{% for i in range(99999) %}{{ a }}{% endfor %}"
    ),
    'gigabyte by a captured block': (
        "{% set a = 'a' * 9999 %}"
        '{% set b %}{% for i in range(99999) %}{{ a }}{% endfor %}{% endset %}'
    ),
    'gigabyte by fixed text': '{% for i in range(99999) %}' + 'a' * 9999 + '{% endfor %}',
    'gigabyte by padding': "{{ 'a'.zfill(10**9) }}",
    'gigabyte by centring': "{{ 'a'|center(10**9) }}",
    'gigabyte by format': "{{ '%01000000000d'|format(1) }}",
    'gigabyte by a format of two numbers': "{{ '%*d'|format(10**9, 1) }}",
    'gigabyte by indent': "{{ ('a\n' * 9999)|indent(9999) }}",
    'gigabyte by batch': '{{ [1]|batch(10**9, 0)|list }}',
    'gigabyte by slice': '{{ [1]|slice(10**9)|list }}',
    'gigabyte by JSON': "{% set a = 'a' * 99999 %}{{ ([a] * 99999)|to_json }}",
    'gigabyte by YAML': "{% set a = 'a' * 99999 %}{{ ([a] * 99999)|to_yaml }}",
    'gigabyte by text of a list': "{% set a = 'a' * 99999 %}{{ [a] * 99999 }}",
    'gigabyte by the string filter': "{% set a = 'a' * 99999 %}{{ ([a] * 99999)|string }}",
    'stripping of much by much': "{{ ('a' * 999999).strip('b' * 999999 ~ 'a') }}",
    'trimming of much by much': "{{ ('a' * 999999)|trim('b' * 999999 ~ 'a') }}",
    'splitting of much': "{{ ('a ' * 3999999).split() }}",
    'block that writes itself': '{% block a %}{{ self.a() }}{% endblock %}',
    'large range': '{{ range(10**9)|list }}',
    'power': '{{ 9 ** (9 ** 9) }}',
    'power of powers': '{{ (9 ** 99) ** 99 }}',
    'product of numbers': (
        '{% set n = namespace(x=99) %}'
        '{% for i in range(9999) %}{% set n.x = n.x * n.x %}{% endfor %}'
    ),
    'comparison of what doubles': (
        '{% set n = namespace(x=[1], y=[1]) %}{% for i in range(99) %}'
        '{% set n.x = [n.x, n.x] %}{% set n.y = [n.y, n.y] %}{% endfor %}{{ n.x == n.y }}'
    ),
    'key that doubles': (
        '{% macro m(n) %}{% for i in range(99) %}{% set n.x = {1: n.x, 2: n.x} %}{% endfor %}'
        '{% endmacro %}{{ m(namespace(x=1)) }}'
    ),
    'sorting of what is large': (
        "{% set a = ['a' * 99999] * 99 %}{% for i in range(999) %}{{ a|sort|first }}{% endfor %}"
    ),
    'subnets for many names': (
        "{% set n = range(4000)|map('string')|list %}{% for i in range(99) %}"
        "{{ (n|allocate_subnets('10.0.0.0/8', 30))|length }}{% endfor %}"
    ),
    'gigabyte by JSON that is far in': (
        "{% set n = namespace(x=['a'] * 60000) %}{% for i in range(200) %}"
        '{% set n.x = [n.x] %}{% endfor %}{{ n.x|to_json(indent=8) }}'
    ),
    'gigabyte by a wide indent of JSON': "{{ ['a']|to_json(indent=9000) }}",
    'gigabyte by YAML that is far in': (
        "{% set n = namespace(x=['a'] * 60000) %}{% for i in range(200) %}"
        '{% set n.x = [n.x] %}{% endfor %}{{ n.x|to_yaml }}'
    ),
    'gigabyte by a format of many': ("{{ ('😀' ~ '%999s' * 60000)|format(*([''] * 60000)) }}"),
    'rounding': '{{ 1.5|round(10**9) }}',
    'ranges of VLANs': "{{ '1-4000000000'|expand_range }}",
    'subnets': "{{ '::/0'|subnets(128) }}",
    'nested brackets': '{{ ' + '[' * 5000 + ']' * 5000 + ' }}',
    'nested blocks': '{% if 1 %}' * 3000 + '{% endif %}' * 3000,
    'long text': 'a' * 1_100_000,
}


@pytest.mark.parametrize('name', BOMBS)
def test_bomb(name: str) -> None:
    finding = refused(BOMBS[name], bounds=Bounds(steps=200_000))
    assert finding.code in {'TemplateBound', 'TemplateFailed', 'TemplateForbidden'}
    assert len(finding.message) < 600


@pytest.mark.parametrize('name', [name for name in BOMBS if 'gigabyte' in name])
def test_it_ends_before_it_is_made(name: str) -> None:
    run = run_of(BOMBS[name], bounds=Bounds(steps=2_000_000))
    tracemalloc.start()
    try:
        run.text('a.yaml.j2')
    except Exception:
        most = tracemalloc.get_traced_memory()[1]
    else:
        most = 2**40
    finally:
        tracemalloc.stop()
    assert most < 80_000_000


@pytest.mark.timeout(30)
def test_subnets_for_many_are_given_out_in_one_pass() -> None:
    names = [str(number) for number in range(40_000)]
    found = allocate_subnets(names, '10.0.0.0/8', 30, {'7': '10.0.0.0/29'})
    assert (found['0'], found['7'], found['8']) == ('10.0.0.8/30', '10.0.0.0/29', '10.0.0.36/30')
    assert len(set(found.values())) == 40_000


def test_memory_that_runs_out_is_told_as_such() -> None:
    found = finding_of(MemoryError(), 'a.yaml.j2', {})
    assert (found.code, 'memory' in found.message) == ('TemplateBound', True)


def test_a_clock_ends_what_steps_allow() -> None:
    moments = iter(range(10_000))
    bounds = Bounds(seconds=3, clock=lambda: float(next(moments)))
    finding = refused('{% for i in range(99999) %}{{ i }}{% endfor %}', bounds=bounds)
    assert (finding.code, '`seconds`' in finding.message) == ('TemplateBound', True)


def test_the_caller_s_filter_cannot_bring_an_object_in() -> None:
    finding = refused('{{ 1|leak }}', filters={'leak': lambda value: Secret()})
    assert finding.code == 'TemplateForbidden'


def test_the_caller_s_filter_cannot_replace_one_of_ours() -> None:
    assert text("{{ 'a'|upper }}", filters={'upper': lambda value: 'x'}) == 'A'
