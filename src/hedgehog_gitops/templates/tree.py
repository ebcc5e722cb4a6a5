"""The templates of one fabric as a value: their texts, their versions, and which are rendered.

Made by `workflows/render.py` from the folder `templates/`. A file whose name, or a folder whose
name, begins with `_` is a part for others to include; it is not rendered by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ..findings import Finding, Severity
from ..identity import BlobId, RepoPath, blob_id
from ..layout import Fabric

__all__ = [
    'TemplateTree',
    'answers_path',
    'is_rendered',
    'record_path',
    'template_path',
    'with_texts',
]

_RENDERED = ('.yaml.j2', '.yml.j2')


@dataclass(frozen=True)
class TemplateTree:
    """Every `*.j2` file by its path below templates/, with its blob and its bytes."""

    blobs: Mapping[str, BlobId]
    contents: Mapping[str, bytes]

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """The texts; a byte that is no UTF-8 becomes a question mark, and `unreadable` tells."""
        return {
            name: data.decode('utf-8-sig', 'replace').replace('\r\n', '\n')
            for name, data in self.contents.items()
        }

    def unreadable(self, name: str) -> Finding | None:
        """What is told of a text that is not in UTF-8; its file is for the caller to say."""
        data = self.contents.get(name, b'')
        try:
            data.decode()
        except UnicodeDecodeError as error:
            line = data.count(b'\n', 0, error.start) + 1
            column = error.start - data.rfind(b'\n', 0, error.start)
            message, hint = 'this is not UTF-8; only that is read', 'save the file in UTF-8'
            return Finding(
                Severity.ERROR, 'NotUtf8', message, line=line, column=column, suggestion=hint
            )
        return None

    @cached_property
    def rendered(self) -> tuple[str, ...]:
        """The names of those that are rendered, in order."""
        return tuple(sorted(filter(is_rendered, self.contents)))


def with_texts(tree: TemplateTree, texts: Mapping[str, bytes]) -> TemplateTree:
    """The tree as it would be with these texts saved in it."""
    if not texts:
        return tree
    blobs = {name: blob_id(content) for name, content in texts.items()}
    return TemplateTree({**tree.blobs, **blobs}, {**tree.contents, **texts})


def is_rendered(name: str) -> bool:
    """Whether a file makes objects by itself, told by its path below templates/."""
    parts = name.split('/')
    return name.endswith(_RENDERED) and not any(part.startswith(('_', '.')) for part in parts)


def template_path(fabric: Fabric, name: str) -> RepoPath:
    """Where a template lies."""
    return fabric.path(f'templates/{name}')


def answers_path(fabric: Fabric, name: str) -> RepoPath:
    """Where the fabric keeps what NetBox answered a template last."""
    return fabric.path(f'.hnp/netbox/{name.removesuffix(".j2")}.json')


def record_path(fabric: Fabric, name: str) -> RepoPath:
    """Where the fabric keeps what a template made last."""
    return fabric.path(f'.hnp/rendered/{name.removesuffix(".j2")}')
