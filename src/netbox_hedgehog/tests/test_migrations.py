"""The migrations: complete, reversible, and not tied to the newest NetBox."""

from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.test import TestCase

from netbox_hedgehog.constants import APP_LABEL, FIRST_MIGRATION

# What NetBox 4.7.0, the oldest supported version, certainly has.
OLDEST = {'core': 26, 'extras': 141, 'users': 16}


def plugin_tables():
    """Tables with their columns, constraints and indexes."""
    with connection.cursor() as cursor:
        look = connection.introspection
        return {
            table: (
                [column.name for column in look.get_table_description(cursor, table)],
                {
                    name: (what['columns'], what['unique'], what['foreign_key'])
                    for name, what in look.get_constraints(cursor, table).items()
                },
            )
            for table in look.table_names(cursor)
            if table.startswith(f'{APP_LABEL}_')
        }


def neighbours():
    """The models of NetBox which ours point at, and what these point at in turn."""
    ours = set(apps.get_app_config(APP_LABEL).get_models())
    found, open_ends = set(), set(ours)
    while open_ends:
        model = open_ends.pop()
        found.add(model)
        ends = {field.related_model for field in model._meta.get_fields() if not field.auto_created}
        ends |= {getattr(field.remote_field, 'through', None) for field in model._meta.many_to_many}
        ends |= set(model._meta.parents)
        open_ends |= {end for end in ends if end is not None} - found
    return found - ours


class MigrationTest(TestCase):
    def setUp(self):
        self.loader = MigrationLoader(connection)

    def ours(self):
        leaf = self.loader.graph.leaf_nodes(APP_LABEL)[0]
        plan = self.loader.graph.forwards_plan(leaf)
        return [self.loader.graph.nodes[node] for node in plan if node[0] == APP_LABEL]

    def states(self):
        """The state before each of our migrations.

        It holds only what ours need: with all of NetBox in it this takes minutes.
        """
        state = ProjectState()
        for model in neighbours():
            state.add_model(ModelState.from_model(model))
        found = []
        for migration in self.ours():
            found.append((migration, state.clone()))
            migration.mutate_state(state, preserve=False)
        return found

    def test_nothing_is_missing(self):
        call_command('makemigrations', APP_LABEL, check=True, dry_run=True, verbosity=0)

    def test_back_and_forth(self):
        before = plugin_tables()
        self.assertIn(f'{APP_LABEL}_hedgehogfabric', before)
        for migration, state in reversed(self.states()):
            with connection.schema_editor() as editor:
                migration.unapply(state, editor)
        self.assertEqual(plugin_tables(), {})
        for migration, state in self.states():
            with connection.schema_editor() as editor:
                migration.apply(state, editor)
        self.assertEqual(plugin_tables(), before)

    def test_every_step_can_be_reversed(self):
        for migration in self.ours():
            for operation in migration.operations:
                self.assertTrue(operation.reversible, f'{migration.name}: {operation}')

    def test_first_migration_has_its_own_name(self):
        self.assertEqual(self.ours()[0].name, FIRST_MIGRATION)
        self.assertNotIn((APP_LABEL, '0001_initial'), self.loader.disk_migrations)

    def test_dependencies_are_not_newer_than_the_oldest_netbox(self):
        for migration in self.ours():
            for app, name in migration.dependencies:
                if app in OLDEST and name[:4].isdigit():
                    self.assertLessEqual(int(name[:4]), OLDEST[app], f'{app}.{name}')
