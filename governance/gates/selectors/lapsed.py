"""What each confirmation rests on: where one of these facts changes afterwards, it confirms what is no longer there."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from cat4.audit.models import AuditEntry
from governance.constants import ApprovalKind
from measures.constants import FROZEN_WITH_PLAN, Verb

from ..constants import RequestState
from ..models import GateApproval


@dataclass(frozen=True, slots=True)
class Basis:
    """Acts on a measure, and facts of it whose edit is one too."""

    verbs: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    def changes(self) -> Q:
        """The audit entries of such acts."""
        return Q(verb__in=self.verbs) | Q(verb=Verb.MEASURE_EDITED, change__has_any_keys=list(self.facts))


# What is done, for whom, and how one will know: whoever agrees to a measure agrees to these.
_WHAT_IT_IS = ("name", "description", "scope_in", "scope_out", "closure_criteria", "closure_evidence")
_WHERE = ("business_unit_id", "function_id", "receiving_unit_id")
_RESTS = ("key_assumptions", "no_one_time_cost", "no_risks_because", "dependencies_declared", "enables_id")
WHOLE = Basis(
    (
        Verb.BASELINE_PROPOSED, Verb.EFFECT_ADDED, Verb.EFFECT_EDITED, Verb.EFFECT_REMOVED, Verb.PLAN_EDITED,
        Verb.MILESTONE_ADDED, Verb.MILESTONE_EDITED, Verb.MILESTONE_REMOVED, Verb.DEPENDENCY_ADDED,
        Verb.DEPENDENCY_EDITED, Verb.DEPENDENCY_REMOVED, Verb.RISK_ADDED, Verb.RISK_EDITED, Verb.RISK_REMOVED,
        Verb.FINDING_RESOLVED,
    ),
    (*FROZEN_WITH_PLAN, "business_reason", *_WHAT_IT_IS, *_WHERE, *_RESTS),
)  # fmt: skip
# By kind of confirmation; those of an organization's own rules rest on the whole.
RESTS_ON: Mapping[str, Basis] = {
    ApprovalKind.SIZE_AND_TIMING: WHOLE,
    ApprovalKind.SPONSOR: WHOLE,
    # What is handed over and to whom; that it was done stands in milestones with evidence.
    ApprovalKind.HAND_OVER: Basis(facts=(*_WHAT_IT_IS, "receiving_unit_id")),
    # A proposal stays as it was handed in.
    ApprovalKind.PLAN_CHANGE: Basis(),
}


def basis_of(approval: str) -> Basis:
    """What a confirmation of this kind rests on."""
    return RESTS_ON.get(approval, WHOLE)


def last_changes(measure_id: UUID, approvals: Collection[str]) -> dict[str, AuditEntry]:
    """By kind of confirmation the newest change of what it rests on; one query for kinds that rest on the same."""
    kinds: dict[Basis, list[str]] = {}
    for approval in approvals:
        kinds.setdefault(basis_of(approval), []).append(approval)
    found = {}
    for basis, alike in kinds.items():
        if not basis.verbs and not basis.facts:
            continue
        newest = AuditEntry.objects.filter(basis.changes(), measure_id=measure_id).order_by("-id").first()
        if newest is not None:
            found.update(dict.fromkeys(alike, newest))
    return found


def lapsed_since(approval: str) -> Q:
    """Of rows of GateApproval of this kind, those given before such a change. Ids are in the order of time."""
    basis = basis_of(approval)
    if not basis.verbs and not basis.facts:
        return Q(pk__isnull=True)
    changes = AuditEntry.objects.filter(basis.changes(), measure_id=OuterRef("request__measure_id"))
    return Q(Exists(changes.filter(id__gt=OuterRef("pk"))))


def lapsed_words(measure_id: UUID) -> list[tuple[GateApproval, AuditEntry]]:
    """The last word of each person on an open request of the measure that lapsed, with what was changed last."""
    words = GateApproval.objects.filter(request__measure=measure_id, request__state=RequestState.SUBMITTED)
    rows = words.select_related("request__measure").order_by("id")
    last = {(word.request_id, word.kind, word.on_behalf_of_id or word.person_id): word for word in rows}
    changes = last_changes(measure_id, {word.kind for word in last.values()})
    found = [(word, changes[word.kind]) for word in last.values() if word.kind in changes]
    return [(word, change) for word, change in found if word.granted and change.pk > word.pk]
