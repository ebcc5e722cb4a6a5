"""All of the corpus through the real command on a real repository: every document is somewhere.

Each file gets a fabric of its own, the archive strategies take turns, and each repository of the
corpus is onboarded with all its YAML. Whatever became of a document, its bytes are looked for: in
a managed file with nothing but our annotations between its lines, in unmanaged/, in what stayed in
raw/, or, where the object's file says the same already, in the original the log names.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hedgehog_gitops.cli import run
from hedgehog_gitops.documents import Document, read
from hedgehog_gitops.identity import BlobId, RepoPath
from hedgehog_gitops.kinds import Disposition, identify
from hedgehog_gitops.layout import ArchiveStrategy, read_log

from .. import corpus as real
from ..engine.workshop import Workshop

STRATEGIES = list(ArchiveStrategy)

# Labelled by a parser that takes the last of two equal keys; such a document is held here.
DOUBLED = {'wiring/snippets/docs-vpcs-6b4ace66.yaml': 1}
# A plain date is a string to Kubernetes, whatever a parser of YAML 1.1 makes of it.
DATED = {'hostile/15-non-string-names.yaml': {'default/Server/2025-01-01'}}
# Free to decide, says the corpus; this is what was decided.
DECIDED = {'hostile/10-kind-list.yaml': 'the items of a List are ingested as documents'}


@dataclass(frozen=True)
class Ingested:
    """One fabric after the command: what it answered, and every file below its folder."""

    status: int
    answer: dict[str, Any]
    files: Mapping[str, bytes]
    originals: Mapping[str, list[bytes]]

    @property
    def counts(self) -> dict[str, int]:
        return dict(self.answer['counts'])

    @property
    def identities(self) -> set[str]:
        """What lies in managed/, as the corpus writes it."""
        keys = [
            identify(document.value).key
            for path, data in self.below('managed')
            for document in read(data).documents
        ]
        return {f'{key.namespace}/{key.kind}/{key.name}' for key in keys if key}

    def below(self, folder: str) -> Iterator[tuple[str, bytes]]:
        for path, data in self.files.items():
            if path.startswith(f'{folder}/') and not path.endswith('.gitkeep'):
                yield path, data


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workshop:
    made = Workshop.made(tmp_path)
    for name, value in made.environment.items():
        monkeypatch.setenv(name, value)
    return made


class Command:
    """The command on the server's repository, answering with what stands there afterwards."""

    def __init__(self, workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> None:
        self.workshop, self.capsys = workshop, capsys

    def __call__(self, base: str, verb: str, *options: str) -> Ingested:
        self.capsys.readouterr()
        status = run([verb, str(self.workshop.server), *options, '--json'])
        answer = json.loads(self.capsys.readouterr().out)
        assert 'error' not in answer, answer
        counts = dict(answer.get('counts', {}))
        assert counts.pop('seen', 0) == sum(counts.values())
        return Ingested(status, answer, *self.standing(base))

    def standing(self, base: str) -> tuple[Mapping[str, bytes], Mapping[str, list[bytes]]]:
        store = self.workshop.store.open(self.workshop.server)
        head = store.resolve('HEAD')
        assert head is not None
        tree = store.list_tree(head, RepoPath(base))
        contents = store.read_blobs(entry.blob for entry in tree.values())
        files = {path.removeprefix(f'{base}/'): contents[e.blob] for path, e in tree.items()}
        named: dict[str, list[BlobId]] = {}
        for entry in read_log(files['.hnp/archive-log.yaml']):
            if entry.operation == 'ingestion':
                named.setdefault(entry.original_file, []).append(entry.original_blob)
        kept = store.read_blobs(blob for blobs in named.values() for blob in blobs)
        return files, {path: [kept[blob] for blob in blobs] for path, blobs in named.items()}


@pytest.fixture
def command(workshop: Workshop, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(workshop, capsys)


def entries(section: str) -> list[dict[str, Any]]:
    return [row for row in real.manifest()[section] if row.get('expected') != 'script']


def each_by_itself(
    rows: list[dict[str, Any]], workshop: Workshop, command: Command
) -> Iterator[tuple[dict[str, Any], Ingested]]:
    """Drops every file into a fabric of its own, ingests it, and looks for every document."""
    bases = [f'fabrics/f{number:03}' for number in range(len(rows))]
    files: dict[str, str | bytes | None] = {}
    for number, (row, base) in enumerate(zip(rows, bases, strict=True)):
        files[f'{base}/raw/drop.yaml'] = (real.corpus() / row['file']).read_bytes()
        strategy = STRATEGIES[number % len(STRATEGIES)]
        files[f'{base}/.hnp/manifest.yaml'] = (
            f'fabric_name: F\nfabric_slug: f\narchive_strategy: {strategy}\n'
        )
    workshop.commit(files)
    workshop.push()
    for row, base in zip(rows, bases, strict=True):
        found = command(base, 'ingest', '--fabric-dir', base)
        data = (real.corpus() / row['file']).read_bytes()
        lost = list(not_found(data, 'raw/drop.yaml', found))
        assert not lost, (row['file'], lost)
        yield row, found


def not_found(data: bytes, name: str, found: Ingested) -> Iterator[str]:
    """What of one dropped file is nowhere."""
    kept = [content for _, content in found.below('raw')]
    kept += [content for _, content in found.below('.hnp/archive')]
    if data not in [*kept, *found.originals.get(name, ())]:
        yield 'the whole file'
    reading = read(data)
    if not reading.whole and data not in kept:
        yield 'the file that could not be cut'
    for document in reading.documents:
        if not is_somewhere(document, found):
            yield f'document {document.index}'


def is_somewhere(document: Document, found: Ingested) -> bool:
    if document.empty:
        return True
    what = identify(document.value) if document.good else None
    if what is not None and what.disposition is Disposition.LIST:
        return True
    if any(
        document.text.strip() in data
        for _, data in (*found.below('raw'), *found.below('unmanaged'))
    ):
        return True
    if what is None or what.key is None:
        return False
    lines = document.text.strip(b'\r\n').splitlines()
    for path, data in found.below('managed'):
        there = iter(data.splitlines())
        if path.startswith(f'managed/{what.kind.plural if what.kind else ""}/') and all(
            line in there for line in lines
        ):
            return True
    # A further document of the same object and meaning: its file stands, its bytes are archived.
    return f'{what.key.namespace}/{what.key.kind}/{what.key.name}' in found.identities


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_real_file(workshop: Workshop, command: Command) -> None:
    for row, found in each_by_itself(entries('wiring'), workshop, command):
        check_real(row, found)
    workshop.git('fsck', '--strict', cwd=workshop.server)


def check_real(row: Mapping[str, Any], found: Ingested) -> None:
    errors = [f for f in found.answer['findings'] if f['severity'] == 'error']
    if row['parse'] != 'ok':
        assert errors, row['file']
        assert found.counts['ingested'] == 0, row['file']
        return
    wanted = {doc['id'] for doc in row['docs'] if doc['expect'] == 'ingest'}
    missing = wanted - found.identities
    if row['duplicate_ids']:
        open_ = {key_of(conflict['resource']) for conflict in found.answer['conflicts']}
        assert missing <= open_, row['file']
    else:
        assert len(missing) == DOUBLED.get(row['file'], 0), (row['file'], missing)
    rejected = row['expected'].get('reject', 0)
    assert found.counts['held'] >= rejected, row['file']
    assert found.counts['empty'] >= row['expected'].get('empty', 0), row['file']


def key_of(resource: str) -> str:
    _, kind, namespace, name = resource.split('/')
    return f'{namespace}/{kind}/{name}'


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_hostile_file(workshop: Workshop, command: Command) -> None:
    free = set()
    for row, found in each_by_itself(entries('hostile'), workshop, command):
        identities = found.identities - DATED.get(row['file'], set())
        assert identities == set(row['ingest_ids']), row['file']
        if row['policy']:
            free.add(row['file'])
        counts, conflicts = found.counts, found.answer['conflicts']
        seen = {
            'ingest': found.status == 0 and counts['ingested'],
            'partial': counts['ingested'] and counts['held'] + counts['unmanaged'],
            'reject': found.status == 1 and counts['held'],
            'skip': found.status == 0 and counts['empty'],
            'conflict': found.status == 3 and conflicts,
        }
        assert seen[row['expected']], row['file']
    assert free == set(DECIDED)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_repository_is_onboarded(
    workshop: Workshop, command: Command, tmp_path: Path
) -> None:
    for number, row in enumerate(real.manifest()['repos']):
        there = tmp_path / f'repo-{number}'
        workshop.git('clone', '--quiet', str(real.corpus() / row['file']), str(there))
        base = f'fabrics/r{number}'
        files = yaml_below(there)
        # A fabric may not hold a fabric, so what an earlier plugin wrote of its own stays out.
        dropped = {name: data for name, data in files.items() if '.hnp/' not in name}
        hidden = {name: data for name, data in files.items() if '/.' in f'/{name}'}
        assert dropped
        workshop.commit({f'{base}/{name}': data for name, data in dropped.items()})
        workshop.push()
        found = command(base, 'init', '--fabric', f'R{number}', '--directory', base)
        for name, data in dropped.items():
            if name in hidden:
                assert found.files[name] == data
                continue
            lost = list(not_found(data, f'raw/{name}', found))
            assert not lost, (row['file'], name, lost)
        tip = row['tip']
        total = tip['documents'] + tip.get('parse_error', 0)
        unseen = sum(len(read(data).documents) for data in hidden.values())
        assert found.counts['seen'] >= total - unseen, row['file']
        again = run(['ingest', str(workshop.server), '--fabric-dir', base, '--json'])
        assert again == (3 if found.answer['conflicts'] else found.status)
        workshop.git('pull', '--quiet')


def yaml_below(folder: Path) -> dict[str, bytes]:
    """Every YAML file of a clone."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob('*'))
        if path.is_file() and path.suffix in ('.yaml', '.yml') and '.git' not in path.parts
    }
