"""Who is told of a deviation, and of which step. Each event names its round, so that a reopening is told anew."""

from collections.abc import Sequence
from typing import Any

from cat4.notices.actions import notify
from cat4.wording import listed
from governance.parties.selectors.parties import parties_of

from .models import CounterMeasure, Deviation
from .selectors.asked import asked_ids, asked_names
from .selectors.deviations import lacking, owners_waiting_for, sentence_of


def tell_opened(deviation: Deviation) -> None:
    """Day 0: the owner, who is asked for the cause, and the owners of what waits for the measure."""
    measure, facts = deviation.measure, _facts(deviation)
    notify(
        "deviation.opened", event=_event(deviation, "opened"), people={measure.owner_id, *asked_ids(deviation)},
        path=_path(deviation), facts=facts, measure_id=measure.pk,
    )  # fmt: skip
    # Who waits learns of it where the rest of the measure isn't theirs to see: code and owner, no more.
    notify(
        "deviation.predecessor", event=_event(deviation, "predecessor"),
        people=owners_waiting_for(measure) - {measure.owner_id}, path="/blockers/",
        facts={"code": measure.code, "owner": facts["owner"]},
    )  # fmt: skip


def tell_cause_due(deviation: Deviation) -> None:
    """Day 5: who is asked for the cause, of what is still missing."""
    notify(
        "deviation.cause_due", event=_event(deviation, "cause_due"), people=asked_ids(deviation),
        path=_path(deviation), facts=_facts(deviation), measure_id=deviation.measure_id,
    )  # fmt: skip


def tell_sponsor(deviation: Deviation) -> None:
    """Day 7: the sponsor, of what is still missing or not confirmed."""
    notify(
        "deviation.sponsor_told", event=_event(deviation, "sponsor"), people=[deviation.measure.sponsor_id],
        path=_path(deviation), facts=_facts(deviation), measure_id=deviation.measure_id,
    )  # fmt: skip


def tell_unit(deviation: Deviation) -> None:
    """Day 14 of what nobody confirmed: who leads the measure's project or program, else its portfolio managers."""
    parties = parties_of(deviation.measure)
    notify(
        "deviation.unit_told", event=_event(deviation, "unit"),
        people=[person.id for person in parties.leads or parties.managers], path=_path(deviation),
        facts=_facts(deviation), measure_id=deviation.measure_id,
    )  # fmt: skip


def tell_escalated(deviation: Deviation, step: str = "escalated") -> None:
    """Day 14: owner and sponsor, and who decides."""
    measure = deviation.measure
    chairs = [person.id for person in parties_of(measure).chairs]
    notify(
        "deviation.escalated", event=_event(deviation, step), people=[measure.owner_id, measure.sponsor_id, *chairs],
        path=_path(deviation), facts=_facts(deviation), measure_id=measure.pk,
    )  # fmt: skip


def tell_decided(settled: Sequence[Deviation]) -> None:
    """The owner, the sponsor and the controller, once of a decision, however many deviations it settles."""
    deviation = settled[0]
    rows = deviation.decisions.select_related("decided_by", "on_behalf_of")
    measure, decision = deviation.measure, rows.latest("number")
    facts = {
        "number": listed(str(row.number) for row in settled),
        "outcome": decision.get_outcome_display(), "decided_by": decision.by, "reason": decision.reason,
        "decision": decision.number,
    }  # fmt: skip
    notify(
        "deviation.decided", event=_event(deviation, f"decision-{decision.number}"),
        people=[measure.owner_id, measure.sponsor_id, measure.controller_id], path=_path(deviation),
        facts=_facts(deviation) | facts, measure_id=measure.pk,
    )  # fmt: skip
    if decision.counter_measure is not None:
        tell_task(decision.counter_measure)


def tell_task(counter: CounterMeasure) -> None:
    """Who has to do it."""
    deviation = counter.deviation
    facts = {"text": counter.text, "due_on": counter.due_on, "number": deviation.number, "code": deviation.measure.code}
    notify(
        "deviation.task", event=f"counter-measure:{counter.pk}", people=[counter.responsible_id],
        path=f"/counter-measures/{counter.pk}/", facts=facts,
    )  # fmt: skip


def tell_reopened(deviation: Deviation, why: str) -> None:
    """The owner and the sponsor."""
    measure = deviation.measure
    notify(
        "deviation.reopened", event=_event(deviation, "reopened"), people=[measure.owner_id, measure.sponsor_id],
        path=_path(deviation), facts=_facts(deviation) | {"why": why}, measure_id=measure.pk,
    )  # fmt: skip


def _event(deviation: Deviation, what: str) -> str:
    return f"deviation:{deviation.pk}:{deviation.round}:{what}"


def _path(deviation: Deviation) -> str:
    return f"/deviations/{deviation.pk}/"


def _facts(deviation: Deviation) -> dict[str, Any]:
    measure = deviation.measure
    return {
        "number": deviation.number,
        "kind": deviation.get_kind_display(),
        "code": measure.code,
        "name": measure.name,
        "owner": measure.owner.name if measure.owner else "",
        "sentence": sentence_of(deviation),
        "lacking": lacking(deviation),
        "asked": listed(asked_names(deviation)) or "nobody",
        "is_for_committee": deviation.is_for_committee,
        "opened_on": deviation.opened_on,
        "cause_due_on": deviation.cause_due_on,
        "escalate_on": deviation.escalate_on,
        "committee": measure.committee.name if measure.committee else "",
    }
