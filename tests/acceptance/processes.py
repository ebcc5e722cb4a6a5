"""Processes started by the acceptance tests, and how they are ended."""

import contextlib
import os
import signal
import socket
import subprocess
import urllib.request

__all__ = ['answers', 'end_process', 'free_port']


def end_process(process: subprocess.Popen[bytes]) -> None:
    """Ends a process started here, with its group; nothing else."""
    if process.poll() is None:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(20)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=30) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
