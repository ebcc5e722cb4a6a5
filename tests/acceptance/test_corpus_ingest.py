"""The whole corpus through the command, on a real repository. Needs no server.

Each real file gets a fabric of its own in one bare repository, so that what is expected of a file
does not depend on its neighbours; then all of them are dropped into one fabric at once.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.cli import run
from hedgehog_gitops.layout import identities

from .. import corpus as real
from ..engine.workshop import Workshop

# Labelled by a parser that takes the last of two equal keys; such a document is held here.
DOUBLED = {'wiring/snippets/docs-vpcs-6b4ace66.yaml': 1}
# A plain date is a string to Kubernetes, whatever a parser of YAML 1.1 makes of it.
DATED = {'hostile/15-non-string-names.yaml': {'default/Server/2025-01-01'}}

# The engine's own tests plan every file twice; through the command a sample is enough.
SECOND_RUNS = 8


@dataclass(frozen=True)
class Ingested:
    """One run of `ingest --json` on one fabric."""

    status: int
    answer: dict[str, Any]


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    made = Workshop.made(tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


@pytest.fixture
def ingest(workshop: Workshop, capsys: pytest.CaptureFixture[str]):
    def ran(base: str, repo: Path | None = None) -> Ingested:
        capsys.readouterr()
        status = run(['ingest', str(repo or workshop.server), '--fabric-dir', base, '--json'])
        return Ingested(status, json.loads(capsys.readouterr().out))

    return ran


def entries(section: str) -> list[dict[str, Any]]:
    return [row for row in real.manifest()[section] if row.get('expected') != 'script']


def identities_at(workshop: Workshop, base: str) -> set[str]:
    """What lies in managed/ at the head: `namespace/Kind/name`, as the corpus writes it."""
    store = workshop.store.open(workshop.server)
    head = store.resolve('HEAD')
    tree = store.list_tree(head, f'{base}/managed')
    contents = store.read_blobs(entry.blob for entry in tree.values())
    keys = [
        row.key
        for path, entry in tree.items()
        if path.endswith('.yaml')
        for row in identities(contents[entry.blob]).documents
    ]
    assert len(keys) == len(set(keys)), 'two files of one object'
    return {f'{key.namespace}/{key.kind}/{key.name}' for key in keys}


def bytes_at(workshop: Workshop, base: str) -> set[bytes]:
    """Every file's content below raw/ at the head."""
    store = workshop.store.open(workshop.server)
    tree = store.list_tree(store.resolve('HEAD'), f'{base}/raw')
    return set(store.read_blobs(entry.blob for entry in tree.values()).values())


def balanced(counts: dict[str, int]) -> bool:
    return counts['seen'] == sum(counts[name] for name in counts if name != 'seen')


def dropped(workshop: Workshop, files: dict[str, Path]) -> None:
    """Puts files into the server's repository, as a push does."""
    workshop.commit({path: source.read_bytes() for path, source in files.items()})
    workshop.push()


def checked(rows: list[dict[str, Any]], workshop: Workshop, ingest: Any) -> list[str]:
    """Ingests each file into its own fabric and says what is wrong with the outcome."""
    bases = {row['file']: f'fabrics/f{number:03}' for number, row in enumerate(rows)}
    names = {file: f'{base}/raw/drop.yaml' for file, base in bases.items()}
    dropped(workshop, {names[file]: real.corpus() / file for file in bases})
    wrong = []
    for number, row in enumerate(rows):
        file, base = row['file'], bases[row['file']]
        found = ingest(base)
        counts = found.answer.get('counts', {})
        original = (real.corpus() / file).read_bytes()
        if 'error' in found.answer or not balanced(counts):
            wrong.append(f'{file}: {found.answer.get("error")} {counts}')
        elif original not in bytes_at(workshop, base):
            wrong.append(f'{file}: its bytes are gone')
        elif found.status != expected_status(found.answer):
            wrong.append(f'{file}: exit status {found.status}')
        elif number % SECOND_RUNS == 0 and ingest(base).answer['commit'] is not None:
            wrong.append(f'{file}: the second run made a commit')
    return wrong


