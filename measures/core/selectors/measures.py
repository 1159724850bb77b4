"""The only way to a measure, or to a part of one, for a person: 404 when it is foreign or not theirs to see."""

from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.http import Http404

from cat4.accounts.actor import Actor, Grant
from measures.models import Baseline, Document, EffectLine, LeakageEntry, Measure, Milestone, Risk

Part = TypeVar("Part", Baseline, Document, EffectLine, LeakageEntry, Milestone, Risk)

_NAMED = ("package", "owner", "sponsor", "controller")


def visible_measures(actor: Actor) -> QuerySet[Measure]:
    """What the person's grants open, what they are named in, and what their committees decide on.

    A deputy sees besides what those see for whom they stand in.
    """
    measures = Measure.objects.filter(organization_id=actor.organization_id)
    if actor.is_admin:
        return measures
    seen = _seen_by(actor.user_id, actor.grants, actor.committee_ids)
    for principal in actor.stands_in_for:
        theirs = _seen_by(principal.user_id, principal.grants, principal.committee_ids)
        if principal.node_id is not None:
            theirs &= Q(package__path__contains=[principal.node_id])
        seen |= theirs
    return measures.filter(seen)


def _seen_by(user_id: UUID, grants: Iterable[Grant], committee_ids: Iterable[UUID]) -> Q:
    return (
        Q(package__path__overlap=[grant.node_id for grant in grants])
        | Q(owner_id=user_id)
        | Q(sponsor_id=user_id)
        | Q(controller_id=user_id)
        | Q(committee_id__in=committee_ids)
    )


def visible_measure(actor: Actor, pk: UUID) -> Measure:
    """The measure with its package, people and master data.

    Raises:
        Http404: there is none of that id, it belongs to another organization, or the person may not see it.
    """
    related = (*_NAMED, "business_unit", "function", "legal_entity", "committee", "receiving_unit")
    return _one(visible_measures(actor).select_related(*related).filter(pk=pk), "measure")


def lock_measure(pk: UUID) -> Measure:
    """The measure, locked until the end of the transaction, for callers that are not a person.

    Raises:
        Http404: there is none of that id in this organization.
    """
    return _one(_locked(Measure.objects.filter(pk=pk)), "measure")


def measure_to_change(actor: Actor, pk: UUID) -> Measure:
    """The measure, locked until the end of the transaction; raises Http404 when the actor may not see it."""
    return _one(_locked(visible_measures(actor).filter(pk=pk)), "measure")


def visible_part(actor: Actor, model: type[Part], pk: UUID) -> Part:
    """A line, milestone, risk, baseline or document of a measure that the person may see, or Http404."""
    noun = str(model._meta.verbose_name)
    part = _one(model._default_manager.select_related("measure").filter(pk=pk), noun)
    part.measure = visible_measure(actor, part.measure_id)
    return part


def part_to_change(actor: Actor, model: type[Part], pk: UUID) -> Part:
    """The same, with its measure locked first: the lock that every change of a measure takes."""
    noun = str(model._meta.verbose_name)
    measure_id = model._default_manager.filter(pk=pk).values_list("measure_id", flat=True).first()
    if measure_id is None:
        raise Http404(f"There is no such {noun}.")
    measure = measure_to_change(actor, measure_id)
    part = _one(model._default_manager.filter(pk=pk), noun)
    part.measure = measure
    return part


def line_of(measure: Measure, line_id: UUID) -> EffectLine:
    """An effect line of a locked measure, or Http404."""
    line = _one(EffectLine.objects.filter(pk=line_id, measure_id=measure.pk), "effect line")
    line.measure = measure
    return line


def _locked(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    return measures.select_related(*_NAMED).select_for_update(of=("self",))


Row = TypeVar("Row", bound=models.Model)


def _one(rows: QuerySet[Row], noun: str) -> Row:
    # Ordered, Django would compare every column that is read with those that order: longer than the query takes.
    for row in rows.order_by()[:1]:
        return row
    raise Http404(f"There is no such {noun}.")
