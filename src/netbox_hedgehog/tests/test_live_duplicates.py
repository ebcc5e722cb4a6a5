"""A search for duplicates and a settlement, as the live channel tells of them."""

from netbox_hedgehog.models import SyncOperation
from netbox_hedgehog.sync import announce, channel

from .git_case import vpc
from .test_sync_duplicates import EXAMPLE, DuplicateCase


class LiveTest(DuplicateCase):
    """Whoever looks at the fabric's page hears how a search and a settlement go on."""

    def setUp(self) -> None:
        super().setUp()
        announce._Rest.until = 0.0

    def heard(self, kind: str, operation: SyncOperation, start: str) -> list[dict]:
        name = str(operation.operation_id)
        told = [each for each in channel.read_after(start) if each['type'] == kind]
        self.assertEqual({each['operation'] for each in told}, {name})
        self.assertEqual({each['fabric'] for each in told}, {self.fabric.pk})
        return [each['payload'] for each in told]

    def test_a_search_tells_how_far_it_is_and_what_it_found(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        start = channel.newest_id()
        *during, last = self.heard('duplicate_detection_update', self.scan(), start)
        self.assertIn('plan', {each['phase'] for each in during})
        self.assertEqual(last['status'], 'completed')
        self.assertEqual((last['groups_total'], last['groups_by_kind']), (1, {'conflicting': 1}))
        self.assertEqual(last['done'], 2)

    def test_a_settlement_tells_how_many_are_settled(self) -> None:
        self.person.push({EXAMPLE: vpc('one', 7)})
        self.scan()
        start = channel.newest_id()
        *during, last = self.heard('resolution_progress', self.settle(), start)
        self.assertTrue(during)
        self.assertEqual((last['subject'], last['status']), ('duplicates', 'completed'))
        self.assertEqual((last['done'], last['total'], last['failed']), (1, 1, 0))
