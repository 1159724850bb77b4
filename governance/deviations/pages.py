"""The page of a deviation: what is off, what it costs, why, the ways out, and what each decision changes.

And what of deviations waits for a person, as My work shows it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from cat4.accounts.actor import Actor
from cat4.web import formats
from cat4.web.form_pages import people_choices
from cat4.web.requests import OrganizationRequest
from cat4.wording import listed
from governance.gates.pages.choices import Choice, money_facts
from governance.gates.selectors.choices import Consequence
from governance.parties.constants import SubjectKind
from governance.parties.selectors.conflicts import who_declared
from governance.parties.selectors.parties import parties_of
from governance.parties.selectors.places import place_of
from governance.rules.facts import Parties
from governance.rules.results import names
from hierarchy.organization.selectors import thresholds
from measures.status.selectors.statuses import statuses_of
from measures.status.selectors.totals import totals_map

from .constants import DeviationKind, DeviationOutcome, DeviationState
from .forms import CauseForm, CounterForm, DecideForm, DoneForm, OptionForm
from .models import CounterMeasure, Deviation, DeviationOption
from .policies import may_answer_deviation, may_complete_counter_measure, may_decide_deviation
from .selectors.asked import asked_names
from .selectors.choices import deviation_consequences
from .selectors.deviations import dependencies_hit, lacking, sentence_of, today_here
from .selectors.history import Written, history_of
from .selectors.parts import clock_steps_of, counter_measures_of, decisions_of, options_of
from .selectors.topics import Topic, others_in_topic
from .selectors.waiting import by_measure, counter_measures_to_do, topics_to_decide, unanswered
from .selectors.weights import weigh_deviations

_IN_YEAR, _RUN_RATE = ("This year against plan", "effect_in_year"), ("Run-rate against plan", "effect_run_rate")
FIGURES = {
    DeviationKind.MONEY: (_IN_YEAR, _RUN_RATE),
    DeviationKind.REVERSAL: (_IN_YEAR, _RUN_RATE),
    DeviationKind.DATES: (("Comes later than this year", "effect_in_year"),),
    DeviationKind.COST: (("One-time cost against approved", "effect_in_year"),),
}
_WHAT_HAPPENS = {
    DeviationOutcome.ACCEPT: "The forecast becomes what is expected now. The gap goes to the person you name.",
    DeviationOutcome.COMPENSATE: "Another measure brings the money. It has to be at DoI 2 within 30 days.",
    DeviationOutcome.RE_SCOPE: "The owner asks for another plan by the day you name.",
    DeviationOutcome.ADD_RESOURCES: "The owner asks for the plan with more people or money by the day you name.",
    DeviationOutcome.RE_SEQUENCE: "The owner asks for other dates by the day you name.",
    DeviationOutcome.HOLD: "Work rests until the day you name. Its value leaves the forecast.",
    DeviationOutcome.CANCEL: "Given up for good. It stays in the plan; the gap goes to the person you name.",
    DeviationOutcome.WAIT: "Decides nothing. Once only; the next gate stays shut.",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """For the component `figures`."""

    label: str
    value: str
    note: str = ""
    is_bad: bool = False
    href: str = ""
    delta: str = ""
    is_gain: bool = False


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """For the component `ledger`."""

    at: datetime
    who: str
    what: str
    number: int | None
    hash: str


def deviation_page(
    request: OrganizationRequest,
    deviation: Deviation,
    *,
    refused: dict[str, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Everything of a deviation; forms that were refused stand in it again."""
    today, parties, typed = today_here(), parties_of(deviation.measure), refused or {}
    may_answer = may_answer_deviation(request.actor, parties, deviation)
    options = options_of(deviation)
    context = {
        "deviation": deviation,
        "measure": deviation.measure,
        "statuses": {kind.value: view.shown for kind, view in statuses_of(deviation.measure_id).items()},
        "sentence": sentence_of(deviation),
        "day": deviation.day_on(today),
        "allowed": thresholds().deviation_escalate_days,
        "is_past": deviation.is_past_clock(today),
        "lacking": lacking(deviation) if deviation.is_live else [],
        "asked": listed(asked_names(deviation)),
        "figures": list(
            _figures(deviation, request.organization.currency, today == deviation.opened_on, _decided_on(deviation))
        ),
        "hit": dependencies_hit(request.actor, deviation.measure),
        "may_answer": may_answer,
        "cause_form": typed.get("cause") or _cause_form(deviation),
        "options": options,
        "option_form": typed.get("option") or OptionForm(prefix="option"),
        "counters": _counters(request, deviation, parties),
        "counter_form": typed.get("counter") or CounterForm(prefix="counter", people=people_choices(request)),
        "problem_form": next(iter(typed.values()), None),
        "opened_form": next(iter(typed), ""),
        "history": [_ledger_line(entry) for entry in history_of(deviation)],
        "steps": clock_steps_of(deviation),
        "currency": request.organization.currency,
        **_decision(request, deviation, parties, options, typed.get("decide")),
    }
    return render(request, "governance/deviations/detail.html", context, status=status)


