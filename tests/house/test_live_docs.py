"""The page of live messages says what the code sends: types, who hears them, payloads, phases."""

import ast
import re

from .test_docs import REFERENCE
from .test_events_docs import events
from .tree import ROOT, parsed

PLUGIN = ROOT / 'src' / 'netbox_hedgehog'
MESSAGES = parsed(PLUGIN / 'sync' / 'messages.py')
PAGE = (REFERENCE / 'live.md').read_text()
# The two messages that stand in the requirements.
MISSION = {'duplicate_detection_update', 'resolution_progress'}


def test_the_types_are_those_of_the_code() -> None:
    described = dict(re.findall(r'^\| `(\w+)` \| ?(\w*) ?\|[^|]+\|$', section('Messages'), re.M))
    assert len(described) > 10
    assert described == types()
    assert set(described) >= MISSION


def test_every_event_that_goes_live_is_a_message() -> None:
    live = {name for name, (_, live, _) in events().items() if live}
    assert live
    assert live <= set(types())


def test_every_message_is_built_somewhere() -> None:
    table = next(node for node in ast.walk(MESSAGES) if is_table(node))
    inside = {id(node) for node in ast.walk(table)}
    trees = (MESSAGES, parsed(PLUGIN / 'sync' / 'announce.py'))
    words = {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and id(node) not in inside
    }
    assert set(types()) == (words & set(types())) | set(events())


def test_the_payloads_are_those_of_the_code() -> None:
    rows = re.findall(r'^\| ((?:`\w+`(?:, )?)+) \| (.+) \|$', section('Payloads'), re.M)
    described = {
        name: re.findall(r'`(\w+)`', fields)
        for names, fields in rows
        for name in re.findall(r'`(\w+)`', names)
    }
    assert described == payloads()


def test_the_phases_are_those_of_plugin_and_engine() -> None:
    described = re.findall(r'^\| `(\w+)` \|', section('Phases'), re.M)
    assert described == phases()
    told = {
        name
        for path in sorted((ROOT / 'src/hedgehog_gitops').rglob('*.py'))
        for name in re.findall(r"progress\.stage\('(\w+)'\)", path.read_text())
    }
    assert told >= {'read', 'plan', 'commit', 'publish'}
    parts = re.findall(r'`(\w+)`', section('Phases').split('\nThe command line names')[1])
    assert told <= {*described, *parts}


def section(title: str) -> str:
    return PAGE.split(f'## {title}\n')[1].split('\n## ')[0]


def types() -> dict[str, str]:
    """Type -> what it is heard with: the table in the plugin's code."""
    (table,) = (node for node in ast.walk(MESSAGES) if is_table(node))
    return dict(ast.literal_eval(table.value))


def is_table(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and getattr(node.targets[0], 'id', '') == 'MESSAGES'


def payloads() -> dict[str, list[str]]:
    """Type -> names in its payload: fields of the classes, keys of what the functions build."""
    classes = {
        node.name: [each.target.id for each in node.body if isinstance(each, ast.AnnAssign)]
        for node in ast.walk(MESSAGES)
        if isinstance(node, ast.ClassDef)
    }
    built = {
        node.name: [
            ast.literal_eval(key)
            for each in ast.walk(node)
            if isinstance(each, ast.Call) and getattr(each.func, 'id', '') == 'message'
            for key in each.args[3].keys
        ]
        for node in ast.walk(MESSAGES)
        if isinstance(node, ast.FunctionDef)
    }
    return {
        'sync_progress': built['operation_progress'],
        'duplicate_detection_update': classes['DuplicateDetectionUpdate'],
        'resolution_progress': classes['ResolutionProgress'],
        'sync_completed': built['operation_over'],
        'sync_failed': built['operation_over'],
        'sync_cancelled': built['operation_over'],
        'status_changed': built['status_changed'],
    }


def phases() -> list[str]:
    tree = parsed(PLUGIN / 'choices' / 'operations.py')
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.name == 'OperationPhaseChoices':
            return [
                ast.literal_eval(each.value)
                for each in node.body
                if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)
            ]
    raise AssertionError('no phases')
