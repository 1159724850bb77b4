"""Facts of the gate rules that other capabilities know: each supplies its own fields, with one query at most.

    @supplies("conditions")
    def pending_conditions(measure, request, today) -> Supplied:
        return {"conditions": ...}

Registered in the `seams.py` of the capability. Each field of `Supplied` has exactly one supplier.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Protocol, TypedDict

from governance.rules.facts import CauseFact, ConditionFact, PlanChangeFact, ResidualFact
from measures.models import Measure

from .models import GateRequest


class Supplied(TypedDict, total=False):
    """The fields of `GateFacts` that are supplied from above."""

    conditions: tuple[ConditionFact, ...]
    overdue_deviations: tuple[str, ...]
    change: PlanChangeFact | None
    causes: tuple[CauseFact, ...]
    residual: ResidualFact | None
    residual_asked: ResidualFact | None


class Supplier(Protocol):
    """Gives its fields for a measure, and for the request that is looked at; `today` is the organization's day."""

    def __call__(self, measure: Measure, request: GateRequest | None, today: date) -> Supplied: ...


_suppliers: dict[str, Supplier] = {}


def supplies(*fields: str) -> Callable[[Supplier], Supplier]:
    """Register what gives these fields of the facts.

    Raises:
        ValueError: a field is none of `Supplied`, or has a supplier already.
    """

    def register(supplier: Supplier) -> Supplier:
        for field in fields:
            if field not in Supplied.__annotations__ or field in _suppliers:
                raise ValueError(f"{field} is no field of the facts that can be supplied, or is supplied already.")
            _suppliers[field] = supplier
        return supplier

    return register


def suppliers() -> dict[str, Supplier]:
    """Who supplies which field."""
    return dict(_suppliers)


def supplied(measure: Measure, request: GateRequest | None, today: date, *, known: Iterable[str] = ()) -> Supplied:
    """Every supplied field; a supplier all of whose fields are `known` already isn't asked."""
    known = set(known)
    wanted = {supplier for field, supplier in _suppliers.items() if field not in known}
    found = Supplied()
    for supplier in dict.fromkeys(_suppliers.values()):
        if supplier in wanted:
            found.update(supplier(measure, request, today))
    return found
