"""Cutting a stream and joining it: no byte is lost, each piece means what it meant in place."""

import gc

import pytest

from hedgehog_gitops.documents import cut, join, read, same
from hedgehog_gitops.findings import Severity
from hedgehog_gitops.identity import RepoPath

from ...corpus import yaml_files


def pieces(data: bytes) -> list[bytes]:
    stream = cut(data)
    assert stream.whole, stream.findings
    texts = [data[piece.start : piece.end] for piece in stream.pieces]
    assert b''.join(texts) == data
    assert [piece.index for piece in stream.pieces] == list(range(len(texts)))
    for piece in stream.pieces:
        assert piece.line == 1 + data[: piece.start].count(b'\n')
    return texts


@pytest.mark.parametrize(
    'texts',
    [
        [b''],
        [b'# only a comment\n'],
        [b'\xef\xbb\xbf'],
        [b'a: 1'],
        [b'a: 1\n', b'---\nb: 2\n'],
        [b'---\na: 1\n', b'---\nb: 2'],
        [b'---\n', b'---\n', b'---\n'],
        [b'a: 1\n...\n', b'---\nb: 2\n'],
        [b'a: 1\n... # end\n', b'# of b\n%YAML 1.1\n---\nb: 2\n'],
        [b'a: 1\n...\n...\n'],
        [b'%YAML 1.1\n%TAG !e! tag:example.com,2000:\n---\na: 1\n', b'---\nb: 2\n'],
        [b'a: |\n  text\n  ---\n  more\n', b'---\nb: "x\n  --- y"\n'],
        ['\ufeffa: é𝄞\n'.encode(), '---\nb: ü # ö\n'.encode(), b'---\nc: 3\n'],
        [b'a: 1\r\n', b'---\r\nb: 2\r\n'],
        [b'{"a": 1}\n', b'---\n{"b": 2}\n'],
        [b'--- {a: 1}\n', b'--- |\n  text\n', b'--- # comment\nc: 1\n'],
        # Banners go with what they announce.
        [b'a: 1\n', b'# banner\n---\nb: 2\n'],
        [b'a: 1\n\n', b'# one\n# two\n---\nb: 2\n'],
        [b'a:\n  b: 1 # same line\n', b'# banner\n---\nb: 2\n'],
        [b'a: |\n  text\n\n', b'# banner\n---\nb: 2\n'],
        [b'a: |+\n  text\n\n', b'# banner\n---\nb: 2\n'],
        [b'a:\n', b'# banner\n---\nb: 2\n'],
        [b'a: {b: 1\n}\n', b'# banner\n---\nb: 2\n'],
        [b'a: 1\r\n\r\n', b'# banner\r\n---\r\nb: 2\r\n'],
        ['a: é\n\n'.encode(), '# ü\n---\nb: 2\n'.encode()],
        # In doubt they stay.
        [b'a: 1\n# above a blank line\n\n', b'---\nb: 2\n'],
        [b'a: 1\n  # c: 2\n# d: 3\n', b'---\nb: 2\n'],
        [b'---\n# nothing but a comment\n', b'---\nb: 2\n'],
    ],
)
def test_pieces(texts: list[bytes]) -> None:
    assert pieces(b''.join(texts)) == texts
    assert join(texts) == b''.join(texts)


@pytest.mark.parametrize('text', [b'--- {a: 1}\n', b'a: 1\n--- |\n  b\n', b'--- !!map\na: 1\n'])
def test_content_on_the_separator_is_read_with_a_finding(text: bytes) -> None:
    reading = read(text)
    assert all(document.good for document in reading.documents)
    (finding,) = reading.findings
    assert (finding.code, finding.severity) == ('SeparatorHoldsContent', 'warning')
    assert finding.line == text[: text.index(b'---')].count(b'\n') + 1


@pytest.mark.parametrize('text', [b'---\na: 1\n', b'--- # comment\na: 1\n', b'---  \na: 1\n'])
def test_bare_separator_gives_no_finding(text: bytes) -> None:
    assert read(text).findings == ()


