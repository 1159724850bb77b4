"""Entries of the audit, narrowed, newest first, with the names that they need."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from cat4.accounts.models import User
from cat4.accounts.selectors import people
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.matching import has_words, matches
from cat4.tenancy.context import current_organization_id
from hierarchy.organization.selectors import on_days
from measures.models import Measure

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class TrailFilter:
    """What the trail is narrowed to; days are whole days of the organization's time zone.

    `person` is part of the name of who acted, or for whom. `thing` is the code of a measure, or part of its name or
    of what an entry says. `verb` is exact, or with a dot at its end what it begins with.
    """

    person: str = ""
    thing: str = ""
    verb: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class TrailRow:
    """An entry; for whom it was done, the measure that it is about, and its number in the ledger, where it has them."""

    entry: AuditEntry
    principal: str
    measure: str
    number: int | None


@dataclass(frozen=True, slots=True)
class TrailPage:
    """Up to 50 rows; `older_than` is the cursor of the next page, None on the last."""

    rows: tuple[TrailRow, ...]
    older_than: UUID | None


def trail_entries(wanted: TrailFilter) -> QuerySet[AuditEntry]:
    """The entries that fit; ids grow with time."""
    found = AuditEntry.objects.filter(organization_id=current_organization_id())
    if wanted.person:
        found = found.filter(_by(wanted.person))
    if wanted.thing:
        found = found.filter(_about(wanted.thing))
    if wanted.verb.endswith("."):
        found = found.filter(verb__startswith=wanted.verb)
    elif wanted.verb:
        found = found.filter(verb=wanted.verb)
    return found.filter(on_days("at", wanted.first_day, wanted.last_day))


def _by(name: str) -> Q:
    """Who acted, or for whom: a principal is kept by id, so that their names are looked up among those in use."""
    behind = AuditEntry.objects.filter(organization_id=current_organization_id(), on_behalf_of_id__isnull=False)
    ids = behind.order_by().values_list("on_behalf_of_id", flat=True).distinct()
    named = [user.pk for user in people({pk for pk in ids if pk}).values() if has_words(user.name, name)]
    return matches(name, "actor_name") | Q(on_behalf_of_id__in=named)


def _about(text: str) -> Q:
    measures = Measure.objects.filter(organization_id=current_organization_id())
    named = measures.filter(Q(code__iexact=text) | matches(text, "name")).values("pk")
    return Q(measure_id__in=named) | matches(text, "summary")


def verbs_in_use() -> list[str]:
    """The verbs of the organization's entries, by name."""
    found = AuditEntry.objects.filter(organization_id=current_organization_id())
    return list(found.order_by("verb").values_list("verb", flat=True).distinct())


def trail_page(before: UUID | None, wanted: TrailFilter) -> TrailPage:
    """The entries older than `before`, newest first."""
    found = trail_entries(wanted)
    if before is not None:
        found = found.filter(pk__lt=before)
    entries = list(found.order_by("-id")[: PAGE_SIZE + 1])
    shown = entries[:PAGE_SIZE]
    return TrailPage(tuple(trail_rows(shown)), shown[-1].pk if len(entries) > PAGE_SIZE else None)


def trail_rows(entries: Iterable[AuditEntry]) -> list[TrailRow]:
    """Entries with what they name, in the same order, with three queries for all."""
    rows = list(entries)
    principals = people({row.on_behalf_of_id for row in rows if row.on_behalf_of_id})
    measures = Measure.objects.filter(pk__in={row.measure_id for row in rows if row.measure_id})
    named = {pk: f"{code} {name}" for pk, code, name in measures.values_list("pk", "code", "name")}
    links = LedgerEntry.objects.filter(entry_id__in=[row.pk for row in rows])
    numbers = dict(links.values_list("entry_id", "sequence"))
    return [
        TrailRow(
            entry=row,
            principal=row.on_behalf_of_name or _name(principals, row.on_behalf_of_id),
            measure=named.get(row.measure_id, "") if row.measure_id else "",
            number=numbers.get(row.pk),
        )
        for row in rows
    ]


def _name(found: dict[UUID, User], user_id: UUID | None) -> str:
    """The name today, for entries from before they kept it."""
    person = found.get(user_id) if user_id else None
    return person.name if person else ""
