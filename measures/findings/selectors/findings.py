"""What the checks of a measure find now, and what was said to it (domain 6.9 and section 11)."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from cat4.tenancy.context import current_organization_id
from measures.constants import EBITDA_KINDS, Certainty, Doi, Lifecycle, OverlapResolution
from measures.facts.measures import measure_facts
from measures.formulas.facts import MeasureFacts, OrganizationFacts
from measures.formulas.overlap import BLOCKED_BY_ACCOUNT, BLOCKED_BY_OVERLAP, Claim, Overlap, excesses, overlaps
from measures.formulas.plausibility import every_finding, is_explainable
from measures.models import EffectMonth, Finding, Measure

from .overlap import OVERLAP, claims_beside, grounds_of, merged_lines

ACCOUNT = "account_above_baseline"
ENABLER = "enabler_and_effect"
# Between measures: neither a reason nor a resolution settles these, only numbers that add up.
_TO_BE_CORRECTED = (ACCOUNT, ENABLER)


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding as the check words it. What lies between two measures is kept with the older one."""

    key: str
    code: str
    sentence: str
    measure_id: UUID
    blocked_gates: tuple[int, ...]
    line_id: UUID | None = None
    other_measure_id: UUID | None = None
    other_line_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Current:
    """What is found now beside what was said to it; `other` is the other measure's code, where there is one."""

    code: str
    sentence: str
    blocked_gates: tuple[int, ...]
    resolution: str = ""
    reason: str = ""
    resolved_by: str = ""
    gives: bool = False
    other: str = ""
    is_beside_draft: bool = False

    @property
    def is_settled(self) -> bool:
        """A merged line keeps being found with the measure that gave it away until it plans nothing any more."""
        return bool(self.resolution) and not (self.resolution == OverlapResolution.MERGE and self.gives)

    def blocks(self, to_doi: int) -> bool:
        """An identified measure doesn't wait for a draft that claims its money: the draft has to settle it."""
        return to_doi in self.blocked_gates and not self.is_settled and not self.is_beside_draft


def may_be_explained(code: str) -> bool:
    """Whether a reason settles it; what contradicts itself or counts twice has to be corrected."""
    return code not in _TO_BE_CORRECTED and code != OVERLAP and is_explainable(code)


def is_overlap(code: str) -> bool:
    """Whether it is resolved between two measures."""
    return code == OVERLAP


def drafts_of(measure: Measure, known: MeasureFacts | None = None) -> list[Draft]:
    """Everything that the checks find in a measure as it stands: doubts first, then what it shares with others.

    `known` are its facts where the caller read them already.
    """
    facts = known or measure_facts(measure.pk)
    if facts is None or measure.lifecycle == Lifecycle.CANCELLED:
        return []
    doubts = [
        Draft(found.key, found.code, found.sentence, measure.pk, tuple(sorted(found.blocked_gates)), found.line)
        for found in every_finding(facts)
    ]
    claims = claims_beside(measure)
    shared = [_of_overlap(found) for found in overlaps(claims, measure.pk)]
    return [*doubts, *shared, *_of_accounts(measure, claims, facts.organization), *_of_enablers(measure)]


def _of_overlap(found: Overlap) -> Draft:
    first, second = sorted((found.mine, found.other), key=lambda claim: str(claim.measure))
    return Draft(
        found.key, OVERLAP, found.sentence, first.measure, BLOCKED_BY_OVERLAP, first.line, second.measure, second.line
    )


def _of_accounts(measure: Measure, claims: list[Claim], home: OrganizationFacts) -> Iterator[Draft]:
    ids = {claim.measure for claim in claims}
    if len(ids) < 2:
        return
    grounds = grounds_of(ids, home.year)
    for found in excesses(claims, measure.pk, grounds, merged_lines(ids), home.currency):
        yield Draft(found.key, ACCOUNT, found.sentence, measure.pk, BLOCKED_BY_ACCOUNT)


