"""docs/guide/tutorial.md, followed word by word: every command is run, every answer compared."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from .people import GIT_USER
from .stack import Stack

PAGE = Path(__file__).parents[2] / 'docs' / 'guide' / 'tutorial.md'
SECONDS = 180

pytestmark = pytest.mark.timeout(900)


@dataclass
class Step:
    """One command as typed, with the lines it is to answer."""

    command: str
    answer: list[str]


def steps_of(page: str) -> list[Step]:
    """The commands of all console blocks, in order; `>` continues a line."""
    steps: list[Step] = []
    for block in re.findall(r'^```console\n(.*?)^```', page, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            if line.startswith('$ '):
                steps.append(Step(line[2:], []))
            elif line == '>' or line.startswith('> '):
                steps[-1].command += f'\n{line[2:]}'
            else:
                steps[-1].answer.append(line)
    return steps


class Shell:
    """A shell that goes on from command to command: folder, variables and functions stay."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.state, self.environment = folder, folder / 'state', environment
        self.state.write_text(f'cd {folder}\n')

    def run(self, command: str) -> str:
        script = (
            f'source {self.state} > /dev/null 2>&1\n{command}\nended_with=$?\n'
            f'{{ declare -p | grep -v "^declare -[a-zA-Z]*r"; declare -f; echo "cd $PWD"; }} '
            f'> {self.state}\nexit $ended_with\n'
        )
        done = subprocess.run(
            ['bash', '-c', script],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, f'{command}\n{said}'
        return said


@pytest.fixture
def environment(stack: Stack, tmp_path: Path) -> dict[str, str]:
    """What the page asks its reader to set, and nothing else of this test."""
    page = PAGE.read_text()
    wanted = re.search(r'^```sh\n(.*?)^```', page, re.MULTILINE | re.DOTALL)
    assert wanted is not None
    repository = stack.new_repository(branch='main')
    password = (stack.folder / 'git-password').read_text().strip()
    given: dict[str, Any] = {
        'NETBOX': stack.web,
        'TOKEN': stack.token,
        'REPO': repository.url,
        'GIT_USER': GIT_USER,
        'GIT_PASSWORD': password,
    }
    assert re.findall(r'(\w+)=', wanted[1]) == list(given)
    # People have a helper that knows their password.
    helper = tmp_path / 'credentials'
    helper.write_text(f'#!/bin/sh\necho username={GIT_USER}\necho password={password}\n')
    helper.chmod(0o700)
    config = tmp_path / 'gitconfig'
    config.write_text(f'[credential]\n\thelper = !{helper}\n')
    path = f'{Path(sys.executable).parent}{os.pathsep}{os.environ["PATH"]}'
    return {
        **stack.git_environment,
        **given,
        'GIT_CONFIG_GLOBAL': str(config),
        'PATH': path,
    }


def test_every_command_answers_what_the_page_says(
    environment: dict[str, str], tmp_path: Path
) -> None:
    for tool in ('jq', 'curl', 'bash'):
        if shutil.which(tool) is None:
            pytest.skip(f'the tutorial uses {tool}, which is not here')
    folder = tmp_path / 'desk'
    folder.mkdir()
    shell = Shell(folder, environment)
    steps = steps_of(PAGE.read_text())
    assert len(steps) > 30
    for step in steps:
        answer = shell.run(step.command).rstrip('\n').split('\n')
        assert [line for line in answer if line] == [line for line in step.answer if line], (
            step.command
        )
