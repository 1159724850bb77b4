"""Reading the gate rules of an organization: the version in force, a draft, and what differs between two."""

from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404

from governance.rules.book import Entry, Right, RuleBook, StepManner
from governance.rules.catalog import default_book, with_constitutive
from governance.rules.constants import SUCCESSORS

from .models import RuleSet


def rules_in_force() -> RuleBook:
    """The version that was published last; the code's defaults, number 0, where there is none."""
    found = RuleSet.objects.filter(published_at__isnull=False).order_by("-number").values_list("pk", flat=True).first()
    return _published(found) if found else default_book()


@lru_cache(maxsize=256)
def _published(pk: UUID) -> RuleBook:
    """Published versions never change, so each is read once per process; ids are unique across organizations."""
    return book_of(RuleSet.objects.get(pk=pk))


def book_of(rule_set: RuleSet) -> RuleBook:
    """A version as the rules read it, constitutive rules included whatever its rows say."""
    entries = tuple(
        Entry(
            step=row.step,
            rule=str(SUCCESSORS.get(row.rule, row.rule)),
            kind=row.kind,
            applies=row.applies,
            text=row.text,
            approver=row.approver,
            person_id=row.person_id,
            evidence_class=row.evidence_class,
            needed=row.needed,
            turn=row.turn,
            limits=row.limits,
        )
        for row in rule_set.entries.all()
    )
    rights = tuple(
        Right(row.step, row.decider, row.measure_kind, row.basis, row.up_to, row.person_id, row.committee_id)
        for row in rule_set.rights.all()
    )
    if rule_set.published_at is not None:
        # A step that is newer than the version is decided as the code says.
        named = {right.step for right in rights}
        rights += tuple(right for right in default_book().rights if right.step not in named)
    manners = {row.step: StepManner(row.step, row.manner, row.from_amount) for row in rule_set.manners.all()}
    return RuleBook(
        rule_set.number,
        tuple(sorted(rule_set.gates)),
        with_constitutive(entries),
        rights,
        rule_set.answer_days,
        rule_set.expiry_days,
        tuple(manners.get(manner.step, manner) for manner in default_book().manners),
    )


def rule_sets() -> QuerySet[RuleSet]:
    """The organization's own versions, the newest first, the draft among them."""
    return RuleSet.objects.select_related("author")


def draft() -> RuleSet | None:
    """The draft, where one is being written."""
    return rule_sets().filter(published_at__isnull=True).first()


def draft_for_write() -> RuleSet:
    """The draft, locked until the transaction ends.

    Raises:
        Http404: no draft is being written.
    """
    found = RuleSet.objects.select_for_update(of=("self",)).filter(published_at__isnull=True).first()
    if found is None:
        raise Http404("No draft of the gate rules is being written.")
    return found


def rule_set(number: int) -> RuleSet:
    """A version by its number, the draft included.

    Raises:
        Http404: the organization has no such version.
    """
    found = rule_sets().filter(number=number).first()
    if found is None:
        raise Http404("There is no such version of the gate rules.")
    return found


def book_numbered(number: int) -> RuleBook:
    """A version by its number; 0 are the rules of the code.

    Raises:
        Http404.
    """
    return default_book() if number == 0 else book_of(rule_set(number))


def draft_to_read() -> RuleSet:
    """The draft.

    Raises:
        Http404: none is being written.
    """
    found = draft()
    if found is None:
        raise Http404("No draft of the gate rules is being written.")
    return found
