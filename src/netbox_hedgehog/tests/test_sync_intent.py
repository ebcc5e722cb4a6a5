"""What Git changed while an edit waits is never taken for a part of the next edit."""

from django.contrib.auth import get_user_model
from django.test import SimpleTestCase

from netbox_hedgehog.models import ConflictResolution, OutboxEntry
from netbox_hedgehog.sync.intent import _own

from .test_sync_conflicts import ONE, ConflictCase

LABELS = b'metadata:\n  labels:\n    owner: net\n    site: a\n'


class MeanwhileTest(ConflictCase):
    def setUp(self) -> None:
        super().setUp()
        self.in_git(ONE, b'metadata:\n', LABELS)
        self.run_operation(self.fabric)
        # Edits wait for a person's word, so that Git is read in between.
        self.fabric.publish_mode = 'manual'
        self.fabric.save()
        self.bob = get_user_model().objects.create_superuser('bob', 'bob@example.com')

    def git_says(self, site: str, before: str) -> None:
        self.in_git(ONE, f'site: {before}\n'.encode(), f'site: {site}\n'.encode())

    def read(self, site: str) -> None:
        self.run_operation(self.fabric)
        self.assertEqual(self.row('one').labels['site'], site)

    def published(self, *said: str) -> None:
        operation = self.run_operation(self.fabric, options={'publish': True})
        self.assertFalse(ConflictResolution.objects.exists(), operation.findings)
        text = self.person.files()[ONE].decode()
        for words in said:
            self.assertIn(words, text)
        self.assertFalse(self.row('one').has_draft)

    def test_a_further_edit_of_the_same_person(self) -> None:
        self.draft('one', 2001)
        self.git_says('b', 'a')
        self.read('b')
        self.draft('one', 2002)
        self.git_says('c', 'b')
        self.published('vlan: 2002', 'site: c')

    def test_where_netbox_wins_by_itself_it_does_not_win_with_what_git_said(self) -> None:
        self.use('gui_wins')
        self.test_a_further_edit_of_the_same_person()

    def test_an_edit_beside_what_git_changed(self) -> None:
        self.draft('one', 2001)
        self.git_says('b', 'a')
        self.read('b')
        self.edit(self.row('one'), draft_labels={'owner': 'ops', 'site': 'b'})
        self.git_says('c', 'b')
        self.published('vlan: 2001', 'owner: ops', 'site: c')

    def test_an_edit_of_somebody_else(self) -> None:
        self.draft('one', 2001)
        self.git_says('b', 'a')
        self.read('b')
        self.edit(self.row('one'), self.bob, draft_labels={'owner': 'ops', 'site': 'b'})
        self.assertEqual(OutboxEntry.objects.filter(name='one').exclude(state='done').count(), 2)
        self.git_says('c', 'b')
        self.published('vlan: 2001', 'owner: ops', 'site: c')

    def test_what_git_says_may_be_changed_by_who_saw_it(self) -> None:
        self.draft('one', 2001)
        self.git_says('b', 'a')
        self.read('b')
        self.edit(self.row('one'), draft_labels={'owner': 'net', 'site': 'z'})
        self.run_operation(self.fabric, options={'publish': True})
        # The edit it was saved with began before: a person decides.
        conflict = ConflictResolution.objects.get()
        self.assertEqual(conflict.conflicting_fields, ['metadata.labels.site'])

    def test_taking_back_what_another_edit_changed_is_an_edit(self) -> None:
        self.draft('one', 2001)
        row = self.row('one')
        self.edit(row, self.bob, draft_spec=row.desired_spec, draft_labels={'site': 'b'})
        self.published('vlan: 1001', 'site: b')


class OwnTest(SimpleTestCase):
    def test_field_by_field(self) -> None:
        first = {'kept': 1, 'gone': 1, 'theirs': 1, 'chained': 1, 'list': [1]}
        seen = {'kept': 1, 'theirs': 2, 'new': 5, 'chained': 1, 'list': [1, 2]}
        before = {**first, 'chained': 7}
        for says, wanted in (
            (seen, {**first, 'chained': 1}),
            ({**seen, 'kept': 3}, {**first, 'kept': 3, 'chained': 1}),
            ({**seen, 'theirs': 4}, {**first, 'theirs': 4, 'chained': 1}),
            ({**seen, 'chained': 7}, before),
            ({**seen, 'list': [3]}, {**first, 'list': [3], 'chained': 1}),
            ({**seen, 'gone': 9}, {**first, 'gone': 9, 'chained': 1}),
            ({**seen, 'new': 6}, {**first, 'new': 6, 'chained': 1}),
        ):
            with self.subTest(says):
                self.assertEqual(_own(says, seen, before, first), wanted)
        without = {name: value for name, value in seen.items() if name != 'kept'}
        told = _own(without, seen, before, first)
        self.assertNotIn('kept', told)
        # Booleans are not numbers.
        self.assertIs(_own({'on': True}, {'on': 1}, {'on': 1}, {'on': 1})['on'], True)
