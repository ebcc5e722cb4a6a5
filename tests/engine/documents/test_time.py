"""Texts over which a careless pattern thinks for years; the tests' own time limit is the bound."""

import pytest

from hedgehog_gitops.documents import CannotEdit, Value, edit_document, emit, read

MARKS = '# ' * 60


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    'text',
    [
        f'? a\n{MARKS}\nb: 1\n',
        f'a: [1, {MARKS}\n  2 {MARKS}\n  ]\nb: 1\n',
        f'a:\n{MARKS}\n- 1 {MARKS}\n- 2\nb: 1\n',
        f'a: &x {MARKS}\n  c: 1\nb: 1\n',
        f'a: !!map {MARKS}\n{MARKS}\n  c: 1\nb: 1\n',
    ],
)
@pytest.mark.parametrize('wanted', [{'b': 2}, {'a': [2]}, {'a': [1, 2, 3]}, {'a': None}])
def test_comments_full_of_marks(text: str, wanted: dict[str, Value]) -> None:
    (document,) = read(text.encode()).documents
    assert isinstance(document.value, dict)
    value = {**document.value, **wanted}
    try:
        edited = edit_document(text.encode(), value)
    except CannotEdit:
        return
    assert read(edited.text).documents[0].value == value


@pytest.mark.timeout(60)
@pytest.mark.parametrize('part', ['1', '0', '1_', '1:', '0x', '.1', '-', '# ', ': ', '\\', '2024-'])
def test_long_words_that_begin_like_a_number(part: str) -> None:
    value = {'a': part * 200_000 + 'x'}
    assert read(emit(value)).documents[0].value == value
