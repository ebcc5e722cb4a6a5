"""What templates look at, read from one commit: their own texts, the variables, the objects.

Used by `render.py`. Variables come from `templates/vars.yaml`, over them those of the environment
(`templates/vars/NAME.yaml`), over them what the caller gives.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..documents import OWN_ANNOTATIONS, Limits, Value, mapping, read
from ..errors import NeedsPerson
from ..findings import Finding, Severity
from ..git import GitStore
from ..identity import CommitId, RepoPath, ResourceKey, TreeEntry
from ..layout import Fabric, is_hidden
from ..templates import RESERVED, Context, Record, TemplateTree, answers_path, record_path
from .check import judged_fabric

__all__ = [
    'Variables',
    'context_of',
    'kept_answers',
    'kept_records',
    'passed_over',
    'template_tree',
    'variables_of',
]

_ENDING = '.j2'
# What somebody may take for a template or for variables, and what is one.
_ALIKE = re.compile(r'\.(?:ya?ml|json|j2|jinja2?|tmpl|tpl)\Z', re.IGNORECASE)
_READ = re.compile(r'.*\.j2|vars\.yaml|vars/[^/]+\.yaml')
_MARK = f'{OWN_ANNOTATIONS}template'


@dataclass(slots=True)
class Variables:
    """The variables of one run, by precedence; with findings nothing is to be rendered."""

    values: dict[str, Value] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, data: bytes, file: RepoPath, limits: Limits) -> None:
        """Puts the mapping of a file over what is there."""
        reading = read(data, limits, file=file)
        documents = [one for one in reading.documents if not one.empty]
        self.findings += [f for f in reading.findings if f.severity is Severity.ERROR]
        if self.findings or not documents:
            return
        value = documents[0].value
        if len(documents) > 1 or not isinstance(value, dict):
            message = 'variables are one mapping of names to values'
            self.findings.append(Finding(Severity.ERROR, 'TemplateVariables', message, file))
            return
        for name in RESERVED:
            if name in value:
                place = documents[0].position((name,)) or (None, None)
                message = f'{name} is always there; it is no variable'
                self.findings.append(
                    Finding(Severity.ERROR, 'TemplateVariables', message, file, 0, *place)
                )
        self.values |= value


def template_tree(
    store: GitStore, fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]
) -> TemplateTree:
    """Returns every `*.j2` file below templates/."""
    prefix = f'{fabric.templates}/'
    files = {
        path.removeprefix(prefix): entry.blob
        for path, entry in entries.items()
        if path.startswith(prefix) and path.endswith(_ENDING) and entry.is_file
    }
    contents = store.read_blobs(files.values())
    return TemplateTree(files, {name: contents[blob] for name, blob in files.items()})


def passed_over(fabric: Fabric, paths: Iterable[RepoPath]) -> tuple[Finding, ...]:
    """A warning for each file in templates/ that looks like one, and is none by its name."""
    prefix = f'{fabric.templates}/'
    found = []
    for path in sorted(path for path in paths if path.startswith(prefix)):
        name = path.removeprefix(prefix)
        if _ALIKE.search(name) is None or _READ.fullmatch(name) or is_hidden(name):
            continue
        message = 'this file is neither a template nor variables, so nothing is made of it'
        hint = (
            'templates end in .yaml.j2, parts of them in .j2; variables are in vars.yaml and '
            'vars/ENVIRONMENT.yaml'
        )
        code = 'TemplatePassedOver'
        found.append(Finding(Severity.WARNING, code, message, path, suggestion=hint))
    return tuple(found)


def variables_of(
    store: GitStore,
    fabric: Fabric,
    entries: Mapping[RepoPath, TreeEntry],
    environment: str,
    given: Mapping[str, Value],
    limits: Limits,
) -> Variables:
    """Returns the variables of the fabric, of an environment, and those given, in this order."""
    paths = [fabric.path('templates/vars.yaml')]
    if environment:
        own = fabric.path(f'templates/vars/{environment}.yaml')
        if own not in entries:
            raise NeedsPerson(
                'EnvironmentUnknown',
                f'There is no {own}, so nothing is known of the environment {environment}.',
                hint='Add that file, empty if need be, or name another environment.',
            )
        paths.append(own)
    variables = Variables()
    for path in paths:
        entry = entries.get(path)
        if entry is not None and entry.is_file:
            variables.add(store.read_blobs([entry.blob])[entry.blob], path, limits)
    reserved = [name for name in RESERVED if name in given]
    if reserved:
        raise NeedsPerson(
            'ContextRefused', f'The context may not give {reserved[0]}: it is always there.'
        )
    variables.values |= given
    return variables


def kept_records(
    store: GitStore, fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]
) -> dict[str, Record]:
    """Returns what each template made last, by the template's name."""
    prefix = fabric.path('.hnp/rendered/')
    files = {p: e.blob for p, e in entries.items() if p.startswith(prefix) and e.is_file}
    contents = store.read_blobs(files.values())
    names = {path: f'{path.removeprefix(prefix)}{_ENDING}' for path in files}
    return {
        name: Record(name, contents[files[path]], fabric.catalogue)
        for path, name in names.items()
        if record_path(fabric, name) == path
    }


