"""Baselines: what would be booked without the measure. Proposed by the owner's side, approved by the controller."""

from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.errors import Conflict, Invalid
from cat4.notices.actions import settle
from cat4.wording import money
from measures.constants import BaselineType, Verb
from measures.core.actions.notes import note
from measures.core.notices import tell
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import measure_to_change, part_to_change
from measures.models import Baseline

from ..policies import may_approve_baseline, may_propose_baseline


@transaction.atomic
def propose_baseline(
    actor: Actor,
    measure_id: UUID,
    *,
    type: str,  # noqa: A002  # the field's word in pages, API and imports
    period: str,
    source: str,
    amount: Decimal | None,
    currency: str,
    normalisation: str = "",
) -> Baseline:
    """A new version of the baseline; the approval of an earlier one doesn't carry over.

    Raises:
        Http404, NotAllowed; Invalid by argument. Without an amount it can be proposed, not approved.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_propose_baseline)
    problems = Problems()
    baseline = Baseline(
        measure=measure,
        number=measure.baselines.count() + 1,
        type=checks.choice(problems, "type", type, BaselineType),
        period=checks.text(problems, "period", period, limit=60, required=True),
        source=checks.text(problems, "source", source, limit=200, required=True),
        amount=None if amount is None else checks.amount(problems, "amount", amount),
        currency=checks.currency(problems, "currency", currency),
        normalisation=checks.text(problems, "normalisation", normalisation),
        proposed_by_id=actor.user_id,
    )
    problems.stop_if_any()
    baseline.save(force_insert=True)
    summary = f"proposed baseline {baseline.number}: {money(baseline.amount, baseline.currency)}, {baseline.period}"
    change = {"amount": [None, baseline.amount], "source": [None, baseline.source]}
    note(actor, Verb.BASELINE_PROPOSED, baseline, measure, summary, change=change)
    tell(
        "baseline.approval_asked", actor, measure, event=f"baseline:{baseline.pk}:proposed", number=baseline.number,
        people=[measure.controller_id], path=f"/measures/{measure.pk}/financials/",
    )  # fmt: skip
    return baseline


@transaction.atomic
def approve_baseline(actor: Actor, baseline_id: UUID) -> Baseline:
    """The controller confirms the latest proposal; the plan is measured against it.

    Raises:
        Http404, NotAllowed; Invalid without an amount; Conflict when it is approved or a newer one exists.
    """
    baseline = part_to_change(actor, Baseline, baseline_id)
    measure = baseline.measure
    actor = act_as(actor, baseline, may_approve_baseline)
    if baseline.approved_by_id:
        raise Conflict(f"Baseline {baseline.number} is approved already.", current={"number": baseline.number})
    newest = measure.baselines.count()
    if baseline.number != newest:
        raise Conflict(f"Baseline {newest} was proposed since. Approve that one.", current={"number": newest})
    if baseline.amount is None and baseline.type != BaselineType.ZERO:
        raise Invalid({"amount": "The baseline has no amount yet. Ask for a proposal with one."})
    baseline.approved_by_id, baseline.approved_at = actor.user_id, clock.now()
    baseline.save(update_fields=["approved_by", "approved_at"])
    summary = f"approved baseline {baseline.number}: {money(baseline.amount, baseline.currency)}, {baseline.period}"
    change = {"number": baseline.number, "amount": baseline.amount, "currency": baseline.currency}
    note(actor, Verb.BASELINE_APPROVED, baseline, measure, summary, change=change, ledger=True)
    settle(f"baseline:{baseline.pk}:proposed")
    tell(
        "baseline.approved", actor, measure, event=f"baseline:{baseline.pk}:approved", number=baseline.number,
        people=[measure.owner_id, baseline.proposed_by_id], path=f"/measures/{measure.pk}/financials/",
    )  # fmt: skip
    return baseline
