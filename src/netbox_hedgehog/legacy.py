"""Keeps this plugin's migrations away from the tables of an earlier plugin with the same label.

Runs before the first migration does anything (`pre_migrate`), and as a database check. The two
plugins are told apart by the name of the first migration.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.checks import Error, Tags, register
from django.core.management.base import CommandError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import pre_migrate
from django.dispatch import receiver

from .constants import APP_LABEL, FIRST_MIGRATION

__all__ = ['EarlierPlugin', 'EarlierPluginFound', 'find_earlier_plugin']

SET_ASIDE = f'{APP_LABEL}_earlier'
DUMPED = f"--table='{APP_LABEL}_*' --table=django_migrations --table=django_content_type"


class EarlierPluginFound(CommandError):
    """The database holds tables or migrations under this plugin's label which are not its own."""


@dataclass(frozen=True, slots=True)
class EarlierPlugin:
    """What was found under the label `netbox_hedgehog` and does not belong to this plugin."""

    tables: tuple[str, ...]
    migrations: tuple[str, ...]
    newer: bool

    @property
    def message(self) -> str:
        if self.newer:
            return (
                f'This database was migrated by a newer version of {APP_LABEL} '
                f'({_some(self.migrations)}). Nothing was changed.'
            )
        found = [f'tables {_some(self.tables)}'] if self.tables else []
        found += [f'applied migrations {_some(self.migrations)}'] if self.migrations else []
        return (
            f'This database belongs to an earlier plugin that is also called {APP_LABEL}: '
            f'{" and ".join(found)}. Nothing was changed.'
        )

    @property
    def hint(self) -> str:
        """What to do, as commands that can be copied."""
        if self.newer:
            return 'Install that version again, or restore a backup made before it.'
        return '\n'.join(
            [
                'Either let NetBox use another database, or set the earlier tables aside:',
                '  1. Save them:',
                f'     pg_dump --format=custom {DUMPED} --file={SET_ASIDE}.dump <database>',
                '  2. Move them away (a renamed table would keep the names of its indexes):',
                *(f'     {statement}' for statement in self.statements()),
                '  3. Run migrate again.',
                f'The rows stay in the schema {SET_ASIDE}; this version does not import them.',
            ]
        )

    def statements(self) -> list[str]:
        """The SQL of step 2."""
        return [
            'BEGIN;',
            f'CREATE SCHEMA {SET_ASIDE};',
            *(f'ALTER TABLE "{table}" SET SCHEMA {SET_ASIDE};' for table in self.tables),
            _renamed('django_migrations', 'app'),
            # Else change log and tags of an old row would turn up at a new row of the same number.
            _renamed('django_content_type', 'app_label'),
            'COMMIT;',
        ]


def find_earlier_plugin(connection: BaseDatabaseWrapper) -> EarlierPlugin | None:
    """Looks at the database, changing nothing; None when it is empty or this plugin's own."""
    applied = _applied(connection)
    unknown = tuple(sorted(applied - _known()))
    if FIRST_MIGRATION in applied:
        # Our own first step is there, so whatever else was applied came after it.
        return EarlierPlugin((), unknown, newer=True) if unknown else None
    tables = tuple(_tables(connection))
    if not tables and not unknown:
        return None
    return EarlierPlugin(tables, unknown, newer=False)


@receiver(pre_migrate, dispatch_uid='netbox_hedgehog.refuse_earlier_plugin')
def refuse_earlier_plugin(sender: Any, using: str, **kwargs: Any) -> None:
    """Stops `migrate` before its first change."""
    if sender.label != APP_LABEL:
        return
    if earlier := find_earlier_plugin(connections[using]):
        raise EarlierPluginFound(f'{earlier.message}\n{earlier.hint}')


@register(Tags.database)
def check_earlier_plugin(
    app_configs: Sequence[Any] | None, databases: Iterable[str] | None, **kwargs: Any
) -> list[Error]:
    """Says the same in `check --database`, which `migrate` runs first."""
    found = [find_earlier_plugin(connections[alias]) for alias in databases or ()]
    return [
        Error(earlier.message, hint=earlier.hint, id=f'{APP_LABEL}.E001')
        for earlier in found
        if earlier
    ]


def _applied(connection: BaseDatabaseWrapper) -> set[str]:
    recorder = MigrationRecorder(connection)
    return {name for label, name in recorder.applied_migrations() if label == APP_LABEL}


def _known() -> set[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    known = set()
    for (label, name), migration in loader.disk_migrations.items():
        if label == APP_LABEL:
            known.add(name)
            known.update(old for _, old in migration.replaces)
    return known


def _tables(connection: BaseDatabaseWrapper) -> list[str]:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    return sorted(name for name in names if name.startswith(f'{APP_LABEL}_'))


def _renamed(table: str, column: str) -> str:
    # Shown to a person, never run from here.
    return f"UPDATE {table} SET {column} = '{SET_ASIDE}' WHERE {column} = '{APP_LABEL}';"  # noqa: S608


def _some(names: Sequence[str]) -> str:
    shown = ', '.join(names[:3])
    return shown if len(names) <= 3 else f'{shown} and {len(names) - 3} more'
