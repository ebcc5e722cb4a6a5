"""What people do in a simulation: push from their clones, edit and decide in NetBox."""

import uuid

from netbox_hedgehog.jobs import enqueue_undo, enqueue_upload
from netbox_hedgehog.models import HedgehogResource, SyncOperation
from netbox_hedgehog.sync.outbox import Editor
from netbox_hedgehog.sync.resolution import Decision
from netbox_hedgehog.sync.resolve import resolve
from netbox_hedgehog.sync.runner import work_off
from netbox_hedgehog.sync.uploads import DroppedFile

from .builders import GROUP
from .git_case import BASE, logger
from .simulation_means import MANAGED, Means, spec_of, split
from .simulation_model import FIELDS, VERSION, objects_of, text_of, with_field, with_note

__all__ = ['People']


class People(Means):
    """Each event does something to the product and the same to the model."""

    # People with a clone

    def person_changes(self) -> None:
        name = self.some(lambda model: model.git is not None)
        if name:
            self.git_sets(name, self.a_field(name))

    def person_notes(self) -> None:
        name = self.some(lambda model: model.git is not None)
        if name:
            note = f'note {self.value("note")}'
            path, text = self.file_of(name)
            # Of two objects in a file it is this one's: it goes with it.
            before, rest = split(text, name)
            own, mark, after = rest.partition('---\n')
            own = with_note(own, note, self.chance)
            self.person.push({path: f'{before}{own}{mark}{after}'.encode()})
            self.models[name].notes.add(note)

    def person_moves(self) -> None:
        """An object's file goes to another folder, or into the file of another object."""
        name, other = (self.some(lambda model: model.git is not None) for _ in '12')
        if not name:
            return
        path, text = self.file_of(name)
        target, there = self.file_of(other)
        if objects_of(text).keys() != {name}:
            return
        self.say(f'{name} to {other}')
        if path == target:
            self.person.push({path: None, f'{MANAGED}/moved/{name}.yaml': text.encode()})
        else:
            self.person.push({path: None, target: f'{there}---\n{text}'.encode()})

    def person_removes(self) -> None:
        name = self.some(lambda model: model.git is not None and not model.clashes)
        if name:
            path, text = self.file_of(name)
            if objects_of(text).keys() == {name}:
                self.say(name)
                self.person.push({path: None})
                self.gone(name)

    def person_creates(self) -> None:
        name = self.some(lambda model: model.git is None and model.base is None)
        if name and name not in self.drops:
            fields = self.fresh_fields()
            self.say(name)
            path, text = f'{MANAGED}/vpcs/{name}.yaml', text_of(name, fields).encode()
            # An object that was moved into this file and outlived its neighbour is not run over.
            there = self.person.files(BASE).get(path)
            self.person.push({path: text if there is None else there + b'---\n' + text})
            self.models[name].git = fields

    def person_drops(self) -> None:
        if drop := self.new_drop():
            name, text = drop
            self.person.push({f'{BASE}/raw/{name}-{self.value("drop")}.yaml': text})

    def person_changes_version(self) -> None:
        name = self.some(lambda model: model.git is not None)
        if name:
            path, text = self.file_of(name)
            if objects_of(text).keys() == {name}:
                old = self.models[name].git[VERSION]
                new = 'v1alpha2' if old == 'v1beta1' else 'v1beta1'
                self.say(f'{name} {new}')
                self.person.push({path: with_field(text, VERSION, new).encode()})
                self.models[name].git[VERSION] = new

    # Users in NetBox

    def user_edits(self) -> None:
        name = self.some(lambda model: model.gui is not None)
        if name:
            self.gui_sets(name, self.chance.choice(FIELDS))

    def user_removes(self) -> None:
        name = self.some(lambda model: model.gui is not None and not model.clashes)
        if name:
            self.say(name)
            self.fabric.resources.get(name=name).delete()
            self.models[name].remove('')

    def user_creates(self) -> None:
        name = self.some(lambda model: (model.git, model.gui, model.base) == (None,) * 3)
        if name and name not in self.drops:
            fields = self.fresh_fields()
            self.say(name)
            spec, labels = spec_of(fields)
            row = HedgehogResource(
                fabric=self.fabric, api_group=GROUP, api_version='v1beta1', kind='VPC', name=name
            )
            user = self.someone()
            self.edit(row, user, draft_spec=spec, draft_labels=labels)
            self.models[name].edit(user.username, fields)

    def user_discards(self) -> None:
        # What a dead worker has sent cannot be taken back any more.
        fits = lambda model: model.waits and model.gui is not None and model.synced is not None  # noqa: E731
        name = self.some(fits) if self.alone else None
        if name:
            self.say(name)
            row = self.fabric.resources.get(name=name)
            nothing = dict.fromkeys(('draft_spec', 'draft_labels', 'draft_annotations'))
            self.edit(row, draft_text='', **nothing)
            self.models[name].discard()

    def user_uploads(self) -> None:
        if drop := self.new_drop():
            name, text = drop
            editor = Editor(self.someone(), uuid.uuid4())
            file = DroppedFile(f'{name}-{self.value("drop")}.yaml', text)
            enqueue_upload(self.fabric, [file], editor, 'api')

    def user_decides(self) -> None:
        """Looks at what is open as NetBox knows it, and decides it."""
        self.works_by_itself()
        self.syncs()
        conflicts = self.open_conflicts()
        for conflict in conflicts:
            name = conflict.resource_key.rpartition('/')[2]
            strategy = self.chance.choice(('gui_wins', 'git_wins'))
            self.say(f'{name} {strategy}')
            resolve(conflict.pk, Decision(strategy), Editor(self.alice, uuid.uuid4()))
            self.models[name].decide(strategy)
            self.counts['decided'] += 1
        if conflicts:
            self.runs('conflict_resolution')
            self.published()
            self.compare()

    def user_undoes(self) -> None:
        """The newest commit is taken back, where it is an edit NetBox published."""
        self.syncs()
        head = self.person.log()[0]
        operation = SyncOperation.objects.filter(commit_sha=head.id, fabric=self.fabric).first()
        changed = self.person.store.changed(head.parents[0], head.id)
        edited = all(change.path.startswith(f'{MANAGED}/') for change in changed)
        if operation is None or not edited or operation.operation_type == 'undo':
            return
        self.say(head.subject)
        enqueue_undo(operation, self.alice, 'cli')
        work_off(self.fabric.pk, logger)
        operation = SyncOperation.objects.get(undoes=operation)
        # A conflict that is open elsewhere in the fabric is no fault of this one.
        wanted = 'partially_completed' if operation.conflicts_pending else 'completed'
        assert operation.status == wanted, (operation.last_error_message, self.log)
        self.counts['undone'] += 1
        objects = self.in_git()
        for name, model in self.models.items():
            before, model.git = model.git, objects.get(name)
            text = self.text_with(name) or ''
            model.notes = {note for note in model.notes if note in text}
            if model.git != before and not model.waits:
                model.look()
        self.syncs()
