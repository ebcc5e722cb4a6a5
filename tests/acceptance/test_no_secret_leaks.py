"""A canary password is looked for wherever something could have written it down (R186, F32)."""

import contextlib
import subprocess
from pathlib import Path

from .samples import vpcs
from .stack import Stack


def test_the_git_password_appears_nowhere(stack: Stack, tmp_path: Path) -> None:
    repository = stack.new_repository()
    fabric = stack.ready_fabric(repository)
    seen: list[bytes] = []
    stack.post('resources/', {'fabric': fabric['id'], 'draft_text': vpcs('canary')})
    while stack.get(f'fabrics/{fabric["id"]}/gitops-status/')['outbox_pending']:
        seen.extend(process_facts(stack))
    stack.post(f'git-repositories/{fabric["git_repository"]["id"]}/test-connection/', expect=200)
    canary = stack.git_password
    for process in seen:
        assert canary.encode() not in process
    for path in (
        f'git-repositories/{fabric["git_repository"]["id"]}/',
        f'fabrics/{fabric["id"]}/',
        f'sync-operations/?fabric_id={fabric["id"]}',
        '/api/core/object-changes/?limit=0',
        '/api/core/jobs/?limit=0',
    ):
        assert canary not in str(stack.get(path)), path
    for log in ('worker.log', 'web.log'):
        assert canary not in stack.tail(log, 100_000)
    dump = subprocess.run(
        ['grep', '-rl', canary, str(stack.folder / 'netbox')],
        capture_output=True,
        text=True,
        check=False,
    )
    assert dump.stdout == '', 'the password lies on disk'


def process_facts(stack: Stack) -> list[bytes]:
    """Arguments and environment of every Git process that runs right now."""
    facts = []
    for folder in Path('/proc').iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                arguments = (folder / 'cmdline').read_bytes()
                if b'git' in arguments and b'http_server' not in arguments:
                    facts.append(arguments + (folder / 'environ').read_bytes())
    return facts
