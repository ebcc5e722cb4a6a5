"""A fabric's folder as it looks after years: copies, dumps, backups, half-done changes.

Made from objects that lie in managed/ in good order; the same seed makes the same mess. What is
right is known: for every object with several descriptions the file that wins, or None for a person.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from hedgehog_gitops.documents import read
from hedgehog_gitops.kinds import identify

__all__ = ['Mess', 'mess_of']

type Makes = Callable[['Mess', str, str, bytes], None]


@dataclass
class Mess:
    """The files below the fabric's folder, and the winner of every group by its identity."""

    files: dict[str, bytes] = field(default_factory=dict)
    winners: dict[str, str | None] = field(default_factory=dict)
    chance: Random = field(default_factory=lambda: Random(1))

    def put(self, path: str, text: bytes) -> None:
        """Puts a document into a file, behind those that are in it."""
        before = self.files.get(path)
        self.files[path] = text if before is None else before.rstrip(b'\n') + b'\n---\n' + text


def mess_of(managed: Mapping[str, bytes], seed: int = 1, share: float = 0.4) -> Mess:
    """The files below managed/ (path -> bytes, one object each) with a mess made of a share."""
    mess = Mess({f'managed/{path}': text for path, text in managed.items()})
    mess.chance = Random(seed)
    for path, text in managed.items():
        if mess.chance.random() < share:
            key = str(identify(read(text).documents[0].value).key)
            make = mess.chance.choices([make for make, _ in _SORTS], [n for _, n in _SORTS])[0]
            make(mess, key, path, text)
    return mess


def backup(mess: Mess, key: str, path: str, text: bytes) -> None:
    """Somebody copied the folder before a change."""
    mess.put(f'backup/2024/managed/{path}', text)
    mess.winners[key] = f'managed/{path}'


def reformatted(mess: Mess, key: str, path: str, text: bytes) -> None:
    """An editor or a tool wrote it anew."""
    value = read(text).documents[0].value
    if mess.chance.random() < 0.3:
        mess.files[f'export/{path.removesuffix(".yaml")}.json'] = json.dumps(value).encode()
    else:
        mess.put(f'old/{path}', b'# exported\r\n' + text.replace(b'\n', b'\r\n'))
    mess.winners[key] = f'managed/{path}'


def example(mess: Mess, key: str, path: str, text: bytes) -> None:
    """An example with other values."""
    mess.put(f'examples/{_name(path)}', _labelled(text, b'demo'))
    mess.winners[key] = f'managed/{path}'


def dumped(mess: Mess, key: str, path: str, text: bytes) -> None:
    """`kubectl get -o yaml` of many, in one file."""
    mess.put(f'dumps/day-{mess.chance.randint(1, 3)}.yaml', text)
    mess.winners[key] = f'managed/{path}'


def planned(mess: Mess, key: str, path: str, text: bytes) -> None:
    """What production is to become, in a folder of its own."""
    new = f'production/{_name(path)}'
    mess.put(new, _labelled(text, b'change'))
    mess.winners[key] = new


def staged(mess: Mess, key: str, path: str, text: bytes) -> None:
    """Three generations, none of them in managed/."""
    del mess.files[f'managed/{path}']
    name = _name(path)
    mess.put(f'production/{name}', text)
    mess.put(f'examples/{name}', text)
    mess.put(f'templates/plain/{name}', _labelled(text, b'plain'))
    mess.winners[key] = f'production/{name}'


def by_name(mess: Mess, key: str, path: str, text: bytes) -> None:
    """Two files in one folder of people's own; their names tell."""
    del mess.files[f'managed/{path}']
    folder = f'site/{_name(path).removesuffix(".yaml")}'
    mess.put(f'{folder}/main.yaml', text)
    mess.put(f'{folder}/template.yaml', text)
    mess.winners[key] = f'{folder}/main.yaml'


def copied(mess: Mess, key: str, path: str, text: bytes) -> None:
    """`x.yaml` and `x (copy).yaml`: nobody but a person knows."""
    del mess.files[f'managed/{path}']
    name = _name(path).removesuffix('.yaml')
    mess.put(f'site/{name}.yaml', text)
    mess.put(f'site/{name} (copy).yaml', _labelled(text, b'copy'))
    mess.winners[key] = None


def put_away(mess: Mess, key: str, path: str, text: bytes) -> None:
    """A copy in unmanaged/, which nobody touches unasked."""
    mess.put(f'unmanaged/{_name(path)}', text)
    mess.winners[key] = None


def renamed(mess: Mess, key: str, path: str, text: bytes) -> None:
    """The same content under another name: not a duplicate."""
    name = key.rpartition('/')[2].encode()
    mess.put(f'site/new-{_name(path)}', text.replace(b'name: ' + name, b'name: ' + name + b'x', 1))


_SORTS: tuple[tuple[Makes, int], ...] = (
    (backup, 18), (reformatted, 16), (example, 14), (dumped, 16), (planned, 12), (staged, 8),
    (by_name, 6), (copied, 3), (put_away, 2), (renamed, 5),
)  # fmt: skip


def _name(path: str) -> str:
    return path.rpartition('/')[2]


def _labelled(text: bytes, name: bytes) -> bytes:
    """The object with one label more, so that it does not mean the same."""
    label = b'    ' + name + b': "1"\n'
    if b'  labels:\n' in text:
        return text.replace(b'  labels:\n', b'  labels:\n' + label, 1)
    return text.replace(b'metadata:\n', b'metadata:\n  labels:\n' + label, 1)
