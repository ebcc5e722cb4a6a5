"""Every reason has a nature in the engine's or the plugin's table, and the page says the same."""

import ast
import re
from collections import defaultdict

from hedgehog_gitops.reasons import NATURES, Category, Gravity, Recovery, natures

from .test_docs import REFERENCE, reasons
from .test_rules_docs import codes
from .tree import ROOT, parsed

PLUGIN = ROOT / 'src' / 'netbox_hedgehog'


def test_every_reason_has_a_nature() -> None:
    known = NATURES.keys() | plugin_natures().keys()
    raised = reasons()
    assert len(raised) > 10
    assert not {reason: where for reason, where in raised.items() if reason not in known}
    assert not codes() - NATURES.keys()


def test_no_word_is_in_both_tables() -> None:
    own = plugin_natures()
    assert len(own) > 30
    assert not own.keys() & NATURES.keys()


def test_every_word_of_the_tables_is_described() -> None:
    pages = (REFERENCE / 'reasons.md').read_text() + (REFERENCE / 'rules.md').read_text()
    described = set(re.findall(r'`(\w+)`', pages))
    assert not (NATURES.keys() | plugin_natures().keys()) - described


def test_the_page_tells_what_each_reason_is() -> None:
    natures_of = {**NATURES, **plugin_natures()}
    wanted: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for word in natures_of.keys() - codes():
        nature = natures_of[word]
        wanted[nature.category, nature.gravity, nature.recovery].add(word)
    assert told() == dict(wanted)


def test_the_choices_of_the_plugin_are_the_engines_words() -> None:
    source = parsed(PLUGIN / 'choices' / 'errors.py')
    words = {
        ast.literal_eval(node.args[0])
        for node in ast.walk(source)
        if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == 'Choice'
    }
    assert words == {*map(str, Category), *map(str, Gravity), *map(str, Recovery)}


def plugin_natures() -> dict[str, object]:
    """The plugin's own table, read without Django."""
    for node in ast.walk(parsed(PLUGIN / 'sync' / 'reasons.py')):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == '_OWN':
            return dict(natures(ast.literal_eval(node.value)))
    return {}


def told() -> dict[tuple[str, str, str], set[str]]:
    """The rows of the page's last table."""
    page = (REFERENCE / 'reasons.md').read_text()
    _, section = page.split('## What each reason is\n')
    found = {}
    for category, severity, recovery, words in re.findall(
        r'^\| (\w+) \| (\w+) \| (\w+) \| (`.*`) \|$', section, re.MULTILINE
    ):
        found[category, severity, recovery] = set(re.findall(r'`(\w+)`', words))
    return found