def _cause_form(deviation: Deviation) -> CauseForm:
    fields = ("cause_class", "cause", "decision_needed", "version")
    return CauseForm(prefix="cause", initial={name: getattr(deviation, name) for name in fields})


def _figures(deviation: Deviation, currency: str, is_first_day: bool, kept: Mapping[str, str]) -> Iterator[Figure]:
    """None for what costs nothing by itself; of one that was decided, what it was decided on, as `kept`."""
    for label, name in FIGURES.get(DeviationKind(deviation.kind), ()):
        now: Decimal = getattr(deviation, name)
        then: Decimal = getattr(deviation, f"{name}_opened")
        if name in kept:
            decided = Decimal(kept[name])
            note = _("k%(currency)s when it was decided, %(now)s now") % {"currency": currency, "now": _signed(now)}
            yield Figure(label, _signed(decided), note, is_bad=formats.is_negative(_signed(decided)))
            continue
        note = f"k{currency}" if is_first_day else f"k{currency}, {_signed(then)} when it opened"
        yield Figure(label, _signed(now), note, is_bad=formats.is_negative(_signed(now)))


def _decided_on(deviation: Deviation) -> Mapping[str, str]:
    """The effects that the standing decision was taken on; empty while it is open, or where none were kept."""
    if deviation.state == DeviationState.OPEN:
        return {}
    standing = (row for row in decisions_of(deviation) if row.round == deviation.round)
    return next((row.kept for row in standing if row.outcome != DeviationOutcome.WAIT), {})


def _signed(amount: Decimal) -> str:
    return formats.signed(amount / 1_000)


def _ledger_line(written: Written) -> LedgerLine:
    """`stated the cause. “The supplier is late.”`"""
    why = f" “{written.reason}”" if written.reason else ""
    return LedgerLine(
        written.at, written.who, f"{written.what}.{why}", written.number, formats.short_hash(written.hash)
    )


def _counters(
    request: OrganizationRequest, deviation: Deviation, parties: Parties
) -> list[tuple[CounterMeasure, forms.Form | None]]:
    """Each with its form, where the person may say that it is done."""
    found: list[tuple[CounterMeasure, forms.Form | None]] = []
    for row in counter_measures_of(deviation):
        may = deviation.is_live and row.done_on is None and may_complete_counter_measure(request.actor, parties, row)
        found.append((row, DoneForm(auto_id=f"id_{row.pk}_%s") if may else None))
    return found


