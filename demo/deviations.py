"""What fell off plan since the autumn, and how far its clock has run: two are on the agenda, others on their way."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from cat4.accounts.actor import Actor
from cat4.tenancy.context import current_organization_id
from governance.deviations.actions.answers import add_counter_measure, add_option, state_cause
from governance.deviations.actions.clock import run_clock
from governance.deviations.actions.following import follow_rules
from governance.deviations.constants import CauseClass, DeviationKind, DeviationOutcome
from governance.deviations.models import Deviation
from hierarchy.settings.actions import change_settings
from measures.status.actions.recompute import recompute_measure

from .steps import Dated
from .story import MeasureStory

Stories = Mapping[str, MeasureStory]

# The office takes the running portfolio over first, and lets its rules open deviations from this day on.
_FROM = date(2026, 9, 22)
# When the rules look at which measures; the others are looked at on the demo's day.
_LOOKS = {
    date(2026, 9, 22): ("PRO-023",),
    date(2026, 9, 23): ("OPS-011",),
    date(2026, 10, 5): ("OPS-022",),
    date(2026, 10, 8): ("COM-012",),
    date(2026, 10, 12): ("PRO-013", "OPS-013"),
}
# Rounds of the clock. The last one catches up, and finds the committees meeting within the week.
_ROUNDS = (date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 15))


def deviation_steps(stories: Stories, admin: Actor) -> Iterator[Dated]:
    """The day of the start, what the rules find, what owners answer, and the clock."""
    yield Dated(date(2026, 4, 20), 0, "deviations", lambda: change_settings(admin, deviations_from=_FROM))
    for day, codes in _LOOKS.items():
        for code in codes:
            yield Dated(day, 8, code, _look(stories[code]))
    answers = {
        date(2026, 9, 30): ("PRO-023", _explain_the_audit),
        date(2026, 9, 28): ("OPS-011", _explain_the_tooling),
        date(2026, 10, 8): ("PRO-023", _propose_a_second_supplier),
        date(2026, 10, 13): ("COM-012", _explain_the_discounts),
        date(2026, 10, 14): ("OPS-011", _propose_overtime),
    }
    for day, (code, answer) in answers.items():
        yield Dated(day, 9, code, _answering(stories[code], answer))
    for day in _ROUNDS:
        yield Dated(day, 10, "deviations", _ticking(day))


def _look(story: MeasureStory) -> Callable[[], object]:
    """As the outbox does after a change, for one measure."""

    def step() -> None:
        recompute_measure(story.measure_id)
        follow_rules(story.measure_id)

    return step


def _ticking(day: date) -> Callable[[], object]:
    return lambda: run_clock(day)


def _answering(story: MeasureStory, answer: Callable[[MeasureStory, Deviation], None]) -> Callable[[], object]:
    """The owner answers for the deviation of the money."""

    def step() -> None:
        mine = Deviation.objects.filter(organization_id=current_organization_id(), measure_id=story.measure_id)
        answer(story, mine.get(kind=DeviationKind.MONEY))

    return step


def _explain_the_audit(story: MeasureStory, found: Deviation) -> None:
    state_cause(
        story.owner,
        found.pk,
        cause_class=CauseClass.SUPPLIER,
        cause="The supplier failed its second audit on 29 September: crimping and traceability.",
        decision_needed="Qualify a second supplier, or stay with the current one.",
    )
    add_counter_measure(
        story.owner,
        found.pk,
        text="Emergency stock of eight weeks from the present supplier, until the audit is passed.",
        responsible_id=story.owner.user_id,
        due_on=date(2026, 10, 30),
    )


def _propose_a_second_supplier(story: MeasureStory, found: Deviation) -> None:
    add_option(
        story.owner,
        found.pk,
        title="Second supplier in Sibiu",
        outcome=DeviationOutcome.ADD_RESOURCES,
        text="Qualify a second supplier; the sensor platform waits a month for its harness.",
        effect_in_year=Decimal(326_000),
        effect_run_rate=Decimal(1_980_000),
        one_time_cost=Decimal(-90_000),
        effective_on=date(2027, 5, 1),
        is_recommended=True,
    )
    add_option(
        story.owner,
        found.pk,
        title="Stay with the current supplier",
        outcome=DeviationOutcome.ACCEPT,
        text="Repeat the audit in March.",
        effect_in_year=Decimal(326_000),
        effect_run_rate=Decimal(1_450_000),
        effective_on=date(2027, 3, 1),
    )


def _explain_the_tooling(story: MeasureStory, found: Deviation) -> None:
    state_cause(
        story.owner,
        found.pk,
        cause_class=CauseClass.TECHNICAL,
        cause="The tooling was released late; the line starts in January 2027.",
        decision_needed="Weekend shifts in Győr, or the later start.",
    )
    add_counter_measure(
        story.owner,
        found.pk,
        text="Two toolmakers of the press shop help out until the trial run is passed.",
        responsible_id=story.company.person("rafael"),
        due_on=date(2026, 11, 13),
    )


def _propose_overtime(story: MeasureStory, found: Deviation) -> None:
    add_option(
        story.owner,
        found.pk,
        title="Weekend shifts in Győr until January",
        outcome=DeviationOutcome.ADD_RESOURCES,
        effect_in_year=Decimal(0),
        effect_run_rate=Decimal(5_000_000),
        one_time_cost=Decimal(-140_000),
        effective_on=date(2026, 12, 14),
        is_recommended=True,
    )


def _explain_the_discounts(story: MeasureStory, found: Deviation) -> None:
    state_cause(
        story.owner,
        found.pk,
        cause_class=CauseClass.PRICE,
        cause="The realised discount is 14.8% against 11.5% planned: two regions went on approving by themselves.",
    )