def kept_answers(
    store: GitStore, fabric: Fabric, entries: Mapping[RepoPath, TreeEntry]
) -> dict[str, bytes]:
    """Returns what NetBox answered each template last, by the template's name."""
    prefix = fabric.path('.hnp/netbox/')
    files = {p: e.blob for p, e in entries.items() if p.startswith(prefix) and e.is_file}
    contents = store.read_blobs(files.values())
    names = {p: f'{p.removeprefix(prefix).removesuffix(".json")}{_ENDING}' for p in files}
    return {
        name: contents[files[path]]
        for path, name in names.items()
        if answers_path(fabric, name) == path
    }


def context_of(
    store: GitStore,
    head: CommitId,
    fabric: Fabric,
    variables: Mapping[str, Value],
    about: Mapping[str, Value],
    records: Mapping[str, Record],
    limits: Limits,
) -> Context:
    """Returns the context of one run; the objects are read when a template asks for them.

    What templates made is not among them, else rendering twice would not make the same; what they
    adopted is, without the mark of its template, for it was there before.
    """
    of_fabric: dict[str, Value] = {
        'name': fabric.name,
        'slug': fabric.slug,
        'directory': str(fabric.base),
        **about,
    }

    def resources() -> Mapping[str, Value]:
        made = {one.key for record in records.values() for one in record.objects if not one.adopted}
        return _resources(store, head, fabric, made, limits)

    return Context(of_fabric, variables, resources)


def _resources(
    store: GitStore, head: CommitId, fabric: Fabric, made: set[ResourceKey], limits: Limits
) -> dict[str, Value]:
    by_kind: dict[str, list[tuple[ResourceKey, Value]]] = {
        kind.kind: [] for kind in fabric.catalogue.managed_kinds
    }
    for placed in judged_fabric(store, head, fabric, limits).objects():
        if placed.path.startswith(f'{fabric.managed}/') and placed.key not in made:
            by_kind.setdefault(placed.key.kind, []).append(
                (placed.key, _unmarked(placed.found.value))
            )
    return {
        kind: [value for _, value in sorted(objects, key=lambda pair: pair[0])]
        for kind, objects in by_kind.items()
    }


def _unmarked(value: Value) -> Value:
    """The object as it is without the annotation that names its template."""
    metadata = mapping(mapping(value).get('metadata'))
    annotations = metadata.get('annotations')
    if 'annotations' not in metadata or (annotations and _MARK not in mapping(annotations)):
        return value
    kept = {name: text for name, text in mapping(annotations).items() if name != _MARK}
    rest = {name: inner for name, inner in metadata.items() if name != 'annotations'}
    return {**mapping(value), 'metadata': rest | {'annotations': kept} if kept else rest}
