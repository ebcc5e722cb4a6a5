"""What a fabric should say, told by a model so small that it can be believed.

For each object what both sides last agreed on and what Git says, as flat dictionaries, and the
edits that wait in NetBox, merged key by key. Used by `simulation_events.py`; knows nothing of the
product.
"""

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import yaml

__all__ = [
    'FIELDS',
    'NAMES',
    'VERSION',
    'Fields',
    'Model',
    'Part',
    'fields_of',
    'objects_of',
    'text_of',
    'with_field',
    'with_note',
]

NAMES = ('one', 'two', 'three', 'four', 'five')
SUBNETS = ('default', 'blue', 'red', 'green')
LABELS = ('owner', 'tier', 'rack', 'site')
FIELDS = (
    *(f'{subnet}.{name}' for subnet in SUBNETS for name in ('subnet', 'gateway', 'vlan')),
    *LABELS,
)
"""What both sides edit: three fields of four subnets, and four labels."""
VERSION = 'apiVersion'

type Fields = dict[str, Any]


@dataclass
class Part:
    """One waiting edit of one user: some fields, or None for the removal of the object.

    `sent`: a worker wrote down that it pushes it. `closed`: another edit follows, so it takes
    nothing more in. `clashed`: it was looked at and could not be merged.
    """

    user: str
    fields: Fields | None
    sent: bool = False
    closed: bool = False
    clashed: bool = False


@dataclass
class Model:
    """One object: what both sides last agreed on, what Git says, and the edits that wait.

    `synced` is Git's side as NetBox last saw it, `dropped` what the last file in raw/ said,
    `notes` are comments somebody wrote into its file. None for an object that is not there.
    `told` are the two sides when their meeting was last counted, `held` whether they clashed.
    """

    base: Fields | None = None
    git: Fields | None = None
    synced: Fields | None = None
    parts: list[Part] = field(default_factory=list)
    dropped: Fields | None = None
    notes: set[str] = field(default_factory=set)
    told: tuple[Fields | None, Fields | None] | None = None
    held: bool = False

    @property
    def gui(self) -> Fields | None:
        """What NetBox says: what was agreed on, with everything that waits on top."""
        said = _copy(self.base)
        for part in self.parts:
            said = None if part.fields is None else {**(said or {}), **part.fields}
        return said

    @property
    def waits(self) -> bool:
        """Whether something of this object is still to be published."""
        return bool(self.parts)

    @property
    def met(self) -> bool:
        """Whether both sides were changed since they agreed, and not to the same."""
        return self.waits and self.git not in (self.base, self.gui)

    @property
    def clashes(self) -> set[str]:
        """What nobody can merge in the edit whose turn it is."""
        return self._clashes_of(self.parts[0]) if self.parts else set()

    @property
    def all_clashes(self) -> set[str]:
        """What nobody can merge in all edits that wait."""
        return self._clashes_of(Part('', self._together()))

    def edit(self, user: str, fields: Fields) -> None:
        """A user changes fields, on top of what waits."""
        last = self.parts[-1] if self.parts else None
        if last is not None and last.fields is not None:
            own = last.user == user and not last.sent and not last.closed
            if last.clashed or own:
                last.fields.update(fields)
                if VERSION in last.fields and self.synced is not None:
                    # Nobody drafts an API version: with a further edit it is the one of Git.
                    last.fields[VERSION] = self.synced[VERSION]
                last.user = user
                return
            last.closed = last.closed or not last.sent
        self.parts.append(Part(user, dict(fields)))

    def remove(self, user: str) -> None:
        """A user deletes the object: what has not begun its way is dropped."""
        self.parts = [part for part in self.parts if part.sent or part.closed]
        if self.git is None and self.base is None and not self.parts:
            return
        self.parts.append(Part(user, None))

    def publish(self) -> bool:
        """The edits go out one by one, up to the first that clashes. Says whether any did."""
        began = len(self.parts)
        while self.parts and not self.clashes:
            part = self.parts.pop(0)
            if part.fields is None:
                self.git = self.base = None
                continue
            self.git = {**(self.git or {}), **part.fields}
            self.base = {**(self.base or {}), **part.fields}
        if not self.parts:
            self._become(self.git)
        return len(self.parts) < began

    def publish_untold(self) -> None:
        """The same, unheard of by NetBox: it goes on from what it knew and what it sent."""
        base, synced, sent = self.base, self.synced, self.sendable()
        self.publish()
        self.synced = synced
        if base is not None and self.base is not None:
            self.base = dict(base)
            for part in sent:
                self.base.update(part.fields or {})

    def sendable(self) -> list[Part]:
        """The edits a worker would push now: all up to the first that clashes."""
        trial = replace(self, parts=list(self.parts), notes=set())
        trial.publish()
        return self.parts[: len(self.parts) - len(trial.parts)]

    def look(self) -> None:
        """NetBox reads Git: what did not arrive waits again, an object nobody edits follows."""
        self.synced = _copy(self.git)
        for number, part in enumerate(self.parts):
            # With a later edit behind it, what was sent in vain stays a commit of its own.
            part.closed = part.closed or (part.sent and number + 1 < len(self.parts))
            part.sent = False
        if self.clashes:
            # A conflict has one NetBox side: what waits behind it becomes part of it.
            self.parts = [Part(self.parts[-1].user, self._together(), clashed=True)]
        if not self.waits:
            self._become(self.git)

    def decide(self, strategy: str) -> None:
        """As a person's decision: a side wins the clashing fields, the others are merged."""
        together, clashes = self._together(), self.all_clashes
        self.parts.clear()
        if clashes == {'*'}:
            gui_wins = strategy == 'gui_wins'
            both = together is not None and self.base is not None
            whole = {**self.base, **together} if both else together
            self._become(whole if gui_wins else self.git)
            return
        assert together is not None and self.git is not None
        wins = {k: v for k, v in together.items() if k not in clashes or strategy == 'gui_wins'}
        self._become({**self.git, **wins})

    def discard(self) -> None:
        """The user drops the draft: NetBox shows what it last read in Git."""
        self.parts.clear()
        self.base = _copy(self.synced)

    def _clashes_of(self, part: Part) -> set[str]:
        if part.fields is None:
            return {'*'} if self.git is not None and self.git != self.base else set()
        if self.base is None:
            return {'*'} if self.git is not None and self.git != part.fields else set()
        if self.git is None:
            return {'*'} if part.fields else set()
        return {
            name
            for name, value in part.fields.items()
            if self.git[name] not in (value, self.base[name])
        }

    def _together(self) -> Fields | None:
        said: Fields | None = {}
        for part in self.parts:
            said = None if part.fields is None else {**(said or {}), **part.fields}
        return said

    def _become(self, agreed: Fields | None) -> None:
        if agreed is None or self.git is None:
            self.notes.clear()
        self.base, self.git, self.synced = _copy(agreed), _copy(agreed), _copy(agreed)


