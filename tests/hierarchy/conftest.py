"""What the tests of the hierarchy share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.models import Model

from cat4.audit.models import AuditEntry
from cat4.outbox.models import OutboxRow
from tests.world import World


@contextmanager
def unchanged(world: World, *models: type[Model]) -> Iterator[None]:
    """Within the organization: nothing is written, neither rows of `models`, audit nor outbox."""
    with world.inside():
        before = _rows(*models)
    yield
    with world.inside():
        assert _rows(*models) == before


def _rows(*models: type[Model]) -> list[object]:
    counted = [AuditEntry.objects.count(), OutboxRow.objects.count()]
    return [*counted, *(sorted(model._default_manager.values_list(), key=str) for model in models)]
