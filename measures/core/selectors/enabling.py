"""Which measure makes the effect of which other one possible (domain section 11)."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from cat4.accounts.actor import Actor
from measures.models import Measure

from .measures import visible_measures


@dataclass(frozen=True, slots=True)
class Named:
    """A measure by its code; its name and address are for those who may see it."""

    pk: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Enabling:
    """What a measure makes possible, and what makes it possible, by code."""

    effect: Named | None
    enablers: tuple[Named, ...]


def enabling_of(actor: Actor, measure: Measure) -> Enabling:
    """Both directions, in one query or two."""
    either = Q(enables=measure.pk) | (Q(pk=measure.enables_id) if measure.enables_id else Q())
    found = {row.pk: row for row in Measure.objects.filter(either, organization_id=actor.organization_id)}
    seen = set(visible_measures(actor).filter(pk__in=found).values_list("pk", flat=True)) if found else set()
    named = {pk: Named(pk, row.code, row.name if pk in seen else "") for pk, row in found.items()}
    effect = named.pop(measure.enables_id, None) if measure.enables_id else None
    return Enabling(effect, tuple(sorted(named.values(), key=lambda enabled: enabled.code)))


def enabled_by(measure_id: UUID, *, until: UUID) -> list[str]:
    """The codes along the way from a measure over what it makes possible, at most to `until`; empty: unknown."""
    codes: list[str] = []
    seen: set[UUID] = set()
    following: UUID | None = measure_id
    while following is not None and following not in seen:
        seen.add(following)
        row = Measure.objects.filter(pk=following).only("code", "enables_id").first()
        if row is None:
            break
        codes.append(row.code)
        following = None if row.pk == until else row.enables_id
    return codes


def id_of_code(code: str) -> UUID | None:
    """The measure of a code, capitals or not; None: there is none."""
    rows = Measure.objects.filter(code__in={code, code.upper()}).order_by("code")
    return rows.values_list("pk", flat=True).first()


def code_of(measure_id: UUID) -> str:
    """Its code; empty when it is unknown."""
    return Measure.objects.filter(pk=measure_id).values_list("code", flat=True).first() or ""