def text_of(name: str, fields: Fields) -> str:
    """A file as a person writes it."""
    lines = [
        f'apiVersion: vpc.githedgehog.com/{fields[VERSION]}',
        'kind: VPC',
        'metadata:',
        f'  name: {name}',
        '  labels:',
        *(f'    {label}: {fields[label]}' for label in LABELS),
        'spec:',
        '  # which pools this takes from',
        '  ipv4Namespace: default',
        '  vlanNamespace: default',
        '  subnets:',
    ]
    for subnet in SUBNETS:
        lines.append(f'    {subnet}:')
        lines += [f'      {key}: {fields[f"{subnet}.{key}"]}' for key in ('subnet', 'gateway')]
        lines.append(f'      vlan: {fields[f"{subnet}.vlan"]}')
    return '\n'.join(lines) + '\n'


def fields_of(value: Any, version: str = '') -> Fields:
    """The model's fields of an object as a mapping; `version` where its text has no line for it."""
    subnets = value['spec']['subnets']
    labels = value['metadata']['labels']
    found = {path: _at(path, subnets, labels) for path in FIELDS}
    return {**found, VERSION: version or value[VERSION].rpartition('/')[2]}


def objects_of(text: str) -> dict[str, Fields]:
    """Every object of a file by its name, read by another parser than the product's."""
    return {name: dict(fields) for name, fields in _objects_of(text)}


@lru_cache(512)
def _objects_of(text: str) -> tuple[tuple[str, Fields], ...]:
    loader = getattr(yaml, 'CSafeLoader', yaml.SafeLoader)
    found = (each for each in yaml.load_all(text, loader) if each)
    return tuple((each['metadata']['name'], fields_of(each)) for each in found)


def with_field(text: str, path: str, value: Any) -> str:
    """The text with one line changed, as a person changes it; a comment behind it stays."""
    if path == VERSION:
        return re.sub(r'(?m)^apiVersion: \S+', f'apiVersion: vpc.githedgehog.com/{value}', text)
    section, _, key = path.rpartition('.')
    section, key = (section, key) if section else ('labels', path)
    lines, inside = text.splitlines(keepends=True), False
    for number, line in enumerate(lines):
        found = re.match(r'( *)([A-Za-z]+):( .*)?\n', line)
        if found is None:
            continue
        if found[2] == section and not (found[3] or '').split('#')[0].strip():
            inside = True
        elif inside and found[2] == key:
            comment = re.search(r' +#.*$', line.rstrip('\n'))
            lines[number] = f'{found[1]}{key}: {value}{comment[0] if comment else ""}\n'
            return ''.join(lines)
    raise AssertionError(f'{path} not in\n{text}')


def with_note(text: str, note: str, chance: Any) -> str:
    """The text with a comment of its own line, or behind a value that has none yet."""
    lines = text.splitlines(keepends=True)
    number = chance.randrange(len(lines))
    if '#' in lines[number] or lines[number].startswith('---') or chance.random() < 0.5:
        indent = re.match(' *', lines[number])[0]
        lines.insert(number, f'{indent}# {note}\n')
    else:
        lines[number] = f'{lines[number].rstrip()}  # {note}\n'
    return ''.join(lines)


def _at(path: str, subnets: Any, labels: Any) -> Any:
    subnet, _, key = path.rpartition('.')
    return subnets[subnet][key] if subnet else labels[path]


def _copy(fields: Fields | None) -> Fields | None:
    return dict(fields) if fields is not None else None
