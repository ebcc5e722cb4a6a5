"""A worker whose work-horse kills itself with SIGKILL at a named stage.

`$HEDGEHOG_TEST_KILL_FOLDER/stage` holds the stage to die at; `reached` gets a line for every death,
so that a test can prove the stage was really reached. `pid` holds the process id of the work-horse
from the stage before the push on, for the server's hook that kills it between push and answer.
"""

import os
import signal
import sys
from pathlib import Path

os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'netbox.settings')


def install(folder: Path) -> None:
    """Wraps the stage reports of the running operation."""
    from netbox_hedgehog.sync import progress

    reported = progress.OperationProgress.stage

    def stage(self: progress.OperationProgress, name: str) -> None:
        reported(self, name)
        (folder / 'pid').write_text(str(os.getpid()))
        wanted = folder / 'stage'
        if wanted.exists() and wanted.read_text().strip() == name:
            wanted.unlink()
            with (folder / 'reached').open('a') as log:
                log.write(f'{name}\n')
            os.kill(os.getpid(), signal.SIGKILL)

    progress.OperationProgress.stage = stage


def main() -> None:
    import django

    django.setup()
    install(Path(os.environ['HEDGEHOG_TEST_KILL_FOLDER']))
    from django.core.management import execute_from_command_line

    execute_from_command_line([sys.argv[0], 'rqworker', 'high', 'default', 'low'])


if __name__ == '__main__':
    main()
