"""What can't be settled is shown to the operator, and tried again when told to."""

from io import StringIO
from uuid import UUID

from django.core.management import call_command
from django.utils import timezone

from cat4.outbox.models import OutboxRow
from tests.world import World


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("parked_outbox", *arguments, stdout=out)
    return out.getvalue()


def test_parked_rows_of_every_organization_are_listed_with_their_error(world: World, twin: World) -> None:
    for organization in (world, twin):
        with organization.inside():
            OutboxRow.objects.create(
                topic="t", object_id=UUID(int=1), attempts=6, parked_at=timezone.now(), error="no rate"
            )
    assert run().splitlines() == [
        "alder: t 00000000-0000-0000-0000-000000000001, 6 attempts: no rate",
        "twin: t 00000000-0000-0000-0000-000000000001, 6 attempts: no rate",
        "2 rows parked.",
    ]


def test_released_rows_are_due_again(world: World) -> None:
    with world.inside():
        OutboxRow.objects.create(topic="t", object_id=UUID(int=1), attempts=6, parked_at=timezone.now(), error="x")
    assert run("--release").splitlines()[-1] == "1 rows released."
    with world.inside():
        row = OutboxRow.objects.get()
        assert (row.parked_at, row.attempts, row.error) == (None, 0, "")
