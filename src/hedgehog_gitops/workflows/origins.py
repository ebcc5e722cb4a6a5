"""Where objects come from that are made and made again: templates, or the rows of NetBox.

`render_steps.py` meets what is made with what stands in Git and asks here what is different between
the two: where the texts made last are kept, how their maker is called, and how a text is changed.
"""

from collections.abc import Mapping
from typing import Protocol

from ..documents import OWN_ANNOTATIONS, Limits, mapping, read
from ..identity import RepoPath, ResourceKey
from ..layout import Fabric
from ..templates import record_path, template_path
from .edits import ReplaceMeaning, ReplaceText, Terms

__all__ = ['FROM_NETBOX', 'TEMPLATES', 'Origin', 'generated_path']


class Origin(Protocol):
    """One maker of objects. `name` is a template, or a part of what is generated."""

    adopts: bool
    """Whether an object that is there already is marked, and stays when nothing makes it."""

    def file(self, fabric: Fabric, name: str) -> RepoPath | None:
        """The file that findings are about; None when there is none."""
        ...

    def maker(self, fabric: Fabric, name: str) -> str:
        """Who made it, as the record says."""
        ...

    def record(self, fabric: Fabric, name: str) -> RepoPath:
        """Where the texts are kept that were made last."""
        ...

    def word(self, name: str) -> str:
        """What it is called in messages, and in reports."""
        ...

    def marks(self, name: str) -> Mapping[str, str]:
        """The annotations that say where an object comes from."""
        ...

    def replacing(
        self, key: ResourceKey, text: bytes, base: bytes | None, terms: Terms, limits: Limits
    ) -> ReplaceText | ReplaceMeaning:
        """The edit that brings an object to what is made now."""
        ...


class _Templates:
    adopts = True

    def file(self, fabric: Fabric, name: str) -> RepoPath | None:
        return template_path(fabric, name)

    def maker(self, fabric: Fabric, name: str) -> str:
        return template_path(fabric, name)

    def record(self, fabric: Fabric, name: str) -> RepoPath:
        return record_path(fabric, name)

    def word(self, name: str) -> str:
        return f'templates/{name}'

    def marks(self, name: str) -> Mapping[str, str]:
        return {f'{OWN_ANNOTATIONS}template': f'templates/{name}'}

    def replacing(
        self, key: ResourceKey, text: bytes, base: bytes | None, terms: Terms, limits: Limits
    ) -> ReplaceText | ReplaceMeaning:
        return ReplaceText(key, text, base, terms)


class _FromNetBox:
    # A fabric that was there before its devices were in NetBox is taken over for good.
    adopts = False

    def file(self, fabric: Fabric, name: str) -> RepoPath | None:
        return None

    def maker(self, fabric: Fabric, name: str) -> str:
        return 'NetBox'

    def record(self, fabric: Fabric, name: str) -> RepoPath:
        return generated_path(fabric, name)

    def word(self, name: str) -> str:
        return 'NetBox'

    def marks(self, name: str) -> Mapping[str, str]:
        return {f'{OWN_ANNOTATIONS}generated-from': 'netbox'}

    def replacing(
        self, key: ResourceKey, text: bytes, base: bytes | None, terms: Terms, limits: Limits
    ) -> ReplaceText | ReplaceMeaning:
        # No person has chosen these words, so those that stand in Git stay.
        value = mapping(read(text, limits).documents[0].value)
        metadata = mapping(value.get('metadata'))
        labels, annotations = mapping(metadata.get('labels')), metadata.get('annotations')
        return ReplaceMeaning(key, value.get('spec'), labels, mapping(annotations), base, terms)


def generated_path(fabric: Fabric, name: str) -> RepoPath:
    """Where the fabric keeps what was generated last: `.hnp/generated/<part>`."""
    return fabric.path(f'.hnp/generated/{name}')


TEMPLATES: Origin = _Templates()
FROM_NETBOX: Origin = _FromNetBox()
