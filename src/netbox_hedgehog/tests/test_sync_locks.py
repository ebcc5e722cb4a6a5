"""Locks are taken in one order by everybody: the object's row first, then its edits."""

import threading
import time
from typing import Any
from unittest import mock

from django.db import connection

from netbox_hedgehog.sync import finish

from .git_case import BASE, GitTransactionCase, vpc

ONE = f'{BASE}/managed/vpcs/one.yaml'


class LockOrderTest(GitTransactionCase):
    def setUp(self) -> None:
        super().setUp()
        self.fabric = self.ready_fabric()
        self.person.push({ONE: vpc('one')})
        self.run_operation(self.fabric)

    def draft(self, vlan: int) -> None:
        row = self.fabric.resources.get(name='one')
        subnet = {'default': {'subnet': '10.0.1.0/24', 'vlan': vlan}}
        self.edit(row, draft_spec={**row.desired_spec, 'subnets': subnet})

    def test_a_save_while_the_rows_follow_git_waits_and_is_not_lost(self) -> None:
        """With the edits locked first the two would wait for each other until one is killed."""
        for act in (lambda: self.draft(2002), lambda: self.fabric.resources.get().delete()):
            self.draft(2001)
            errors = self.meanwhile(act)
            self.assertEqual(errors, [])
            self.run_operation(self.fabric)
            if self.fabric.resources.exists():
                self.assertIn(b'vlan: 2002', self.person.files()[ONE])
        self.assertNotIn(ONE, self.person.files())

    def meanwhile(self, act: Any) -> list[Exception]:
        """Publishes, and has somebody act just when the edits are closed."""
        closing, errors = threading.Event(), []
        close = finish._close_entries

        def slowly(run: Any) -> None:
            close(run)
            closing.set()
            time.sleep(1)

        def somebody() -> None:
            closing.wait(30)
            try:
                act()
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        thread = threading.Thread(target=somebody)
        thread.start()
        with mock.patch.object(finish, '_close_entries', slowly):
            operation = self.run_operation(self.fabric)
        thread.join()
        if operation.status != 'completed':
            errors.append(AssertionError(operation.last_error_message))
        return errors