def _decision(
    request: OrganizationRequest,
    deviation: Deviation,
    parties: Parties,
    options: list[DeviationOption],
    typed: forms.Form | None,
) -> dict[str, Any]:
    declared = who_declared(SubjectKind.DEVIATION, deviation.measure_id)
    may_decide = may_decide_deviation(request.actor, parties, deviation, declared)
    weighed = weigh_deviations([deviation, *others_in_topic(deviation)])
    decisions = decisions_of(deviation)
    has_waited = any(decision.outcome == DeviationOutcome.WAIT for decision in decisions)
    is_open = deviation.state == DeviationState.OPEN
    form = typed or decide_form(request, deviation, options, urgent=weighed.asks_body)
    if has_waited:
        del form.fields["wait_until"]
    chosen = form["outcome"].value() if form.is_bound else ""
    totals = totals_map([deviation.measure_id]).get(deviation.measure_id)
    outcomes = [outcome for outcome in DeviationOutcome if not (has_waited and outcome == DeviationOutcome.WAIT)]
    return {
        "may_decide": may_decide,
        "committee_decides": weighed.sentence if may_decide and weighed.asks_body else "",
        "place": place_of(SubjectKind.DEVIATION, deviation.measure_id) if is_open else None,
        "is_open": is_open,
        "deciders": names(parties.chairs),
        "decisions": decisions,
        "decide_form": form,
        "choices": deviation_choices(
            deviation_consequences(outcomes, options, totals), request.organization.currency, chosen=chosen
        ),
    }


def deviation_choices(consequences: Iterable[Consequence], currency: str, *, chosen: str = "") -> list[Choice]:
    """What each outcome does to the measure and to its money, in thousands of the reporting `currency`."""
    found = ((DeviationOutcome(consequence.outcome), consequence) for consequence in consequences)
    return [
        Choice(
            outcome.value,
            str(outcome.label),
            money_facts(consequence, currency),
            _WHAT_HAPPENS[outcome],
            outcome == chosen,
        )
        for outcome, consequence in found
    ]


def decide_form(
    request: OrganizationRequest,
    deviation: Deviation,
    options: list[DeviationOption],
    data: Any = None,
    *,
    urgent: bool = False,
) -> DecideForm:
    """The form of the committee's decision; the other deviations of its topic are settled with it unless taken out.

    `urgent`: where the chair says why it can't wait for the committee.
    """
    others = others_in_topic(deviation)
    return DecideForm(
        data,
        prefix="decide",
        others=[(row.pk, f"{row.number}, {row.get_kind_display().lower()}: {sentence_of(row)}") for row in others],
        people=people_choices(request),
        options=[(option.pk, option.title) for option in options],
        wait_days=thresholds().deviation_wait_days,
        urgent=urgent,
    )


@dataclass(frozen=True, slots=True)
class ToDo:
    """Something about a deviation that waits for a person."""

    title: str
    sub: str
    href_name: str
    pk: UUID
    tag: str
    tag_kind: str


def deviations_to_do(actor: Actor) -> list[ToDo]:
    """What waits for the person: counter-measures to do, causes to state, what sponsors were told, what to decide."""
    today = today_here()
    return [
        *(_counter_to_do(row, today) for row in counter_measures_to_do(actor)),
        *(_to_answer(rows, today) for rows in by_measure(unanswered(actor, today))),
        *(_to_decide(topic, today) for topic in topics_to_decide(actor)),
    ]


def _counter_to_do(row: CounterMeasure, today: date) -> ToDo:
    return ToDo(
        title=row.text[:120],
        sub=f"{row.deviation.measure.code}, deviation {row.deviation.number}",
        href_name="governance:counter-measure",
        pk=row.pk,
        tag="Overdue" if row.due_on < today else f"Due in {(row.due_on - today).days} days",
        tag_kind="r" if row.due_on < today else "a",
    )


def _to_answer(rows: Sequence[Deviation], today: date) -> ToDo:
    """What is to be answered for a measure, whatever the number of its deviations."""
    first, kinds = rows[0], listed(row.get_kind_display().lower() for row in rows)
    return ToDo(
        title=f"Cause and counter-measure, {kinds}",
        sub=f"{first.measure.name}: {' '.join(sentence_of(row) for row in rows)}",
        href_name="governance:deviation",
        pk=first.pk,
        tag=f"Day {first.day_on(today)}",
        tag_kind="r" if first.cause_due_on <= today else "a",
    )


def _to_decide(topic: Topic, today: date) -> ToDo:
    first = topic.deviations[0]
    return ToDo(
        title=f"Decide on {topic.measure.name}",
        sub=" ".join(sentence_of(row) for row in topic.deviations),
        href_name="governance:deviation",
        pk=first.pk,
        tag=f"Day {first.day_on(today)}, escalated",
        tag_kind="r",
    )
