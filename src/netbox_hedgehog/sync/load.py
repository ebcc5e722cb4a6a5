"""Rows -> engine values: fabric, remote, persons, edits. Nothing is written here."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from hedgehog_gitops.git import Authorship, Identity, Remote, check_url
from hedgehog_gitops.identity import RepoPath
from hedgehog_gitops.layout import ArchiveStrategy, BadDocumentPolicy, Fabric
from hedgehog_gitops.plans import Operation
from hedgehog_gitops.workflows.trailers import (
    CHANGE_SET_ID,
    NETBOX_FABRIC,
    NETBOX_OPERATION,
    NETBOX_REQUEST_ID,
    NETBOX_USER,
)

from ..models import GitRepository, HedgehogFabric, SyncOperation
from .credentials import open_credential
from .settings import SyncSettings, sync_settings

__all__ = [
    'SERVICE_NAME',
    'authorship',
    'engine_fabric',
    'engine_operation',
    'open_remote',
    'service_identity',
]

# Who changed a row when no NetBox user stands behind the change.
SERVICE_NAME = 'netbox-hedgehog'


def engine_fabric(fabric: HedgehogFabric) -> Fabric:
    """Returns where the fabric lives in the repository, and its rules for files."""
    return Fabric(
        name=fabric.name,
        slug=fabric.slug,
        base=RepoPath(fabric.gitops_directory),
        archive_strategy=ArchiveStrategy(fabric.archive_strategy),
        bad_documents=BadDocumentPolicy(fabric.bad_document_policy),
        annotate=fabric.annotate,
        keep_layout=fabric.keep_layout,
    )


def engine_operation(operation: SyncOperation) -> Operation:
    """Returns who asked for what, and the one moment that counts as now for all of it."""
    return Operation(
        id=str(operation.operation_id),
        now=operation.started_at or datetime.now(UTC),
        user=operation.user_name or SERVICE_NAME,
    )


def open_remote(repository: GitRepository) -> Remote:
    """Returns the remote with its credential opened; drop it as soon as the call is over."""
    settings = sync_settings()
    return Remote(
        url=check_url(repository.url, settings.allowed_schemes, settings.allowed_hosts),
        credential=open_credential(repository),
        verify_tls=repository.validate_ssl or not settings.allow_insecure_tls,
        allow_protocols=settings.allowed_schemes,
    )


def authorship(
    operation: SyncOperation,
    author: Any,
    *,
    when: datetime,
    change_set: str = '',
    request_id: Any = None,
    also: Iterable[Any] = (),
) -> Authorship:
    """Returns who made the commit, and the trailers by which it is found again."""
    settings = sync_settings()
    service = service_identity(operation.git_repository, settings)
    person = _person(author, settings) if author is not None else service
    trailers: Sequence[tuple[str, str]] = (
        (NETBOX_REQUEST_ID, str(request_id or operation.request_id or '')),
        (NETBOX_USER, getattr(author, 'username', '') or SERVICE_NAME),
        (NETBOX_FABRIC, operation.fabric.slug if operation.fabric else ''),
        (NETBOX_OPERATION, str(operation.operation_id)),
        (CHANGE_SET_ID, change_set),
        *(('Co-authored-by', _spelled(_person(user, settings))) for user in also),
    )
    kept = tuple((name, value) for name, value in trailers if value)
    return Authorship(author=person, committer=service, when=when, trailers=kept)


def service_identity(repository: GitRepository | None, settings: SyncSettings) -> Identity:
    """Returns the name the service commits under."""
    if repository is not None and repository.commit_author_name and repository.commit_author_email:
        return Identity(repository.commit_author_name, repository.commit_author_email)
    return Identity(settings.committer_name, settings.committer_email)


def _person(user: Any, settings: SyncSettings) -> Identity:
    name = user.get_full_name() or user.username
    return Identity(name, user.email or f'{user.username}@{settings.commit_email_domain}')


def _spelled(identity: Identity) -> str:
    return f'{identity.name} <{identity.email}>'
