"""Two lists of changes joined lead to the tree of one list and then the other."""

from hypothesis import given
from hypothesis import strategies as st

from hedgehog_gitops.identity import BlobId, RepoPath, TreeEntry
from hedgehog_gitops.layout import Snapshot
from hedgehog_gitops.plans import Delete, Move, OperationKind, Plan, Write
from hedgehog_gitops.workflows.carry_out import tree_edits
from hedgehog_gitops.workflows.compose import applied, joined

PATHS = [RepoPath(name) for name in 'abcdef']


@st.composite
def change_lists(draw, tree):
    """Changes that make sense on a tree, each path taken up at most once."""
    free = list(draw(st.permutations(PATHS)))
    changes = []
    for _ in range(draw(st.integers(0, 3))):
        path = free.pop()
        entry = tree.entries.get(path)
        kind = draw(st.sampled_from(['write', 'delete', 'move'])) if entry else 'write'
        if kind == 'write':
            content = draw(st.binary(min_size=1, max_size=2))
            changes.append(Write(path, content, 'r', entry.blob if entry else None))
        elif kind == 'delete':
            changes.append(Delete(path, entry.blob, 'r'))
        else:
            target = next((name for name in free if name not in tree.entries), None)
            if target is not None:
                free.remove(target)
                changes.append(Move(path, target, entry.blob, 'r'))
    return changes


@st.composite
def histories(draw):
    names = draw(st.sets(st.sampled_from(PATHS)))
    entries = {name: TreeEntry('100644', BlobId(f'blob-{name}')) for name in names}
    contents = {entry.blob: name.encode() for name, entry in entries.items()}
    tree = Snapshot(None, entries, contents)
    first = draw(change_lists(tree))
    second = draw(change_lists(applied(tree, first)))
    return tree, first, second


@given(histories())
def test_joined_changes_lead_to_the_same_tree(history):
    tree, first, second = history
    apart = applied(applied(tree, first), second).entries
    together = joined(first, second)
    assert applied(tree, together).entries == apart
    for change in together:
        match change:
            case Write(path=path, replaces=stood):
                assert stood in (None, getattr(tree.entries.get(path), 'blob', None))
            case Move(source=path, blob=blob) | Delete(path=path, blob=blob):
                assert tree.entries[path].blob == blob


def test_write_and_move_of_one_path_keep_the_write():
    """A raw file is archived while the documents that were held stay under its name."""
    changes = (Move(PATHS[0], PATHS[1], BlobId('x'), 'r'), Write(PATHS[0], b'rest', 'r'))
    for order in (changes, changes[::-1]):
        edits = tree_edits(Plan(OperationKind.INGESTION, None, 's', order))
        assert edits[PATHS[0]].content == b'rest' and edits[PATHS[1]].blob == 'x'
