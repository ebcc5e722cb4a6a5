"""Who hears that an operation was cancelled: people who wait for it, event rules, packages."""

from django.contrib.auth import get_user_model
from django.core import mail

from netbox_hedgehog.jobs import enqueue_operation
from netbox_hedgehog.models import SyncOperation
from netbox_hedgehog.sync.cancel import request_cancel
from netbox_hedgehog.sync.recover import recover_dead_workers

from .git_case import at_stage
from .test_notify import MAILING, NotifyCase, listening


class CancelledTest(NotifyCase):
    def setUp(self) -> None:
        super().setUp()
        self.other = get_user_model().objects.create_superuser('di', 'di@example.com')

    def waiting(self) -> SyncOperation:
        return enqueue_operation(self.fabric, 'sync', user=self.alice, trigger_type='api')[1]

    def told_by_the_next_worker(self) -> None:
        with MAILING:
            recover_dead_workers()

    def test_who_asked_and_who_subscribed_are_told_by_whom_and_why(self) -> None:
        request_cancel(self.waiting().pk, self.other, 'a maintenance window')
        self.assertEqual(self.told(), [])
        self.told_by_the_next_worker()
        self.assertEqual(self.told(), ['sync_cancelled'])
        self.assertEqual(self.told(self.alice), ['sync_cancelled'])
        self.assertEqual(self.told(self.other), [])
        (sent,) = (each for each in mail.outbox if each.to == ['bo@example.com'])
        self.assertIn('Synchronisation cancelled by di', sent.subject)
        self.assertIn('a maintenance window', sent.body)
        self.told_by_the_next_worker()
        self.assertEqual(len(mail.outbox), 2)

    def test_who_cancels_knows_it(self) -> None:
        request_cancel(self.waiting().pk, self.alice)
        self.told_by_the_next_worker()
        self.assertEqual((self.told(), self.told(self.alice)), (['sync_cancelled'], []))

    def test_nobody_is_notified_where_that_is_not_wanted_and_packages_hear_it(self) -> None:
        operation = self.waiting()
        request_cancel(operation.pk, self.other, notify_users=False)
        with listening('operation_finished') as heard:
            self.told_by_the_next_worker()
        self.assertEqual((self.told(), self.told(self.alice), mail.outbox), ([], [], []))
        ((_, arguments),) = heard
        self.assertEqual(arguments['operation'], operation)

    def test_one_that_ran_keeps_the_reason_and_tells_it(self) -> None:
        self.draft('one', 2001)

        def stop() -> None:
            running = SyncOperation.objects.get(completed_at=None)
            request_cancel(running.pk, self.other, 'the wrong fabric')

        with at_stage('commit_made', stop), MAILING:
            operation = self.run_operation(self.fabric)
        self.assertEqual(operation.status, 'cancelled')
        self.assertEqual(operation.operation_config['cancel_reason'], 'the wrong fabric')
        self.assertEqual(self.told(self.alice), ['sync_cancelled'])
        self.assertIn('the wrong fabric', mail.outbox[0].body)
        self.assertIsNone(operation.untold)
