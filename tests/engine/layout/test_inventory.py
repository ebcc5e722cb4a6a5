"""The inventory: which object lies where, kept by blob, and what is odd about managed/."""

import json
from dataclasses import replace

from hedgehog_gitops.identity import RepoPath
from hedgehog_gitops.kinds import Disposition
from hedgehog_gitops.layout import BlobReading, Inventory, identities

from ..ingest.trees import FABRIC, inventory_of, snapshot_of

SERVER = b'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: %s}\n'
CONFIG = b'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n'
BAD = b'apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: A\n'


def inventory(**files: bytes) -> Inventory:
    paths = {FABRIC.path(f'managed/servers/{name}.yaml'): data for name, data in files.items()}
    return inventory_of(FABRIC, snapshot_of(paths))


def test_documents_of_one_file() -> None:
    data = SERVER % b'a' + b'---\n# nothing\n---\n' + CONFIG + b'---\n' + BAD
    reading = identities(data)
    assert [(row.document, row.disposition) for row in reading.documents] == [
        (0, Disposition.MANAGED),
        (2, Disposition.UNMANAGED),
        (3, Disposition.HELD),
    ]
    (finding,) = reading.findings
    assert (finding.code, finding.file, finding.document) == ('NameInvalid', None, 3)
    assert (finding.line, finding.column) == (data[: data.index(b'name: A')].count(b'\n') + 1, 3)


def test_a_reading_can_be_kept_as_json() -> None:
    for data in (SERVER % b'a' + b'---\n' + CONFIG + b'---\n' + BAD, b'a: [', b'', b'\xff'):
        reading = identities(data)
        assert BlobReading.from_json(json.loads(json.dumps(reading.as_json()))) == reading


def test_a_path_given_stands_in_the_findings() -> None:
    path = RepoPath('a/b.yaml')
    assert {finding.file for finding in identities(b'a: [', path).findings} == {path}


def test_every_object_is_found_once() -> None:
    found = inventory(a=SERVER % b'a', b=SERVER % b'b')
    assert [(str(key), len(places)) for key, places in found.by_key.items()] == [
        ('wiring.githedgehog.com/Server/default/a', 1),
        ('wiring.githedgehog.com/Server/default/b', 1),
    ]
    assert not found.findings


def test_what_is_odd_in_managed() -> None:
    def codes(**files: bytes) -> list[str]:
        return [finding.code for finding in inventory(**files).findings]

    assert codes(other=SERVER % b'a') == ['MisplacedObject']
    assert codes(a=SERVER % b'a', b=SERVER % b'a') == ['DuplicateIdentity'] * 2
    assert codes(a=CONFIG) == ['ForeignObject']
    assert codes(a=b'apiVersion: v1\nkind: List\nitems: []\n') == ['ForeignObject']
    assert codes(a=SERVER % b'a' + b'---\n' + SERVER % b'b') == [
        'SeveralDocuments',
        'MisplacedObject',
    ]
    assert codes(a=b'a: [') == ['YamlSyntax']


def test_a_kept_layout_is_no_warning() -> None:
    data = SERVER % b'a'
    fabric = replace(FABRIC, keep_layout=True)
    snapshot = snapshot_of({FABRIC.path('managed/mine/a.yaml'): data})
    (finding,) = inventory_of(fabric, snapshot).findings
    assert finding.severity == 'info'