def _of_enablers(measure: Measure) -> Iterator[Draft]:
    """Of an enabler and its effect only one carries value."""
    value = EffectMonth.objects.filter(
        measure_id=OuterRef("pk"),
        line__kind__in=EBITDA_KINDS,
        line__certainty=Certainty.HARD,
        plan__isnull=False,
    ).exclude(plan=0)
    pair = Q(enables=measure.pk) if measure.enables_id is None else Q(enables=measure.pk) | Q(pk=measure.enables_id)
    others = Measure.objects.filter(pair, organization_id=current_organization_id())
    others = others.exclude(lifecycle=Lifecycle.CANCELLED).exclude(pk=measure.pk)
    found = list(others.filter(Exists(value)))
    if not found or not Measure.objects.filter(Exists(value), pk=measure.pk).exists():
        return
    for other in found:
        enabler, effect = (measure, other) if measure.enables_id == other.pk else (other, measure)
        sentence = (
            f"{enabler.code} makes {effect.code} possible, and both plan hard EBITDA. Only one carries the value."
        )
        key = f"{ENABLER}:{enabler.pk}"
        yield Draft(key, ENABLER, sentence, enabler.pk, BLOCKED_BY_ACCOUNT, other_measure_id=effect.pk)


def of_measure(measure_id: UUID) -> Q:
    """Findings of a measure, whichever of the two they are kept with."""
    return Q(measure=measure_id) | Q(other_measure=measure_id)


def rows_of(measure: Measure) -> QuerySet[Finding]:
    """The stored findings of a measure, whichever of the two it is kept with."""
    mine = Finding.objects.filter(
        Q(measure=measure) | Q(other_measure=measure), organization_id=current_organization_id()
    )
    return mine.select_related("measure", "other_measure", "resolved_by")


def open_overlaps(measure_id: UUID) -> list[Finding]:
    """The stored overlaps of a measure that nobody has resolved yet."""
    side = Q(measure=measure_id) | Q(other_measure=measure_id)
    rows = Finding.objects.filter(side, code=OVERLAP, resolution="", closed_at__isnull=True)
    return list(rows.select_related("measure", "other_measure"))


def overlaps_to_settle(measure: Measure) -> list[Finding]:
    """Its open overlaps, but those that only a draft has to settle: an identified measure doesn't wait for a draft."""
    return [row for row in open_overlaps(measure.pk) if not _lies_with_draft(row, measure)]


def _lies_with_draft(row: Finding, measure: Measure) -> bool:
    other = row.other_measure if row.measure_id == measure.pk else row.measure
    return other is not None and other.doi == Doi.DEFINED and measure.doi > Doi.DEFINED


def still_said(row: Finding, draft: Draft) -> bool:
    """Whether what was said to a finding still answers it: an explanation answers the sentence it was given to."""
    if row.closed_at is not None or not row.resolution:
        return False
    return row.resolution != OverlapResolution.EXPLAINED or row.sentence == draft.sentence


def current_findings(measure: Measure, known: MeasureFacts | None = None) -> list[Current]:
    """What is found at this moment, whether or not the worker has stored it: what gates decide on.

    `known` are the measure's facts where the caller read them already.
    """
    rows = {row.key: row for row in rows_of(measure)}
    drafts = drafts_of(measure, known)
    ids = {known for draft in drafts for known in (draft.measure_id, draft.other_measure_id) if known}
    others = {row.pk: row for row in Measure.objects.filter(pk__in=ids - {measure.pk})} if ids else {}
    return [_current(measure, draft, rows.get(draft.key), others) for draft in drafts]


def _current(measure: Measure, draft: Draft, row: Finding | None, others: dict[UUID, Measure]) -> Current:
    other_id = draft.measure_id if draft.other_measure_id == measure.pk else draft.other_measure_id
    other = others.get(other_id) if other_id else None
    said = row if row is not None and still_said(row, draft) else None
    return Current(
        code=draft.code,
        sentence=draft.sentence,
        blocked_gates=draft.blocked_gates,
        resolution=said.resolution if said else "",
        reason=said.reason if said else "",
        resolved_by=said.resolved_by.name if said and said.resolved_by else "",
        gives=said is not None and said.measure_id == measure.pk,
        other=other.code if other else "",
        is_beside_draft=draft.code == OVERLAP
        and other is not None
        and other.doi == Doi.DEFINED
        and measure.doi > Doi.DEFINED,
    )