@pytest.mark.parametrize(
    ('data', 'code', 'line', 'column'),
    [
        (b'a: 1\n...\nb: 2\n', 'YamlSyntax', 3, 1),
        (b'{"a": 1}\n{"b": 2}\n', 'YamlSyntax', 2, 1),
        (b'a: 1\n\tb: 2\n', 'YamlSyntax', 2, 1),
        (b'a: 1\n---\nb: {c: 1\n', 'YamlSyntax', 4, 1),
        (b'a: {b: 1}}\n', 'YamlSyntax', 1, 10),
        (b'a: b: c\n', 'YamlSyntax', 1, 5),
        (b'a: "\\ud800"\n', 'YamlSyntax', 1, 7),
        (b'a: 1\nb: \x07\n', 'YamlSyntax', 2, 4),
        (b'a: 1\nb: \x00\n', 'YamlSyntax', 2, 4),
        (b'a: 1\nb: \xff\n', 'NotUtf8', 2, 4),
        ('a: 1\n'.encode('utf-16'), 'NotUtf8', 1, 1),
        ('a: 1\n'.encode('utf-16-le'), 'NotUtf8', 1, 1),
    ],
)
def test_what_cannot_be_cut_is_one_held_object(
    data: bytes, code: str, line: int, column: int
) -> None:
    reading = read(data)
    assert (reading.whole, reading.documents) == (False, ())
    (finding,) = reading.findings
    assert (finding.code, finding.line, finding.column) == (code, line, column)
    stream = cut(data)
    assert (stream.whole, stream.pieces) == (False, ())


def test_two_readings_of_a_carriage_return() -> None:
    assert [document.value for document in read(b'a: 1\r---\rb: 2\r').documents] == [
        {'a': 1},
        {'b': 2},
    ]


def test_join_puts_in_what_is_missing() -> None:
    assert join([b'vlan: 100', b'---\na: 1\n']) == b'vlan: 100\n---\na: 1\n'
    assert join([b'a: 1\n', b'b: 2\n', b'# c\nc: 3']) == b'a: 1\n---\nb: 2\n---\n# c\nc: 3'
    assert join([b'a: 1\r\n', b'b: 2\r\n']) == b'a: 1\r\n---\r\nb: 2\r\n'
    assert join([b'a: 1\n', b'\xef\xbb\xbfb: 2\n']) == b'a: 1\n---\nb: 2\n'
    assert join([b'a: 1\n', b'%YAML 1.1\n---\nb: 2\n']) == b'a: 1\n...\n%YAML 1.1\n---\nb: 2\n'
    assert join([]) == b''


@pytest.mark.slow
def test_no_byte_of_the_corpus_is_lost_and_pieces_keep_their_meaning() -> None:
    cut_files = 0
    for path in yaml_files():
        data = path.read_bytes()
        reading = read(data)
        if not reading.whole:
            continue
        cut_files += 1
        texts = pieces(data)
        assert join(texts) == data, path
        assert [document.text for document in reading.documents] == texts
        for document in reading.documents:
            (alone,) = read(document.text).documents
            assert same(alone.value, document.value), path
    assert cut_files > 800


def test_positions_are_those_of_the_file() -> None:
    data = '\ufeff# é\na: 1\n\n# banner\n---\nspec:\n  list:\n  - x: é\n  - {z: 2}\n'.encode()
    _, document = read(data).documents
    assert document.line == 4
    assert document.position(()) == (6, 1)
    assert document.position(('spec',)) == (6, 1)
    assert document.position(('spec', 'list', 1)) == (9, 5)
    assert document.position(('spec', 'list', 1, 'z')) == (9, 6)
    assert document.position(('spec', 'nothing')) is None
    assert document.position(('spec', 'list', 7)) is None


