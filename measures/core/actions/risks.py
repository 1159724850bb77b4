"""Risks: what may keep a measure from its money or dates."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.checks import Problems
from cat4.editing import accept_only, apply_changes, check_version
from cat4.wording import listed
from measures.constants import Verb
from measures.models import Risk

from ..policies.deputies import act_as
from ..policies.measures import may_edit_risks
from ..selectors.measures import measure_to_change, part_to_change
from .notes import note

FACTS = ("title", "likelihood", "amount", "response", "owner_id")


@transaction.atomic
def add_risk(
    actor: Actor,
    measure_id: UUID,
    *,
    title: str,
    likelihood: str,
    amount: Decimal | None = None,
    response: str = "",
    owner_id: UUID | None = None,
) -> Risk:
    """A risk, with what it would cost (in the reporting currency) and the answer to it.

    Raises:
        Http404, NotAllowed; Invalid by argument.
    """
    measure = measure_to_change(actor, measure_id)
    actor = act_as(actor, measure, may_edit_risks)
    problems, risk = Problems(), Risk(measure=measure)
    facts = {"title": title, "likelihood": likelihood, "amount": amount, "response": response, "owner_id": owner_id}
    cleaned = _clean(problems, actor, risk, facts)
    problems.stop_if_any()
    for field, value in cleaned.items():
        setattr(risk, field, value)
    risk.save(force_insert=True)
    note(
        actor, Verb.RISK_ADDED, risk, measure, f"added the risk {risk.title}", change={"title": [None, risk.title]}
    )  # fmt: skip
    return risk


@transaction.atomic
def edit_risk(actor: Actor, risk_id: UUID, *, expected_version: int | None = None, **changes: Any) -> Risk:
    """Change any fact of a risk.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by argument.
    """
    accept_only(changes, FACTS)
    risk = part_to_change(actor, Risk, risk_id)
    actor = act_as(actor, risk.measure, may_edit_risks)
    check_version(risk, expected_version, *changes)
    problems = Problems()
    cleaned = _clean(problems, actor, risk, changes)
    problems.stop_if_any()
    change = apply_changes(risk, cleaned)
    if not change:
        return risk
    risk.version += 1
    risk.save()
    labels = listed(field.removesuffix("_id") for field in change)
    note(actor, Verb.RISK_EDITED, risk, risk.measure, f"edited the risk {risk.title}: {labels}", change=change)
    return risk


@transaction.atomic
def remove_risk(actor: Actor, risk_id: UUID) -> None:
    """Take a risk away; the record keeps what it said.

    Raises:
        Http404, NotAllowed.
    """
    risk = part_to_change(actor, Risk, risk_id)
    actor = act_as(actor, risk.measure, may_edit_risks)
    change = {field: [getattr(risk, field), None] for field in FACTS}
    note(actor, Verb.RISK_REMOVED, risk, risk.measure, f"removed the risk {risk.title}", change=change)
    risk.delete()


def _clean(problems: Problems, actor: Actor, risk: Risk, facts: dict[str, Any]) -> dict[str, Any]:
    cleaned = dict(facts)
    if "title" in facts:
        cleaned["title"] = checks.text(problems, "title", facts["title"], limit=200, required=True)
    if "likelihood" in facts:
        cleaned["likelihood"] = checks.choice(problems, "likelihood", facts["likelihood"], Risk.Likelihood)
    if facts.get("amount") is not None:
        cleaned["amount"] = checks.amount(problems, "amount", facts["amount"])
    if "response" in facts:
        cleaned["response"] = checks.text(problems, "response", facts["response"])
    owner = facts.get("owner_id")
    if owner is not None:
        checks.active_member(problems, "owner_id", owner, actor.organization_id, keep=risk.owner_id)
    return cleaned
