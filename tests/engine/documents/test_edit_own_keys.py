"""Own keys beside `<<`, and keys written with `?`: edited in place like any other."""

from hedgehog_gitops.documents import Edited, edit_document

from .test_edit import check_set

MERGING = 'b: &b {x: 1}\nk: # c\n  # of it\n  <<: *b # all\n  z: 2 # z\n  v: 3\n'


def test_the_own_keys_of_a_merging_mapping_are_edited_in_place() -> None:
    check_set(MERGING, ('k', 'z'), 3, MERGING.replace('z: 2', 'z: 3'))
    check_set(MERGING, ('k', 'w'), 3, MERGING + '  w: 3\n')
    gone = edit_document(MERGING.encode(), {'b': {'x': 1}, 'k': {'x': 1, 'v': 3}})
    assert gone == Edited(MERGING.replace('  z: 2 # z\n', '').encode(), 0)
    text = 'b: &b {x: 1}\n<<: *b\nz: 2 # z\n'
    check_set(text, ('z',), 3, text.replace('2', '3'))
    text = 'b: &b {x: 1}\nk: {<<: *b, z: 2}\n'
    check_set(text, ('k', 'z'), 3, text.replace('2', '3'))


def test_what_a_mapping_merged_gives_way_to_a_key_of_its_own() -> None:
    text = 'b: &b {x: 1} # b\nk: # c\n  # of k\n  <<: *b # all\n  z: 2\n'
    check_set(text, ('k', 'x'), 3, f'{text}  x: 3\n')
    check_set('b: &b {x: 1}\nk: {<<: *b}\n', ('k', 'x'), 3, 'b: &b {x: 1}\nk: {<<: *b, x: 3}\n')


def test_what_a_mapping_merged_is_written_out_where_some_of_it_goes() -> None:
    text = 'b: &b {x: 1}\nk: # c\n  <<: *b\n  z: 2\n'
    edited = edit_document(text.encode(), {'b': {'x': 1}, 'k': {'z': 2}})
    assert edited.level == 1 and 'merge stands here (line 3, column 3)' in edited.why


QUESTIONS = 's:\n  ? a # of a\n  # below\n  : b: 1 # one\n    c: 2\n  ? d\n  : 4\n  e: 5\n'


def test_a_key_written_with_a_question_mark_is_edited_in_place() -> None:
    check_set(QUESTIONS, ('s', 'a', 'b'), 7, QUESTIONS.replace('b: 1', 'b: 7'))
    check_set(QUESTIONS, ('s', 'd'), 7, QUESTIONS.replace(': 4', ': 7'))
    check_set(QUESTIONS, ('s', 'f'), 7, QUESTIONS + '  f: 7\n')
    left = {'s': {'a': {'b': 1, 'c': 2}, 'e': 5}}
    assert edit_document(QUESTIONS.encode(), left) == Edited(
        QUESTIONS.replace('  ? d\n  : 4\n', '').encode(), 0
    )
    last = {'s': {'e': 5}}
    assert edit_document(QUESTIONS.encode(), last) == Edited(b's:\n  e: 5\n', 0)
