"""After a commit that brought many files, the check of all of them is there before it is asked."""

from unittest import mock

from hedgehog_gitops.git import GitStore
from netbox_hedgehog.sync import looking_ahead
from netbox_hedgehog.sync.versions import files_of

from .git_case import BASE, GitCase, vpc


class LookingAheadTest(GitCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()

    def drop(self, *names: str) -> None:
        self.person.push({f'{BASE}/managed/vpcs/{name}.yaml': vpc(name) for name in names})
        operation = self.run_operation(self.fabric)
        assert operation.status == 'completed', operation.last_error_message

    def files_read_for_a_page(self) -> int:
        """How many files the tab of files has to read when it is opened."""
        self.fabric.refresh_from_db()
        files = files_of(self.fabric)
        with mock.patch.object(GitStore, 'read_blobs', autospec=True, side_effect=_read) as reads:
            files.findings()
        return sum(len(list(call.args[1])) for call in reads.call_args_list)

    def test_of_many_files_no_page_reads_one(self) -> None:
        with mock.patch.object(looking_ahead, 'MANY_FILES', 3):
            self.drop('one', 'two', 'three')
        self.assertEqual(self.files_read_for_a_page(), 0)

    def test_a_few_are_left_to_the_page(self) -> None:
        with mock.patch.object(looking_ahead, 'MANY_FILES', 3):
            self.drop('one', 'two')
        self.assertGreaterEqual(self.files_read_for_a_page(), 2)


_real_read = GitStore.read_blobs


def _read(store: GitStore, blobs: list[str]) -> object:
    return _real_read(store, blobs)
