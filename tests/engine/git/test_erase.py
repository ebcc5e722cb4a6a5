"""A local copy is overwritten before it is removed, and is made anew when it is needed."""

from pathlib import Path

import pytest

from hedgehog_gitops.git import GitStore
from hedgehog_gitops.git import erase as erase_room


def test_every_byte_is_overwritten_before_its_file_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / 'store.git'
    (folder / 'objects' / 'pack').mkdir(parents=True)
    large = folder / 'objects' / 'pack' / 'a.pack'
    large.write_bytes(b'secret' * 300_000)
    large.chmod(0o444)
    (folder / 'HEAD').write_bytes(b'ref')
    (folder / 'empty').touch()
    (folder / 'link').symlink_to(tmp_path / 'elsewhere')
    (tmp_path / 'elsewhere').write_text('stays')
    seen: dict[str, bytes] = {}

    def look(path: Path) -> None:
        seen.update((each.name, each.read_bytes()) for each in path.rglob('*') if each.is_file())

    monkeypatch.setattr(erase_room.shutil, 'rmtree', look)
    assert GitStore.erase(folder) == 3
    assert seen['a.pack'] == bytes(1_800_000)
    assert (seen['HEAD'], seen['empty']) == (bytes(3), b'')
    assert not folder.exists()
    assert (tmp_path / 'elsewhere').read_text() == 'stays'


def test_nothing_is_left_and_a_new_copy_can_be_made(tmp_path: Path) -> None:
    folder = tmp_path / 'store.git'
    GitStore.create(folder)
    assert GitStore.erase(folder) > 0
    assert list(tmp_path.iterdir()) == []
    assert GitStore.erase(folder) == 0
    GitStore.open_or_create(folder)
