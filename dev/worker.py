"""The process that works the queues off; started by `./run`, with the environment set."""

import gc

import django
from django.core.management import call_command

__all__ = ['QUEUES', 'main']

QUEUES = ('high', 'default', 'low')


def main() -> None:
    """Serves the queues until it is told to end."""
    django.setup()
    # What is loaded by now stays for ever. Frozen, its pages stay shared by the process forked for
    # each job, and nobody walks through all of it once more at the end.
    gc.freeze()
    call_command('rqworker', *QUEUES)


if __name__ == '__main__':
    main()
