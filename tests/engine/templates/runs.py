"""One template rendered on its own, as the tests of this room need it."""

from collections.abc import Callable, Mapping
from typing import Any

from hedgehog_gitops.findings import Finding
from hedgehog_gitops.identity import BlobId, RepoPath
from hedgehog_gitops.layout import Fabric
from hedgehog_gitops.templates import Bounds, Context, Rendering, TemplateTree
from hedgehog_gitops.templates.refusals import finding_of

__all__ = ['FABRIC', 'refused', 'run_of', 'text']

FABRIC = Fabric('Lab', 'lab', RepoPath('fabrics/lab/gitops'))
NAME = 'a.yaml.j2'


def run_of(
    source: str | Mapping[str, str],
    filters: Mapping[str, Callable[..., Any]] | None = None,
    bounds: Bounds | None = None,
    **variables: Any,
) -> Rendering:
    """A run over one template, or over several by name."""
    sources = {NAME: source} if isinstance(source, str) else source
    contents = {name: one.encode() for name, one in sources.items()}
    blobs = {name: BlobId(f'{hash(data) % 16**40:040x}') for name, data in contents.items()}
    about = {'name': 'Lab', 'slug': 'lab'}
    context = Context(about, variables, lambda: {'Switch': []})
    given = {} if filters is None else filters
    tree = TemplateTree(blobs, contents)
    return Rendering(FABRIC, tree, context, bounds or Bounds(), filters=given)


def text(source: str | Mapping[str, str], **options: Any) -> str:
    """What the template makes; raises what stops it."""
    return run_of(source, **options).text(NAME)


def refused(source: str | Mapping[str, str], **options: Any) -> Finding:
    """The finding of a template that has to fail, wherever in its text that is."""
    one = run_of(source, **options)
    try:
        made = one.text(NAME)
    except Exception as error:
        return finding_of(error, NAME, one.tree.sources)
    raise AssertionError(f'this was not refused, but made {made[:200]!r}')
