"""The ledger: newest first, by cursor, and the result of its last verification."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from cat4.audit.ledger import link_hash
from cat4.audit.models import LedgerEntry
from cat4.matching import matches
from cat4.tenancy.context import current_organization_id
from hierarchy.organization.selectors import on_days
from measures.models import Measure

from ..models import LedgerVerification

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """An entry with its link, and the name of the measure that it is about; empty without one."""

    link: LedgerEntry
    measure: str


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """Up to 50 entries; `older_than` is the cursor of the next page, None on the last."""

    rows: tuple[LedgerRow, ...]
    older_than: int | None
    total: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What a verification found: where the chain breaks, and what else doesn't agree with it."""

    at: datetime
    entries: int
    broken_sequence: int | None
    problem: str
    findings: list[str]

    @property
    def is_intact(self) -> bool:
        return self.broken_sequence is None and not self.findings


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What the page is narrowed to; days are whole days of the organization's time zone."""

    person: str = ""
    verb: str = ""
    measure: str = ""
    first_day: date | None = None
    last_day: date | None = None


def entries(wanted: LedgerFilter | None = None) -> QuerySet[LedgerEntry]:
    """The chain, narrowed; `person` and `measure` are parts of a name or, of a measure, its code."""
    links = LedgerEntry.objects.filter(organization_id=current_organization_id()).select_related("entry")
    if wanted is None:
        return links
    if wanted.person:
        links = links.filter(matches(wanted.person, "entry__actor_name"))
    if wanted.verb:
        links = links.filter(entry__verb=wanted.verb)
    if wanted.measure:
        named = Measure.objects.filter(Q(code__iexact=wanted.measure) | matches(wanted.measure, "name"))
        links = links.filter(entry__measure_id__in=named.values("pk"))
    return links.filter(on_days("entry__at", wanted.first_day, wanted.last_day))


def verbs_in_use() -> list[str]:
    """The verbs that the chain holds, by name."""
    found = LedgerEntry.objects.filter(organization_id=current_organization_id()).order_by("entry__verb")
    return list(found.values_list("entry__verb", flat=True).distinct())


def ledger_entry(sequence: int) -> LedgerEntry:
    """One entry.

    Raises:
        Http404.
    """
    link = entries().filter(sequence=sequence).first()
    if link is None:
        raise Http404("There is no such entry.")
    return link


def holds(link: LedgerEntry) -> bool:
    """Whether the entry's hash is that of its content and of the entry before."""
    return link.hash == link_hash(link.previous_hash, link.sequence, link.content)


def ledger_page(before: int | None = None, wanted: LedgerFilter | None = None) -> LedgerPage:
    """The entries below `before`, newest first."""
    links = entries(wanted)
    newest = entries().order_by("-sequence").values_list("sequence", flat=True).first() or 0
    if before is not None:
        links = links.filter(sequence__lt=before)
    found = list(links.order_by("-sequence")[: PAGE_SIZE + 1])
    shown = found[:PAGE_SIZE]
    older = shown[-1].sequence if len(found) > PAGE_SIZE else None
    measures = Measure.objects.filter(pk__in=[link.entry.measure_id for link in shown if link.entry.measure_id])
    names = dict(measures.values_list("pk", "name"))
    return LedgerPage(tuple(_row(link, names) for link in shown), older, newest)


def _row(link: LedgerEntry, names: Mapping[UUID, str]) -> LedgerRow:
    measure_id = link.entry.measure_id
    return LedgerRow(link, names.get(measure_id, "") if measure_id else "")


def last_verification() -> Verification | None:
    """The last one, None when there was none yet."""
    row = LedgerVerification.objects.filter(organization_id=current_organization_id()).order_by("-at", "-id").first()
    return Verification(row.at, row.entries, row.broken_sequence, row.problem, row.findings) if row else None
