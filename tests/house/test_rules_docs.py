"""Every rule is on the page of rules, and the page names no other; severities agree."""

import ast
import re
from collections import defaultdict
from pathlib import Path

from hedgehog_gitops.kinds import CATALOGUE

from .tree import ROOT, parsed

PAGE = ROOT / 'docs' / 'reference' / 'rules.md'
RULES = ROOT / 'src' / 'hedgehog_gitops' / 'kinds' / 'rules'
CODE = re.compile(r'([A-Z][a-z]+){2,6}')
# Said with a severity that depends on the object.
EITHER = {'ReferenceMissing': {'error', 'info'}}


def test_every_code_is_on_the_page_and_the_other_way_round() -> None:
    assert len(codes()) > 70
    assert codes() == set(described())


def test_the_page_tells_the_severity_of_the_code() -> None:
    said = severities()
    assert len(said) > 70
    differing = {
        code: (severity, described()[code])
        for code, severity in said.items()
        if described().get(code) != severity
    }
    assert not differing


def test_every_rule_has_a_case() -> None:
    cases = ROOT / 'tests' / 'engine' / 'kinds' / 'rules'
    tried = {word for path in cases.rglob('test_*.py') for word in words(parsed(path))}
    assert not codes() - tried


def test_a_code_is_seen() -> None:
    module = ast.parse("__all__ = ['VlanRange']\nerror('PortTaken', 'x', ())")
    assert words(module) == {'PortTaken'}


def codes() -> set[str]:
    """The words in the rules which look like codes and are no names of kinds."""
    kinds = {kind.kind for kind in CATALOGUE.kinds}
    return {word for path in modules() for word in words(parsed(path))} - kinds


def severities() -> dict[str, set[str]]:
    """What each code is said with."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in modules():
        for node in ast.walk(parsed(path)):
            name = getattr(getattr(node, 'func', None), 'id', '')
            if isinstance(node, ast.Call) and name in ('error', 'warning', 'info'):
                for code in words(node.args[0]):
                    found[code].add(name)
    return dict(found) | EITHER


def words(tree: ast.AST) -> set[str]:
    """Constants of the form of a code; the names a module exports are none."""
    body = (
        [node for node in tree.body if not exports(node)]
        if isinstance(tree, ast.Module)
        else [tree]
    )
    constants = [
        node.value for top in body for node in ast.walk(top) if isinstance(node, ast.Constant)
    ]
    return {word for word in constants if isinstance(word, str) and CODE.fullmatch(word)}


def exports(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == '__all__'


def modules() -> list[Path]:
    return sorted(RULES.rglob('*.py'))


def described() -> dict[str, set[str]]:
    """The codes of the page with their severities, from the first two columns of its tables."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in re.findall(r'^\| (`.*?) \| (\w+) \|', PAGE.read_text(), re.MULTILINE):
        for code in re.findall(r'`(\w+)`', row[0]):
            found[code].add(row[1])
    return dict(found)
