"""Fabrics of a given size from the generator beside the checkout; without it, invented ones."""

import os
import subprocess
import sys
from pathlib import Path

from .fabric import document

__all__ = ['counted', 'generated_fabric', 'is_generated']

GENERATOR = Path(
    os.environ.get('HEDGEHOG_GENERATOR')
    or Path(__file__).resolve().parents[3] / 'shared' / 'tools' / 'make_fabric.py'
)
# Leaves, servers and VPCs that come to about that many objects.
_SIZES = {1_000: (10, 150, 200), 10_000: (96, 1_750, 1_500), 50_000: (480, 8_700, 7_700)}


def is_generated() -> bool:
    """Whether the figures are about fabrics whose ports, VLANs and subnets are all of one piece."""
    return GENERATOR.is_file()


def generated_fabric(count: int, folder: Path, *, single: bool) -> dict[str, bytes]:
    """Path below managed/ (or one file's name) -> bytes, about `count` objects."""
    if not is_generated():
        return _invented(count, single=single)
    leaves, servers, vpcs = _SIZES[count]
    out = folder / f'generated-{count}-{single}'
    command = [sys.executable, str(GENERATOR), '--leaves', str(leaves), '--servers', str(servers)]
    command += ['--vpcs', str(vpcs), '--seed', '1', '--out', str(out)]
    command += ['--single-file'] if single else ['--layout', 'managed']
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob('*.yaml'))}


def _invented(count: int, *, single: bool) -> dict[str, bytes]:
    texts = [document(number) for number in range(count)]
    if single:
        return {'wiring.yaml': '---\n'.join(texts).encode()}
    folders = ('connections', 'servers', 'vpcs', 'vpcattachments')
    return {
        f'{folders[number % 4]}/object-{number:05d}.yaml': text.encode()
        for number, text in enumerate(texts)
    }


def counted(files: dict[str, bytes]) -> int:
    """How many objects the files hold."""
    return sum(data.count(b'\nkind: ') + data.startswith(b'kind: ') for data in files.values())
