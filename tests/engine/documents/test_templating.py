"""Templates are told as what they are, wherever the parser would have stumbled over them."""

import pytest

from hedgehog_gitops.documents import read


@pytest.mark.parametrize(
    ('text', 'whole', 'line', 'column'),
    [
        ('name: {{ .Values.name }}\n', True, 1, 7),
        ('a: 1\nb: {{ x }}-leaf\n', False, 2, 4),
        ('{{- if .Values.on }}\na: 1\n{{- end }}\n', False, 1, 1),
        ('{% for x in y %}\na: 1\n{% endfor %}\n', False, 1, 1),
        ('a:\n  - {{ x }}\n', True, 2, 5),
        ('ü: {{ x }}\n', True, 1, 4),
        ('"a:b": {{ x }}\n', True, 1, 8),
        ('default: {subnet: {{ .Values.subnet }}}\n', True, 1, 19),
        ('a: 1\nb: [1, {{ .x }}-y]\n', False, 2, 8),
        ('a: [{{- $x }}, 1]\n', False, 1, 5),
        ('a: 1\r\n---\r\nb:\r\n    {{- toYaml . | nindent 4 }}\r\n', False, 4, 5),
    ],
)
def test_a_template_is_told(text: str, whole: bool, line: int, column: int) -> None:
    reading = read(text.encode())
    assert reading.whole is whole
    (finding,) = reading.findings
    assert (finding.code, finding.line, finding.column) == ('TemplateText', line, column)
    assert 'helm template' in finding.message


def test_only_the_document_with_the_template_is_bad() -> None:
    one, other = read(b'a: 1\n---\nb: {{ x }}\n').documents
    assert one.good
    assert not other.good
    assert (other.findings[0].document, other.findings[0].line) == (1, 3)


@pytest.mark.parametrize(
    'text',
    ['a: "{{ x }}"\n', "a: '{% x %}'\n", 'a: |\n  {{ x }}\n', 'a: b {{ x }}\n', 'a: {b: {c: 1}}\n'],
)
def test_braces_in_text_are_text(text: str) -> None:
    (document,) = read(text.encode()).documents
    assert document.good


@pytest.mark.parametrize(
    'text',
    ['a: "{{ x }}"\nb: [\n', 'a: {{b: 1}: 2}\n', 'a: {c: {{b: 1}}}\n', '# {{ x }}\n{[1]: 2}\n'],
)
def test_other_mistakes_keep_their_names(text: str) -> None:
    codes = {finding.code for finding in read(text.encode()).findings}
    assert codes <= {'YamlSyntax', 'CollectionKey'}
    assert codes
