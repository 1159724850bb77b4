"""Setting top-down targets (domain sections 1 and 6.6)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.errors import Invalid, StaleVersion, require
from cat4.fiscal import fiscal_year
from cat4.outbox.actions import publish
from hierarchy.constants import TargetEffect, TargetKind, Topic, Verb
from hierarchy.models import Node, Target
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_set_target

from ..selectors.node_page import target_amounts
from ..selectors.nodes import visible_node_for_write

# A target of a node: its effect, its kind and its fiscal year.
Cell = tuple[str, str, int]
_LARGEST = Decimal("10000000000000000")


@transaction.atomic
def set_target(
    actor: Actor,
    *,
    node_id: UUID,
    kind: str,
    fiscal_year: int,
    amount: Decimal | None,
    effect: str = TargetEffect.EBITDA,
) -> Target | None:
    """Say what a node must deliver in a fiscal year; None takes the target away.

    In the reporting currency, headcount in FTE; costs are negative. Targets of children don't need to sum to
    the parent's: the difference is shown as not allocated.

    Raises:
        Http404, NotAllowed; Invalid by field.
    """
    node = visible_node_for_write(actor, node_id)
    require(may_set_target(actor, node))
    _check(node, effect, kind, fiscal_year, amount)
    existing = Target.objects.filter(node=node, effect=effect, kind=kind, fiscal_year=fiscal_year).first()
    old = existing.amount if existing else None
    if old == amount:
        return existing
    target = existing or Target(node=node, effect=effect, kind=kind, fiscal_year=fiscal_year)
    if amount is not None:
        target.amount = amount
        target.save()
    words = f"to {amount:,.0f}" if amount is not None else "to none"
    summary = f"set the {target_words(effect, kind)} target {fiscal_year} of {node.name} {words}"
    change = {"amount": [old, amount], "effect": effect, "node": node.name}
    record(actor, Verb.TARGET_SET, target, summary=summary, change=change)
    if amount is None:
        target.delete()
    publish(Topic.NODE_CHANGED, node.pk)
    return target if amount is not None else None


@transaction.atomic
def set_targets(
    actor: Actor,
    *,
    node_id: UUID,
    amounts: Mapping[Cell, Decimal | None],
    expected: Mapping[Cell, Decimal | None] | None = None,
) -> Node:
    """Set several targets of a node, by effect, kind and fiscal year; all or none.

    `expected` are the amounts that the page showed.

    Raises:
        Http404, NotAllowed; StaleVersion when one of `amounts` was changed meanwhile; Invalid under
        keys such as "ebitda_run_rate_2028".
    """
    node = visible_node_for_write(actor, node_id)
    require(may_set_target(actor, node))
    stored = target_amounts(node)
    if expected is not None and any(stored.get(cell) != expected.get(cell) for cell in amounts):
        current = {target_name(cell): stored.get(cell) for cell in amounts}
        raise StaleVersion("Someone changed the targets since you opened the page.", current=current)
    problems = Problems()
    for (effect, kind, year), amount in amounts.items():
        try:
            set_target(actor, node_id=node_id, effect=effect, kind=kind, fiscal_year=year, amount=amount)
        except Invalid as refused:
            problems.add(target_name((effect, kind, year)), *refused.sentences)
    problems.stop_if_any()
    return node


def target_name(cell: Cell) -> str:
    """The name of a target's field, such as "ebitda_run_rate_2028"."""
    effect, kind, year = cell
    return f"{effect}_{kind}_{year}"


def target_words(effect: str, kind: str) -> str:
    """A target inside a sentence: "run-rate", "in year one-time cost"."""
    label = TargetKind(kind).label.lower()
    return label if effect == TargetEffect.EBITDA else f"{label} {TargetEffect(effect).label.lower()}"


def _check(node: Node, effect: str, kind: str, year: int, amount: Decimal | None) -> None:
    problems = Problems()
    settings = organization_settings()
    start = settings.organization.fiscal_year_start
    first, last = fiscal_year(settings.first_month, start), fiscal_year(settings.last_month, start)
    if node.is_retired:
        problems.add("node_id", f"{node.name} is retired.")
    if effect not in TargetEffect.values:
        problems.add("effect", "The effect is ebitda, one_time_cost, capex, cash or fte.")
    if kind not in TargetKind.values:
        problems.add("kind", "The target is run_rate or in_year.")
    if not first <= year <= last:
        problems.add("fiscal_year", f"The fiscal calendar runs from {first} to {last}.")
    if amount is not None and (not amount.is_finite() or abs(amount) >= _LARGEST):
        problems.add("amount", "Enter an amount.")
    elif amount is not None and amount != round(amount, 2):
        problems.add("amount", "An amount has at most 2 decimals.")
    problems.stop_if_any()
