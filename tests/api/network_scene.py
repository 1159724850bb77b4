"""Milestones that wait for each other, and what followed, for the API's scene."""

from datetime import UTC, date, datetime

from cat4.tenancy.models import TenantModel
from measures.models import Dependency, EnablerAnswer, Measure, Milestone, PullForward, Ripple, RippleAnswer, RippleHop
from tests.world import World

NOW = datetime(2026, 10, 1, 9, tzinfo=UTC)
NOV_2, NOV_16, NOV_30 = date(2026, 11, 2), date(2026, 11, 16), date(2026, 11, 30)


def network(world: World, giver: Measure, taker: Measure) -> dict[str, TenantModel]:
    """The taker's milestones wait for one of the giver, whose slip moved them; one is offered an earlier date."""

    def made(measure: Measure, name: str, on: date, **facts: object) -> Milestone:
        return Milestone.objects.create(measure=measure, name=name, baseline_on=on, forecast_on=on, **facts)

    before, after = made(giver, "Hall empty", NOV_16), made(taker, "Line moved", NOV_2, computed_on=NOV_16)
    ripple = Ripple.objects.create(
        trigger=before, measure=giver, cause="forecast", before_on=NOV_2, after_on=NOV_16, days=10, at=NOW,
        author=world.people["pmo"],
    )  # fmt: skip
    RippleHop.objects.create(
        ripple=ripple, position=1, milestone=after, measure=taker, via_kind="FS", came_from=before, before_on=NOV_2,
        after_on=NOV_16, days=10,
    )  # fmt: skip
    return {
        "before": before,
        "after": after,
        "unlinked": made(taker, "Line tested", NOV_30),
        "dependency": Dependency.objects.create(predecessor=before, successor=after),
        "ripple": ripple,
        "answer": RippleAnswer.objects.create(ripple=ripple, measure=taker, due_on=date(2026, 10, 22)),
        "fallen": EnablerAnswer.objects.create(
            enabler=giver, measure=taker, event="hold", decision_number=99, asked_at=NOW, due_on=date(2026, 10, 22)
        ),
        "offer": PullForward.objects.create(
            milestone=made(taker, "Line accepted", NOV_30), because_of=before, possible_on=NOV_16, offered_at=NOW
        ),
        "handed": made(taker, "Line handed over", NOV_2, handed_over_on=NOV_2, receiver=world.people["member"]),
    }
