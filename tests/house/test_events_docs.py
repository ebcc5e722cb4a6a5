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
    sent = {
        word
        for path in sorted((PLUGIN / 'sync').glob('*.py'))
        for word in re.findall(r"'(\w+)'", path.read_text())
        if word in events()
    }
    assert sent == set(events())


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
