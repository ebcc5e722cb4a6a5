"""The demo's files are what the engine would take in: every document an object of its own."""

from hedgehog_gitops.documents import read
from hedgehog_gitops.kinds import Disposition, identify

from .tree import ROOT


def test_the_demo_fabric_is_read_without_a_finding() -> None:
    keys = []
    for file in sorted((ROOT / 'dev' / 'demo').glob('*.yaml')):
        reading = read(file.read_bytes())
        assert reading.whole
        assert not reading.findings
        for document in reading.documents:
            if document.empty:
                continue
            assert document.good, (file.name, document.findings)
            identified = identify(document.value)
            assert identified.disposition is Disposition.MANAGED, (file.name, document.line)
            keys.append(identified.key)
    assert len(keys) == len(set(keys)) == 40
