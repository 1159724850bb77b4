"""How statuses became what they are: each value with its days and reasons, and who vouched for another one."""

from datetime import date

from django.test import Client

from cat4 import clock
from measures.constants import StatusKind
from measures.overrides.actions.overrides import override_status, withdraw_override
from measures.schedule.actions.milestones import revise_milestone
from measures.status.actions.recompute import recompute_measure
from measures.status.selectors.history import status_spans
from tests.measures.core.test_pages import get, text_of
from tests.measures.steps import milestone_of
from tests.world import TODAY, World

KIND = StatusKind.IMPLEMENTATION


def test_a_status_is_kept_with_the_days_that_it_held_and_the_reasons_of_then(client: Client, world: World) -> None:
    owner = world.actor("owner")
    with world.inside():
        measure = world.measure(doi=3)
        milestone = milestone_of(measure, name="Live", day=date(2026, 12, 1))
        with clock.at(date(2026, 9, 1)):
            recompute_measure(measure.pk)
        with clock.at(date(2026, 9, 10)):
            revise_milestone(owner, milestone.pk, forecast_on=date(2027, 1, 29), reason="The press comes late.")
            recompute_measure(measure.pk)
            override_status(
                owner, measure.pk, kind=KIND, value="a", reason="It is being negotiated.", expires_on=date(2026, 9, 30)
            )
            withdraw_override(world.actor("sponsor"), measure.pk, kind=KIND, reason="It wasn't.")
        spans = [span for span in status_spans(measure) if span.kind is KIND]
    assert [(span.value, span.since, span.until, span.days) for span in spans] == [
        ("r", date(2026, 9, 10), None, (TODAY - date(2026, 9, 10)).days),
        ("g", date(2026, 9, 1), date(2026, 9, 10), 9),
    ]
    assert spans[0].reasons[0] == "Live comes 43 working days late, on 29 Jan 2027."
    page = text_of(get(client, world, "reader", f"/measures/{measure.pk}/history/"))
    assert "Live comes 43 working days late, on 29 Jan 2027." in page
    assert "It is being negotiated." in page
    assert "Withdrawn by" in page
