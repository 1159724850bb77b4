"""What is asked of a restored database and of the files that were kept with it; every answer is a list of sentences.

The database is the one that this process is connected to, as the serving role: what it can't see, people couldn't.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from cat4.accounts.selectors import organization_by_id, organization_ids
from cat4.audit.models import AuditEntry
from cat4.tenancy.checks import tenant_models
from cat4.tenancy.context import organization_context
from cat4.tenancy.models import TenantModel

# What a row says of the file that it keeps.
_OF_A_FILE = {"storage_key", "sha256"}


def other_migrations() -> list[str]:
    """Migrations that the database lacks, or has from a newer version: nothing else can be asked of it then."""
    executor = MigrationExecutor(connection)
    missing = [
        f"{step.app_label}.{step.name}" for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())
    ]
    unknown = [
        ".".join(key) for key in executor.loader.applied_migrations if key not in executor.loader.disk_migrations
    ]
    return [
        *(f"The backup is from before {name}: rehearse with its own version" for name in missing),
        *(f"The backup has {name}, which this version doesn't know" for name in unknown),
    ]


def differing_tables(expected: dict[str, int]) -> list[str]:
    """Tables with other numbers of rows than the dump."""
    found = _rows_by_table()
    tables = sorted(found.keys() | expected.keys())
    return [
        f"{table}: {_rows(found.get(table))} instead of {_rows(expected.get(table))}"
        for table in tables
        if found.get(table) != expected.get(table)
    ]


def expected_rows(listing: Path) -> dict[str, int]:
    """Rows by table, as the backup listed its dump.

    Raises:
        OSError, ValueError: there is no such list.
    """
    lines = [line.split("\t") for line in listing.read_text().splitlines()]
    return {table: int(rows) for table, rows in lines}


def _rows(number: int | None) -> str:
    return "no table" if number is None else f"{number} {'row' if number == 1 else 'rows'}"


def _rows_by_table() -> dict[str, int]:
    tenants = tenant_models()
    everything: set[type[models.Model]] = {*apps.get_models(include_auto_created=True)}
    everything.add(MigrationRecorder(connection).Migration)
    found = Counter({model._meta.db_table: _count(model) for model in everything - {*tenants} if _has_table(model)})
    for organization_id in organization_ids():
        with organization_context(organization_id):
            found.update({model._meta.db_table: _count(model) for model in tenants})
    # Without any organization too.
    return {**dict.fromkeys((model._meta.db_table for model in tenants), 0), **found}


def _has_table(model: type[models.Model]) -> bool:
    return model._meta.managed and not model._meta.proxy


def _count(model: type[models.Model]) -> int:
    return model._base_manager.count()


def damaged_files(folder: Path) -> tuple[int, list[str]]:
    """How many files rows name, and those that are missing or have other content than the row's hash says."""
    checked, problems = 0, []
    for organization_id in organization_ids():
        slug = organization_by_id(organization_id).slug
        with organization_context(organization_id):
            for row in _rows_with_files():
                checked += 1
                problems += [f"{slug}: {sentence}" for sentence in _problems_of(row, folder)]
    return checked, problems


def _rows_with_files() -> Iterator[TenantModel]:
    for model in tenant_models():
        if {field.name for field in model._meta.get_fields()} >= _OF_A_FILE:
            rows: Any = model._base_manager
            # Of a pack that isn't built yet there is none.
            yield from rows.exclude(storage_key="").order_by("pk")


def _problems_of(row: TenantModel, folder: Path) -> Iterator[str]:
    key, expected = str(getattr(row, "storage_key", "")), str(getattr(row, "sha256", ""))
    name = f"{row._meta.verbose_name} {row.pk}, {key}"
    try:
        with (folder / key).open("rb") as content:
            found = file_digest(content, "sha256").hexdigest()
    except OSError:
        yield f"{name}: the file is missing"
    else:
        if found != expected:
            yield f"{name}: the file's content has changed"


def newest_entry() -> datetime | None:
    """When the last change of any organization was made that the database knows of."""
    return max(_newest_by_organization(), default=None)


def _newest_by_organization() -> Iterable[datetime]:
    for organization_id in organization_ids():
        with organization_context(organization_id):
            newest = AuditEntry.objects.aggregate(at=models.Max("at"))["at"]
        if newest is not None:
            yield newest
