"""An override ends by itself and says so, or is withdrawn by who may give one (domain section 7)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cat4 import clock
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.errors import Conflict, NotAllowed
from measures.constants import StatusKind
from measures.models import Measure, StatusOverride
from measures.overrides.actions.overrides import end_overrides, override_status, withdraw_override
from measures.status.selectors.statuses import statuses_of
from tests.measures.steps import invalid, refused
from tests.world import World

pytestmark = pytest.mark.django_db


def overridden(world: World) -> Measure:
    measure = world.measure(doi=2)
    override_status(
        world.actor("sponsor"), measure.pk, kind="potential", value="g", reason="Signed.", expires_on=date(2026, 10, 31)
    )
    return measure


def test_a_withdrawn_override_is_no_longer_shown_and_stays_on_record(world: World) -> None:
    with world.inside():
        measure = overridden(world)
        withdraw_override(world.actor("owner"), measure.pk, kind="potential", reason="It arrived.")
        assert statuses_of(measure.pk)[StatusKind.POTENTIAL].override is None
        row = StatusOverride.objects.get()
        assert (row.value, row.ended_by_id) == ("g", world.people["owner"].pk)
        entry = AuditEntry.objects.get(verb="status.override_withdrawn")
        assert (entry.summary, entry.reason) == ("withdrew the override of the potential status", "It arrived.")
        assert LedgerEntry.objects.filter(entry=entry).exists()
        with refused(Conflict, "The potential status is not overridden."):
            withdraw_override(world.actor("owner"), measure.pk, kind="potential", reason="Again.")


@pytest.mark.parametrize("persona", ["controller", "pmo", "chair", "reader", "admin"])
def test_only_owner_and_sponsor_withdraw(world: World, persona: str) -> None:
    with world.inside():
        measure = overridden(world)
        with refused(NotAllowed, "Only the owner Owner Alder or the sponsor Sponsor Alder may override"):
            withdraw_override(world.actor(persona), measure.pk, kind="potential", reason="x")
        assert StatusOverride.objects.get().ended_at is None


def test_a_withdrawal_says_which_and_why(world: World) -> None:
    with world.inside():
        measure = overridden(world)
        with invalid("kind"):
            withdraw_override(world.actor("owner"), measure.pk, kind="mood", reason="x")
        with invalid("reason", "This is needed."):
            withdraw_override(world.actor("owner"), measure.pk, kind="potential", reason=" ")


def test_an_override_ends_after_its_last_day_and_the_history_says_so_once(world: World) -> None:
    with world.inside():
        measure = overridden(world)
        with clock.at(datetime(2026, 10, 31, 12, tzinfo=UTC)):
            end_overrides(measure.pk)
            assert StatusOverride.objects.get().ended_at is None
        with clock.at(datetime(2026, 11, 1, 12, tzinfo=UTC)):
            end_overrides(measure.pk)
            end_overrides(measure.pk)
        entry = AuditEntry.objects.get(verb="status.override_ended")
        assert entry.summary == "ended the override of the potential status, which held until 31 Oct 2026"
        assert (entry.cause, entry.measure_id) == ("schedule", measure.pk)
