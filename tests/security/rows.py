"""A row of any tenant table, made from its fields alone, so that tests can loop over all of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from django.db import models
from django.utils import timezone

from cat4.accounts.models import User
from cat4.tenancy.ids import new_id
from cat4.tenancy.models import Organization, TenantModel
from governance.closures.models import ClosureSignature
from governance.committees.models.resolutions import Circulation, CommitteeDecision
from governance.gates.models import GateRequest
from governance.months.models import PeriodStep
from governance.rulebook.models import DecisionRight, RuleSet
from hierarchy.models import Deputy, Node, OrganizationSettings
from measures.models import (
    Correction,
    EffectMonth,
    Measure,
    Milestone,
    PlanMilestone,
    PlanMonth,
    PlanVersion,
    StatusOverride,
)
from tests.world import World, lock_months

_counter = count(1)
# Where a rule of the table asks for more than a value of the field's type.
_FACTS: dict[str, dict[str, Any]] = {
    "measures.Measure": {"owner": None, "sponsor": None, "controller": None, "gap_owner": None},
    "measures.Baseline": {"approved_by": None},
    "measures.EffectPeriod": {"months": 3},
    "measures.RippleAnswer": {"kind": ""},
    "measures.EffectMonth": {"validated_by": None, "reported_by": None},
    "measures.PlanVersion": {"number": 1},
    "governance.RuleSet": {"gates": [3, 5]},
    "governance.DeviationDecision": {"manner": "chair", "weight": 1},
    "governance.DecisionManner": {"manner": "body", "from_amount": 1},
    "governance.GateApproval": {"kind": "hand_over"},
    "governance.GateDecision": {"outcome": "return"},
    "governance.ProofPack": {"state": "failed"},
}


def build_row(model: type[TenantModel], world: World, **given: Any) -> TenantModel:
    """Insert a row of the current organization; `given` replaces what would be made up."""
    if model is Node and "parent" not in given:
        given |= {"parent": world.package, "level": 4, "path": [*world.package.path, new_id()]}
    if model is DecisionRight and "committee" in given:
        given = {"decider": "body"} | given
    if model is CommitteeDecision and not {"item", "circulation"} & given.keys():
        given |= {"circulation": build_row(Circulation, world)}
    if model is Deputy:
        given = {"deputy": world.people["pmo"]} | given
    if model is OrganizationSettings:
        OrganizationSettings.objects.all().delete()
        given |= {"first_month": date(2024, 1, 1), "last_month": date(2029, 12, 1)}
    if model is Correction:
        given = _late() | given
    if model is PeriodStep:
        given = {"person": world.people["controller"]} | given
    if model is StatusOverride and "measure" not in given:
        given = {"measure": build_row(Measure, world, owner=world.people["owner"])} | given
    if model in (PlanMonth, PlanMilestone):
        given = _planned(model, world) | given
    if model is ClosureSignature:
        given = _signed(world, given) | given
    facts = _FACTS.get(model._meta.label, {}) | given
    for field in model._meta.concrete_fields:
        if field.name in facts or field.primary_key or _may_stay_empty(field):
            continue
        facts[field.name] = _value(field, world)
    row = model(**facts)
    row.save(force_insert=True)
    return row


def _late() -> dict[str, Any]:
    """A correction points at a locked month, and is entered before anybody answers it."""
    number = next(_counter)
    lock_months(_month(number))
    return {"corrects": _month(number), "month": _month(next(_counter)), "return_reason": ""}


def _planned(model: type[TenantModel], world: World) -> dict[str, Any]:
    """A plan version holds what is planned: a month or a milestone of its own measure, as it stands."""
    row: Any = build_row(EffectMonth, world, plan=Decimal(7)) if model is PlanMonth else build_row(Milestone, world)
    version = build_row(PlanVersion, world, measure=row.measure)
    if isinstance(row, Milestone):
        return {"plan_version": version, "milestone": row, "baseline_on": row.baseline_on}
    return {"plan_version": version, "line": row.line, "month": row.month, "amount": row.plan}


def _signed(world: World, given: dict[str, Any]) -> dict[str, Any]:
    """A closure is signed first by the controller of its measure."""
    facts: dict[str, Any] = {"person": world.people["controller"], "position": 1}
    if "request" not in given:
        measure = build_row(Measure, world, controller=world.people["controller"])
        facts["request"] = build_row(GateRequest, world, measure=measure)
    return facts


def _may_stay_empty(field: models.Field[Any, Any]) -> bool:
    return field.null or field.has_default() or getattr(field, "auto_now_add", False)


def _value(field: models.Field[Any, Any], world: World) -> Any:
    number = next(_counter)
    if isinstance(field, models.ForeignKey):
        return _target(field, world)
    if field.choices:
        return next(value for value, _ in field.flatchoices)
    if isinstance(field, models.CharField | models.TextField):
        return f"{number}"[: field.max_length or 10]
    makers: dict[type[models.Field[Any, Any]], Any] = {
        models.DateTimeField: timezone.now(),
        models.DateField: _month(number),
        models.DecimalField: Decimal(number),
        models.UUIDField: new_id(),
        models.BooleanField: False,
        models.IntegerField: number,
    }
    return next(value for kind, value in makers.items() if isinstance(field, kind))


def _target(field: models.ForeignKey[Any, Any], world: World) -> Any:
    target: Any = field.related_model
    if target is User:
        return world.people["owner"]
    if target is Organization:
        return world.organization
    if target is Node:
        return world.package
    if target is RuleSet and (draft := RuleSet.objects.first()):
        return draft
    if target is OrganizationSettings:
        return OrganizationSettings.objects.first() or OrganizationSettings()
    return build_row(target, world)


def _month(number: int) -> date:
    """A first of a month that no other row has."""
    return date(1900 + number // 12 % 8000, number % 12 + 1, 1)