def expected_status(answer: dict[str, Any]) -> int:
    if answer['conflicts']:
        return 3
    return int(any(finding['severity'] == 'error' for finding in answer['findings']))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_real_file_by_itself(workshop, ingest):
    rows = entries('wiring')
    assert checked(rows, workshop, ingest) == []
    for number, row in enumerate(rows):
        if row.get('duplicate_ids'):
            continue
        wanted = {doc['id'] for doc in row.get('docs', ()) if doc['expect'] == 'ingest'}
        missing = wanted - identities_at(workshop, f'fabrics/f{number:03}')
        assert len(missing) == DOUBLED.get(row['file'], 0), (row['file'], missing)
    workshop.git('fsck', '--strict', cwd=workshop.server)


@pytest.mark.slow
def test_every_hostile_file_by_itself(workshop, ingest):
    rows = entries('hostile')
    assert checked(rows, workshop, ingest) == []
    for number, row in enumerate(rows):
        found = identities_at(workshop, f'fabrics/f{number:03}')
        assert found - DATED.get(row['file'], set()) == set(row['ingest_ids']), row['file']


@pytest.mark.slow
def test_everything_in_one_drop_through_the_real_program(workshop):
    """One process, one commit: what can be ingested is, what contradicts itself waits."""
    files = [*real.yaml_files('wiring'), *real.yaml_files('hostile')]
    dropped(workshop, {f'fabrics/all/raw/{path.name}': path for path in files})
    before = workshop.count(cwd=workshop.server)
    program = [sys.executable, '-c', 'from hedgehog_gitops.cli import main; main()']
    done = subprocess.run(
        [*program, 'ingest', str(workshop.server), '--fabric-dir', 'fabrics/all', '--json'],
        env={**os.environ, **workshop.environment},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 3 and done.stderr == b''
    answer = json.loads(done.stdout)
    assert balanced(answer['counts']) and answer['counts']['ingested'] > 500
    assert workshop.count(cwd=workshop.server) == before + 1
    assert {path.read_bytes() for path in files} <= bytes_at(workshop, 'fabrics/all')
    settled = identities_at(workshop, 'fabrics/all')
    open_ = {'/'.join(c['resource'].split('/')[i] for i in (2, 1, 3)) for c in answer['conflicts']}
    wanted = {
        doc['id']
        for row in entries('wiring')
        for doc in row.get('docs', ())
        if doc['expect'] == 'ingest'
    }
    assert len(wanted - settled - open_) <= 1


def test_the_file_of_46_documents(workshop, ingest):
    (path,) = (real.corpus() / 'wiring/files').glob('gitops-test-1__fabric-1_raw_prepop__*.yaml')
    dropped(workshop, {'fabrics/one/raw/prepop.yaml': path})
    found = ingest('fabrics/one')
    assert found.status == 0 and found.answer['counts']['ingested'] == 46
    assert len(identities_at(workshop, 'fabrics/one')) == 46
    archived = workshop.show('fabrics/one/raw/prepop.yaml.archived', cwd=workshop.server)
    assert archived == path.read_bytes()


@pytest.mark.slow
def test_file_of_60_megabytes_is_held_and_its_neighbour_ingested(workshop, ingest):
    maker = real.corpus() / 'hostile' / 'make_60mb.py'
    raw = workshop.clone / 'fabrics/big/raw'
    raw.mkdir(parents=True)
    subprocess.run([sys.executable, str(maker), str(raw / 'big.yaml')], check=True)
    small = real.corpus() / 'hostile' / '06-crlf.yaml'
    (raw / 'small.yaml').write_bytes(small.read_bytes())
    workshop.commit({})
    workshop.push()
    found = ingest('fabrics/big')
    assert found.status == 1 and found.answer['counts']['ingested'] == 2
    (finding,) = (f for f in found.answer['findings'] if f['severity'] == 'error')
    assert finding['code'] == 'FileTooLarge' and finding['file'].endswith('raw/big.yaml')
    assert 'fabrics/big/raw/big.yaml' in workshop.files(cwd=workshop.server)


def test_symbolic_links_are_named_and_never_followed(workshop, ingest):
    maker = real.corpus() / 'hostile' / 'make_symlink.sh'
    raw = workshop.clone / 'fabrics/links/raw'
    raw.mkdir(parents=True)
    subprocess.run(['sh', str(maker), str(raw)], check=True)
    workshop.commit({})
    workshop.push()
    found = ingest('fabrics/links')
    assert found.answer['counts']['seen'] == 0
    links = {f['file'] for f in found.answer['findings'] if f['code'] == 'SymbolicLink'}
    assert len(links) == 5
    kept = workshop.git('ls-tree', '-r', 'HEAD', 'fabrics/links/raw', cwd=workshop.server)
    assert kept.count('120000') == 5
