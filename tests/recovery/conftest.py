"""A world of which a backup is made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from cat4 import clock
from cat4.audit.actions import record
from measures.constants import Verb
from measures.evidence.actions import upload_document
from measures.models import Document, Measure
from tests import databases
from tests.recovery import backups
from tests.world import World, build_world


@dataclass
class Scene:
    """Two organizations, the first with two documents and an entry of the ledger."""

    world: World
    measure: Measure
    documents: list[Document]
    backup_url: str
    folder: Path

    @property
    def backup(self) -> Path:
        """The newest."""
        return (self.folder / "latest").resolve()

    def back_up(self, **environment: str) -> backups.Done:
        return backups.back_up(self.backup_url, self.folder, Path(default_storage.path("")), **environment)


def upload(world: World, measure: Measure, content: bytes) -> Document:
    file = ContentFile(content, name="amounts.csv")
    facts: dict[str, Any] = {"title": "Amounts", "purpose": "background"}
    return upload_document(world.actor("owner"), measure.pk, file=file, **facts)


@pytest.fixture
def scene(transactional_db: None, tmp_path: Path) -> Iterator[Scene]:
    world = build_world()
    build_world("twin")
    with world.inside(), clock.at(date(2026, 10, 14)):
        measure = world.measure()
        documents = [upload(world, measure, f"month;amount\nSep;{number}".encode()) for number in (1, 2)]
        record(world.actor("pmo"), Verb.FORECAST_CONFIRMED, measure, summary="confirmed", ledger=True)
    (tmp_path / "pg_hba.conf").touch()
    url = backups.make_backup_login(backups.administrator_url(), databases.database_name(), tmp_path)
    yield Scene(world, measure, documents, url, tmp_path / "backups")