def test_position_of_a_merged_field_is_the_merge() -> None:
    (document,) = read(b'a: &a {b: 1}\nc:\n  <<: *a\n  d: *a\n').documents
    assert document.position(('c', 'b')) == (3, 3)
    assert document.position(('c', 'd', 'b')) == (4, 3)


def test_json_is_read() -> None:
    data = b'{\r\n\t"apiVersion": "v1",\n\t"list": [1, 2.50, true, null, "a\\/b\\u00e9"]\n}\n'
    (document,) = read(data).documents
    assert document.value == {'apiVersion': 'v1', 'list': [1, 2.5, True, None, 'a/bé']}
    assert read(b'# comment\n{"a": 1}').documents[0].value == {'a': 1}


def test_collector_rests_only_while_reading() -> None:
    assert gc.isenabled()
    read(b'a: [')
    assert gc.isenabled()
    gc.disable()
    try:
        read(b'a: 1')
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_file_is_named_in_every_finding() -> None:
    for data in (b'a: [', b'a: 1\na: 2\n', b'--- {a: 1}\n', b'\xff'):
        reading = read(data, file=RepoPath('raw/x.yaml'))
        assert [finding.file for finding in reading.findings] == ['raw/x.yaml']


@pytest.mark.parametrize(
    ('text', 'code', 'document', 'line'),
    [
        ('a: 1\r---\rb: 2\r', 'SeparatorNotSeen', 1, 2),
        ('a: 1\u2028---\u2028b: 2\n', 'SeparatorNotSeen', 1, 2),
        ('%YAML 1.1\n---\na: 1\n', 'DirectiveRefused', 0, 1),
        ('a: 1\n...\n%TAG !e! tag:e,2000:\n---\nb: 2\n', 'DirectiveRefused', 1, 3),
        ('a: 1\n--- {b: 2}\n', 'SeparatorHoldsContent', 1, 2),
        ('a: 1\n--- |\n b\n', 'SeparatorHoldsContent', 1, 2),
        ('---a: 1\n', 'SeparatorLike', 0, 1),
        ('a: 1\n---\nkey: "\n-----END KEY-----\n"\n', 'SeparatorLike', 1, 4),
        ('a: 1\n---\x85b: 2\n', 'SeparatorLike', 1, 2),
    ],
)
def test_where_kubernetes_cuts_otherwise(text: str, code: str, document: int, line: int) -> None:
    reading = read(text.encode())
    assert reading.whole and all(document.good for document in reading.documents)
    (finding,) = reading.findings
    assert (finding.code, finding.document, finding.line) == (code, document, line)
    assert finding.severity is Severity.WARNING and finding.suggestion


@pytest.mark.parametrize(
    'text',
    [
        'a: 1\n---\nb: 2\n',
        'a: 1\r\n--- \r\nb: 2\r\n',
        '\ufeff---\na: 1\n--- # comment\nb: |\n  ---\n  ---x\n',
        'a: 1\n...\n---\nb: " ---x"\n',
        '# banner\n\n---\n# only\n---\t\nb: 2\n',
    ],
)
def test_where_kubernetes_cuts_the_same(text: str) -> None:
    assert read(text.encode()).findings == ()


def test_a_mark_at_the_beginning_of_a_line_holds_its_document() -> None:
    text = 'a: 1\n---\n\n\ufeffb: 2\n---\nc: "\ufeff"\n'
    reading = read(text.encode())
    assert [document.good for document in reading.documents] == [True, False, True]
    (finding,) = reading.findings
    assert (finding.code, finding.document, finding.line) == ('MarkInside', 1, 4)


def test_further_ends_belong_to_the_document_they_follow() -> None:
    reading = read(b'a: 1\n...\n\n# gone\n...\n---\nb: 2\n')
    first, second = (document.text for document in reading.documents)
    assert (first, second) == (b'a: 1\n...\n\n# gone\n...\n', b'---\nb: 2\n')
    assert [document.line for document in reading.documents] == [1, 6]
    assert [read(text).whole for text in (first, second)] == [True, True]
