"""Setting top-down targets (domain sections 1 and 6.6)."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.errors import Invalid, StaleVersion, require
from cat4.outbox.actions import publish

from ..constants import TargetKind, Topic, Verb
from ..fiscal import fiscal_year
from ..models import Node, Target
from ..policies import may_set_target
from ..selectors.nodes import visible_node_for_write
from ..selectors.settings import organization_settings
from ._editing import refuse

_LARGEST = Decimal("10000000000000000")


@transaction.atomic
def set_target(
    actor: Actor,
    *,
    node_id: UUID,
    kind: str,
    fiscal_year: int,
    amount: Decimal | None,
) -> Target | None:
    """Say what a node must deliver in a fiscal year, in the reporting currency; None takes the target away.

    Targets of children don't need to sum to the parent's: the difference is shown as not allocated.

    Raises:
        Http404, NotAllowed; Invalid by field.
    """
    node = visible_node_for_write(actor, node_id)
    require(may_set_target(actor, node))
    _check(node, kind, fiscal_year, amount)
    existing = Target.objects.filter(node=node, kind=kind, fiscal_year=fiscal_year).first()
    old = existing.amount if existing else None
    if old == amount:
        return existing
    target = existing or Target(node=node, kind=kind, fiscal_year=fiscal_year)
    if amount is not None:
        target.amount = amount
        target.save()
    label = TargetKind(kind).label.lower()
    words = f"to {amount:,.0f}" if amount is not None else "to none"
    summary = f"set the {label} target {fiscal_year} of {node.name} {words}"
    record(actor, Verb.TARGET_SET, target, summary=summary, change={"amount": [old, amount], "node": node.name})
    if amount is None:
        target.delete()
    publish(Topic.NODE_CHANGED, node.pk)
    return target if amount is not None else None


@transaction.atomic
def set_targets(
    actor: Actor,
    *,
    node_id: UUID,
    amounts: Mapping[tuple[str, int], Decimal | None],
    expected: Mapping[tuple[str, int], Decimal | None] | None = None,
) -> Node:
    """Set several targets of a node, by kind and fiscal year; all or none.

    `expected` are the amounts that the page showed.

    Raises:
        Http404, NotAllowed; StaleVersion when one of `amounts` was changed meanwhile; Invalid under
        keys such as "run_rate_2028".
    """
    node = visible_node_for_write(actor, node_id)
    require(may_set_target(actor, node))
    stored = {(target.kind, target.fiscal_year): target.amount for target in Target.objects.filter(node=node)}
    if expected is not None and any(stored.get(cell) != expected.get(cell) for cell in amounts):
        current = {f"{kind}_{year}": stored.get((kind, year)) for kind, year in amounts}
        raise StaleVersion("Someone changed the targets since you opened the page.", current=current)
    errors: dict[str, list[str]] = {}
    for (kind, year), amount in amounts.items():
        try:
            set_target(actor, node_id=node_id, kind=kind, fiscal_year=year, amount=amount)
        except Invalid as refused:
            errors[f"{kind}_{year}"] = [text for texts in refused.errors.values() for text in texts]
    refuse(errors)
    return node


def _check(node: Node, kind: str, year: int, amount: Decimal | None) -> None:
    errors: dict[str, str] = {}
    settings = organization_settings()
    start = settings.organization.fiscal_year_start
    first, last = fiscal_year(settings.first_month, start), fiscal_year(settings.last_month, start)
    if node.is_retired:
        errors["node_id"] = f"{node.name} is retired."
    if kind not in TargetKind.values:
        errors["kind"] = "The target is run_rate or in_year."
    if not first <= year <= last:
        errors["fiscal_year"] = f"The fiscal calendar runs from {first} to {last}."
    if amount is not None and (not amount.is_finite() or abs(amount) >= _LARGEST):
        errors["amount"] = "Enter an amount."
    elif amount is not None and amount != round(amount, 2):
        errors["amount"] = "An amount has at most 2 decimals."
    refuse(errors)
