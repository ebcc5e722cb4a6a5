"""A fabric's templates as Git has them: listed, shown and tried, for pages and the API.

At the commit NetBox has read last. Takes no lock, asks no server, commits nothing; every answer is
ready for JSON.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hedgehog_gitops.plans import Operation
from hedgehog_gitops.templates import READY, Header, Record, TemplateTree, is_rendered, read_header
from hedgehog_gitops.templates import template_path as path_of
from hedgehog_gitops.workflows import (
    RenderPlan,
    changed_templates,
    plan_render,
    preview_render,
    standing_errors,
)
from hedgehog_gitops.workflows.reading import entries_below
from hedgehog_gitops.workflows.render_context import kept_records, template_tree

from ..models import HedgehogFabric, HedgehogResource
from .drafts import resource_key
from .rendering import asked_render, template_name
from .versions import EngineError, FabricFiles, NeedsPerson, files_of

__all__ = ['READY', 'EngineError', 'FabricTemplates', 'rows_of', 'templates_of']


def templates_of(fabric: HedgehogFabric) -> 'FabricTemplates':
    """Opens a fabric's templates; NotFetched where this machine has no copy of them yet."""
    return FabricTemplates(fabric, files_of(fabric))


def rows_of(fabric: HedgehogFabric, keys: Sequence[str], user: Any) -> dict[str, HedgehogResource]:
    """The resources the user may view, by their keys as text."""
    names = {key.rpartition('/')[2] for key in keys}
    rows = fabric.resources.restrict(user, 'view').filter(name__in=names)
    found = {str(resource_key(row)): row for row in rows}
    return {key: found[key] for key in keys if key in found}


@dataclass(frozen=True, slots=True)
class FabricTemplates:
    """The templates of a fabric at the commit NetBox has read last."""

    fabric: HedgehogFabric
    files: FabricFiles

    def listing(self) -> dict[str, Any]:
        """Every template: its variables, its version, and what it made last."""
        tree, records = self._read()
        names, changed = sorted({*tree.blobs, *records}), self._changed()
        rows = [self._row(name, tree, records.get(name), changed) for name in names]
        return {'commit': self.files.commit, 'templates': rows}

    def one(self, name: str) -> dict[str, Any]:
        """A template as in the list, with its text and the objects it made last."""
        place = self.files.place
        name = template_name(place, name)
        tree, records = self._read()
        if name not in tree.blobs and name not in records:
            raise NeedsPerson('FileMissing', f'There is no template {name} in {place.templates}.')
        record = records.get(name)
        return {
            **self._row(name, tree, record, self._changed()),
            'commit': self.files.commit,
            'text': tree.contents.get(name, b'').decode('utf-8', 'replace'),
            'objects': [str(made.key) for made in record.objects] if record is not None else [],
        }

    def stored(self, name: str) -> dict[str, Any]:
        """What Git has under a name: `name`, `path`, `text`, `version`; empty where it is new."""
        place = self.files.place
        name = template_name(place, name)
        tree, _records = self._read()
        return {
            'name': name,
            'path': str(path_of(place, name)),
            'text': tree.contents.get(name, b'').decode('utf-8', 'replace'),
            'version': str(tree.blobs.get(name, '')),
        }

    def versions(self, name: str, limit: int) -> list[dict[str, Any]]:
        """Who changed a template, the newest version first."""
        path = path_of(self.files.place, template_name(self.files.place, name))
        return self.files.history(self.files.place.below(path), limit)

    def preview(
        self, options: Mapping[str, Any], texts: Mapping[str, str], user: Any
    ) -> dict[str, Any]:
        """What rendering would make and change, as it would be done now.

        `texts` are templates as edited, by their names; they count in the place of those in Git.
        """
        return self._previewed(options, texts, user)[1]

    def validation(
        self, options: Mapping[str, Any], texts: Mapping[str, str], user: Any
    ) -> dict[str, Any]:
        """What is wrong with the templates, with what they make, and with the folder then."""
        made, shown = self._previewed(options, texts, user)
        files = self.files
        standing = standing_errors(files.store, files.commit, files.place, made.plan, files.limits)
        return {
            'base_commit': shown['base_commit'],
            'valid': shown['ok'] and not standing,
            'findings': [*shown['findings'], *(finding.as_json() for finding in standing)],
            'conflicts': shown['conflicts'],
            'reports': shown['reports'],
        }

    def _previewed(
        self, options: Mapping[str, Any], texts: Mapping[str, str], user: Any
    ) -> tuple[RenderPlan, dict[str, Any]]:
        files = self.files
        asked = asked_render(
            self.fabric, files.place, files.store, files.commit, options, texts, user
        )
        about = Operation('', datetime.now(UTC), user.username)
        made = plan_render(files.store, files.commit, files.place, asked, about, files.limits)
        rendered, _findings = preview_render(
            files.store, files.commit, files.place, asked, files.limits
        )
        return made, {
            **files.shown(made.plan),
            'reports': [report.as_json() for report in made.reports],
            'rendered': {name: text.decode('utf-8', 'replace') for name, text in rendered.items()},
            'netbox_data': made.answers,
        }

    def _changed(self) -> frozenset[str]:
        """The templates that make something else by now, though their text is the one rendered."""
        files = self.files
        try:
            asked = asked_render(self.fabric, files.place, files.store, files.commit, {}, {}, None)
            return changed_templates(files.store, files.commit, files.place, asked, files.limits)
        except EngineError:
            # Rendering would say what is wrong; a list is shown all the same.
            return frozenset()

    def _read(self) -> tuple[TemplateTree, dict[str, Record]]:
        store, place = self.files.store, self.files.place
        entries = entries_below(store, self.files.commit, place.base)
        return template_tree(store, place, entries), kept_records(store, place, entries)

    def _row(
        self, name: str, tree: TemplateTree, record: Record | None, changed: Collection[str]
    ) -> dict[str, Any]:
        header = read_header(tree.contents[name]) if name in tree.contents else Header()
        path = path_of(self.files.place, name)
        version = str(tree.blobs.get(name, ''))
        rendered = str(record.version) if record is not None else ''
        holds_back = record is not None and record.holds_back
        return {
            'name': name,
            'path': str(path),
            'below': self.files.place.below(path),
            'is_part': not is_rendered(name),
            'description': header.description,
            'variables': _variables(header),
            'queries': [{'name': each.name, **each.as_json()} for each in header.queries],
            'version': version,
            'rendered_version': rendered,
            'is_current': version == rendered and not holds_back and name not in changed,
            'made': len(record.objects) if record is not None else 0,
            'findings': [finding.at(file=path).as_json() for finding in header.findings],
        }


def _variables(header: Header) -> list[dict[str, Any]] | None:
    """The declared variables; None where a template declares none and may use any."""
    if header.variables is None:
        return None
    return [
        {
            'name': each.name,
            'type': each.type,
            'description': each.description,
            'required': each.required,
            'default': each.default,
            'from': each.source or None,
        }
        for each in header.variables.values()
    ]
