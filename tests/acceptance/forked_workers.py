"""Several workers that share one start: NetBox is imported once, and each is forked from there.

python forked_workers.py 4
"""

import os
import signal
import sys

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'netbox.settings')


def work() -> None:
    """One worker, as `netbox rqworker` runs it."""
    from django.core.management import call_command

    call_command('rqworker', 'high', 'default', 'low')


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connections

    # Loads what `netbox rqworker` loads before it begins.
    call_command('check')
    # A connection belongs to one process.
    connections.close_all()
    children = []
    for _ in range(int(sys.argv[1])):
        if child := os.fork():
            children.append(child)
        else:
            work()
            os._exit(0)

    def end(number: int, _frame: object) -> None:
        for child in children:
            os.kill(child, number)

    signal.signal(signal.SIGTERM, end)
    for child in children:
        os.waitpid(child, 0)


if __name__ == '__main__':
    main()
