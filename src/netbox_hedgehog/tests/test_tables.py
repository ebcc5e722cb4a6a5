"""Every column of every table can be ordered by and rendered, empty and with rows."""

from django.test import RequestFactory
from utilities.testing import TableTestCases

from netbox_hedgehog import tables

from .builders import (
    a_checkpoint,
    a_conflict,
    a_duplicate_group,
    a_fabric,
    a_repository,
    a_resource,
    an_entry,
    an_error,
    an_operation,
    an_upload,
)


class Cases:
    class Table(TableTestCases.StandardTableTestCase):
        @classmethod
        def setUpTestData(cls):
            fabric = a_fabric(git_repository=a_repository())
            resource = a_resource(fabric)
            a_checkpoint(fabric, files_total=2)
            a_duplicate_group(fabric, scanned_commit='feed' * 10)
            a_conflict(resource, conflicting_fields=['spec.a'], base_commit='feed' * 10)
            an_entry(resource, new_commit='feed' * 10)
            an_error(fabric)
            an_operation(fabric, commit_sha='feed' * 10)
            an_upload(fabric, new_commit='feed' * 10, path='raw/x.yaml')

        def test_all_columns_render_and_export(self):
            for name, queryset in self.get_queryset_sources():
                with self.subTest(name):
                    table = self.get_table(queryset)
                    for column in table.columns.names():
                        table.columns.show(column)
                    request = RequestFactory().get('/')
                    request.user = self.user
                    self.assertIn('<tr', table.as_html(request))
                    self.assertEqual(len(list(table.as_values())), queryset.count() + 1)


class GitRepositoryTableTest(Cases.Table):
    table = tables.GitRepositoryTable


class HedgehogFabricTableTest(Cases.Table):
    table = tables.HedgehogFabricTable


class HedgehogResourceTableTest(Cases.Table):
    table = tables.HedgehogResourceTable


class SyncOperationTableTest(Cases.Table):
    table = tables.SyncOperationTable


class ConflictResolutionTableTest(Cases.Table):
    table = tables.ConflictResolutionTable


class ErrorRecordTableTest(Cases.Table):
    table = tables.ErrorRecordTable


class OutboxEntryTableTest(Cases.Table):
    table = tables.OutboxEntryTable


class RawUploadTableTest(Cases.Table):
    table = tables.RawUploadTable


class CheckpointTableTest(Cases.Table):
    table = tables.CheckpointTable
