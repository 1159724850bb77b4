"""Proofs of a saving: price, volume and exchange rate before and after (domain 6.11)."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import accept_only, check_version
from cat4.wording import money, month_name
from measures.constants import EBITDA_KINDS, Verb
from measures.core.actions.notes import note
from measures.core.policies.deputies import act_as
from measures.core.selectors.measures import part_to_change
from measures.facts import checks as measure_checks
from measures.facts.calendar import calendar
from measures.models import EffectLine, PriceVolumeProof

from ..policies import may_write_proofs
from ..selectors.proofs import proof_to_change, split_of

# Whole digits and decimals that a number may have.
NUMBERS = {
    "price_before": (12, 6),
    "volume_before": (15, 3),
    "rate_before": (10, 8),
    "price_after": (12, 6),
    "volume_after": (15, 3),
    "rate_after": (10, 8),
}
TEXTS = {"unit": 40, "source": 200}
FACTS = ("first_month", "last_month", *TEXTS, *NUMBERS)
_RATES = ("rate_before", "rate_after")


@transaction.atomic
def enter_proof(
    actor: Actor,
    line_id: UUID,
    *,
    first_month: date,
    last_month: date,
    unit: str,
    price_before: Decimal,
    volume_before: Decimal,
    rate_before: Decimal,
    price_after: Decimal,
    volume_after: Decimal,
    rate_after: Decimal,
    source: str,
) -> PriceVolumeProof:
    """Prove what a line brought in some months by price, volume and exchange rate, before and after.

    Prices are per unit in the currency of the contract, rates lead from it to the line's. The months of two proofs
    of a line don't overlap.

    Raises:
        Http404, NotAllowed; Invalid by argument.
    """
    line = part_to_change(actor, EffectLine, line_id)
    actor = act_as(actor, line.measure, may_write_proofs)
    facts = {
        "first_month": first_month, "last_month": last_month, "unit": unit, "source": source,
        "price_before": price_before, "volume_before": volume_before, "rate_before": rate_before,
        "price_after": price_after, "volume_after": volume_after, "rate_after": rate_after,
    }  # fmt: skip
    proof, problems = PriceVolumeProof(line=line), Problems()
    cleaned = _clean(problems, proof, facts)
    problems.stop_if_any()
    for field, value in cleaned.items():
        setattr(proof, field, value)
    proof.author_id, proof.at = actor.user_id, clock.now()
    proof.save(force_insert=True)
    summary = f"proved {_words(proof)}"
    note(actor, Verb.PROOF_ENTERED, proof, line.measure, summary, change=_change({}, cleaned))
    return proof


@transaction.atomic
def edit_proof(
    actor: Actor, proof_id: UUID, *, expected_version: int | None = None, **changes: Any
) -> PriceVolumeProof:
    """Correct a proof; the record keeps what it said before.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by argument.
    """
    accept_only(changes, FACTS)
    proof = proof_to_change(actor, proof_id)
    actor = act_as(actor, proof.line.measure, may_write_proofs)
    check_version(proof, expected_version, *changes)
    problems = Problems()
    cleaned = _clean(problems, proof, {field: changes.get(field, getattr(proof, field)) for field in FACTS})
    problems.stop_if_any()
    change = {field: value for field, value in cleaned.items() if getattr(proof, field) != value}
    if not change:
        return proof
    before = {field: getattr(proof, field) for field in change}
    for field, value in change.items():
        setattr(proof, field, value)
    proof.version, proof.author_id, proof.at = proof.version + 1, actor.user_id, clock.now()
    proof.save()
    note(
        actor, Verb.PROOF_EDITED, proof, proof.line.measure, f"corrected the proof: {_words(proof)}",
        change=_change(before, change),
    )  # fmt: skip
    return proof


@transaction.atomic
def remove_proof(actor: Actor, proof_id: UUID) -> None:
    """Take a proof away; the record keeps its numbers.

    Raises:
        Http404, NotAllowed.
    """
    proof = proof_to_change(actor, proof_id)
    actor = act_as(actor, proof.line.measure, may_write_proofs)
    change = {field: [_plain(getattr(proof, field)), None] for field in FACTS}
    note(
        actor, Verb.PROOF_REMOVED, proof, proof.line.measure, f"removed the proof of {_words(proof)}", change=change
    )  # fmt: skip
    proof.delete()


def _clean(problems: Problems, proof: PriceVolumeProof, facts: dict[str, Any]) -> dict[str, Any]:
    if proof.line.kind not in EBITDA_KINDS:
        problems.add("line_id", f"{proof.line.name} is no EBITDA: price and volume prove a cost or a revenue.")
    window = calendar()
    first = measure_checks.month(problems, "first_month", facts["first_month"], window)
    last = measure_checks.month(problems, "last_month", facts["last_month"], window)
    if first and last and last < first:
        problems.add("last_month", "The last month lies before the first.")
    elif first and last:
        _check_overlap(problems, proof, first, last)
    cleaned: dict[str, Any] = {"first_month": first, "last_month": last}
    for field, limit in TEXTS.items():
        cleaned[field] = checks.text(problems, field, facts[field], limit=limit, required=True)
    for field, (whole, decimals) in NUMBERS.items():
        cleaned[field] = checks.number(problems, field, facts[field], whole=whole, decimals=decimals)
    for field in _RATES:
        if not cleaned[field] and field not in problems:
            problems.add(field, "A rate is above 0; 1 where the currency is the line's.")
    return cleaned


def _check_overlap(problems: Problems, proof: PriceVolumeProof, first: date, last: date) -> None:
    others = proof.line.proofs.filter(first_month__lte=last, last_month__gte=first).exclude(pk=proof.pk)
    for other in others[:1]:
        span = f"{month_name(other.first_month)} to {month_name(other.last_month)}"
        problems.add("first_month", f"There is a proof of {span} already. Correct that one.")


def _words(proof: PriceVolumeProof) -> str:
    total = money(split_of(proof).total, proof.line.currency)
    return f"{total} of {proof.line.name}, {month_name(proof.first_month)} to {month_name(proof.last_month)}"


def _change(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    return {field: [_plain(before.get(field)), _plain(value)] for field, value in after.items()}


def _plain(value: Any) -> Any:
    return None if value is None else f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
