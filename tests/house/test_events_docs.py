"""The page of events and the plugin's table of events say the same; so do signals and reality."""

import ast
import re

from .test_docs import REFERENCE
from .tree import ROOT, parsed

PLUGIN = ROOT / 'src' / 'netbox_hedgehog'
PAGE = (REFERENCE / 'events.md').read_text()
# The four names of flows that stand in the requirements.
FLOWS = {'file_changed', 'duplicate_detected', 'template_updated', 'resolution_complete'}


def test_the_table_is_that_of_the_code() -> None:
    described = {
        name: (signal, live == 'yes', notifies == 'yes')
        for name, signal, live, notifies in re.findall(
            r'^\| `(\w+)` \|[^|]*\| `?(\w*)`? ?\| ?(\w*) \| ?(\w*) ?\|$', PAGE, re.MULTILINE
        )
    }
    assert len(described) > 5
    assert described == events()


def test_every_event_is_sent_and_nothing_else() -> None:
    """By the names the calls of `_send` are given; the plugin's own tests send each of them."""
    assert names_sent(parsed(PLUGIN / 'sync' / 'notify.py')) == set(events())


def test_a_name_that_is_not_sent_is_not_counted() -> None:
    source = """
def tell():
    later = 'c' if some else 'd'
    _send('a' if failed else 'b', fabric)
    _send(later, fabric)
    other('e', fabric)
    words = ['f']
"""
    assert names_sent(ast.parse(source)) == {'a', 'b', 'c', 'd'}


def test_every_signal_is_described_and_sent_or_said_not_to_be() -> None:
    declared = {
        node.targets[0].id
        for node in ast.walk(parsed(PLUGIN / 'signals.py'))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        if isinstance(node.targets[0], ast.Name)
    }
    assert FLOWS | {'operation_finished'} <= declared
    assert not {name for name in declared if f'`{name}`' not in PAGE}
    source = (PLUGIN / 'sync' / 'notify.py').read_text()
    sent = {name for name in declared if f'signals.{name}' in source}
    said = re.search(r'The signals (.*?) exist and are not sent yet', PAGE, re.DOTALL)
    silent = set(re.findall(r'`(\w+)`', said.group(1))) if said else set()
    assert declared == sent | silent
    assert not sent & silent


def events() -> dict[str, tuple[str, bool, bool]]:
    """Name -> signal, live, notifies: from the calls of `Event` in the plugin's table."""
    found = {}
    for node in ast.walk(parsed(PLUGIN / 'events.py')):
        if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == 'Event':
            said = {word.arg: ast.literal_eval(word.value) for word in node.keywords}
            found[ast.literal_eval(node.args[0])] = (
                said.get('signal', ''),
                said.get('live', True),
                said.get('notifies', False),
            )
    return found


def names_sent(module: ast.Module) -> set[str]:
    """What `_send` is called with first: words, a choice of two, or a local name for them."""
    found: set[str] = set()
    for function in ast.walk(module):
        if not isinstance(function, ast.FunctionDef):
            continue
        given = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and getattr(node.func, 'id', '') == '_send':
                first = node.args[0]
                found |= words(given[first.id] if isinstance(first, ast.Name) else first)
    return found


def words(value: ast.expr) -> set[str]:
    """The texts an expression may come to, its conditions left out."""
    if isinstance(value, ast.IfExp):
        return words(value.body) | words(value.orelse)
    if isinstance(value, ast.Call) and getattr(value.func, 'id', '') == 'ending_of':
        return endings()
    text = ast.literal_eval(value)
    assert isinstance(text, str)
    return {text}


def endings() -> set[str]:
    """What an operation may end with: the values of the table, and what stands for all else."""
    module = parsed(PLUGIN / 'sync' / 'messages.py')
    (table,) = (
        node.value
        for node in module.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == '_ENDINGS'
    )
    (chosen,) = (
        node
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.name == 'ending_of'
    )
    otherwise = chosen.body[-1].value.args[1]
    return {ast.literal_eval(each) for each in (*table.values, otherwise)}
