"""Fills a home's database: NetBox's tables, the plugin's, and somebody who may log in."""

from .baseline import BASELINE, is_empty, restore
from .home import Home
from .netbox_process import NETBOX_VERSION, set_up
from .postgres import connect
from .say import Stop, say, working

__all__ = ['ensure_administrator', 'migrate', 'restore_baseline']

ADMINISTRATOR = 'admin'


def restore_baseline(home: Home, database: str) -> None:
    """Restores NetBox's tables into an empty database; leaves one with tables alone."""
    with connect(home, database) as connection:
        if not is_empty(connection):
            return
        if not BASELINE.exists():
            say(f'There is no baseline for NetBox {NETBOX_VERSION}: its migrations will run')
            return
        with working(f'Restoring the tables of NetBox {NETBOX_VERSION}'):
            restore(connection)


def migrate(home: Home) -> None:
    """Sets Django up and applies what is not applied yet."""
    with working('Starting NetBox (its imports take a few seconds)'):
        set_up(home)
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not pending:
        return
    minutes = ' (five minutes or more)' if len(pending) > 100 else ''
    with working(f'Applying {len(pending)} migrations{minutes}'):
        try:
            call_command('migrate', verbosity=0, interactive=False)
        except Exception as problem:
            raise Stop(f'The migrations failed: {problem}') from problem


def ensure_administrator(home: Home) -> None:
    """Makes the user `admin` with the home's password; Django has to be set up."""
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    user = users.filter(username=ADMINISTRATOR).first()
    if user is None:
        user = users.create_superuser(
            ADMINISTRATOR, 'admin@example.com', home.secret('admin_password', 20)
        )
        user.first_name, user.last_name = 'Demo', 'Administrator'
        user.save()
    elif not user.check_password(home.secret('admin_password', 20)):
        user.set_password(home.secret('admin_password', 20))
        user.save()
