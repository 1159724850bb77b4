"""Writing a request: what it states, whether the measure can move that way, and what is missing."""

from dataclasses import asdict, dataclass, replace
from datetime import date
from uuid import UUID

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids, people
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import naming_duplicates
from cat4.errors import Conflict, Invalid
from cat4.tenancy.context import current_organization_id
from governance.constants import HoldReason, RequestKind, Verb
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import RuleBook
from governance.rules.evaluation import blocking
from governance.rules.facts import Asked, CauseFact, GateFacts, Parties
from governance.rules.results import RuleResult
from hierarchy.organization.actions import SYSTEM_ID
from hierarchy.organization.selectors import organization
from measures.constants import Doi
from measures.models import Measure

from ..constants import REQUEST_MOVES, RequestState
from ..contents import Content, content_of
from ..models import GateRequest
from ..selectors.causes import causes_of
from ..selectors.checklists import CHECKED, foreseen, results_of
from ..selectors.facts import gate_facts

# Requests that say why.
REASONED = (RequestKind.HOLD, RequestKind.CANCEL, RequestKind.REOPEN, RequestKind.CHANGE, RequestKind.RESIDUAL)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked for, as it came in."""

    kind: str
    comment: str = ""
    hold_reason: str = ""
    resume_on: date | None = None
    gap_owner_id: UUID | None = None
    cause: str = ""


def check_ask(ask: Ask, *, comment_field: str = "comment") -> Ask:
    """The ask with clean texts; holding needs a reason code, a text and a day, cancelling a reason and an owner.

    Raises:
        Invalid: by field, every mistake at once.
    """
    problems = Problems()
    checks.choice(problems, "kind", ask.kind, RequestKind)
    comment = checks.text(problems, comment_field, ask.comment, required=ask.kind in REASONED)
    if ask.kind == RequestKind.HOLD:
        checks.choice(problems, "hold_reason", ask.hold_reason, HoldReason)
        resume_on = checks.day(problems, "resume_on", ask.resume_on)
        if resume_on is not None and resume_on <= clock.today(organization().time_zone):
            problems.add("resume_on", "Choose a day in the future.")
    if ask.kind == RequestKind.CANCEL:
        _check_gap_owner(problems, ask.gap_owner_id)
    problems.stop_if_any()
    is_hold, is_cancel = ask.kind == RequestKind.HOLD, ask.kind == RequestKind.CANCEL
    return Ask(
        ask.kind,
        comment,
        ask.hold_reason if is_hold else "",
        ask.resume_on if is_hold else None,
        ask.gap_owner_id if is_cancel else None,
        ask.cause if ask.kind == RequestKind.REOPEN else "",
    )


def _check_gap_owner(problems: Problems, user_id: UUID | None) -> None:
    if user_id is None:
        problems.add("gap_owner_id", "Name who owns the gap that the measure leaves.")
    elif user_id not in active_member_ids(current_organization_id()):
        problems.add("gap_owner_id", "Choose an active member.")


def asked_of(ask: Ask) -> Asked:
    """The ask as the rules see it."""
    owner = people({ask.gap_owner_id}).get(ask.gap_owner_id) if ask.gap_owner_id else None
    reason = HoldReason(ask.hold_reason).label if ask.hold_reason else ""
    return Asked(ask.comment, reason, ask.resume_on, owner.name if owner else "")


def check_movable(measure: Measure, kind: str) -> None:
    """Whether the measure's degree and lifecycle take such a move.

    Raises:
        Conflict: with the state as it is.
    """
    lifecycles, degrees, _ = REQUEST_MOVES[kind]
    if measure.lifecycle in lifecycles and measure.doi in degrees:
        return
    state = f"The measure is at DoI {measure.doi} and {measure.get_lifecycle_display().lower()}"
    raise Conflict(f"{state}: {RequestKind(kind).label.lower()} is not possible now.", current=state_of(measure))


def state_of(measure: Measure) -> dict[str, object]:
    """What a person who lost a race needs to see."""
    return {"doi": measure.doi, "lifecycle": measure.lifecycle, "version": measure.version}


def refuse_missing(results: list[RuleResult], *, at_submission: bool) -> None:
    """Invalid by rule: what is missing, and who can supply it."""
    missing = blocking(results, at_submission=at_submission)
    if missing:
        raise Invalid({str(result.rule): result.sentence for result in missing})


def open_request_of(measure: Measure) -> GateRequest | None:
    """The measure's open request, locked; the caller holds the measure's lock."""
    open_states = [RequestState.DRAFT, RequestState.SUBMITTED]
    return GateRequest.objects.select_for_update().filter(measure=measure, state__in=open_states).first()


def submit(actor: Actor, measure: Measure, parties: Parties, ask: Ask, *, given: object = None) -> GateRequest:
    """Hand a request in; the caller holds the measure's lock and has asked the policy.

    `given` is what it holds besides, as the content of its kind takes it.

    An actor that is no person asks in nobody's name: a rule did.

    Raises:
        Conflict: another request is open, or the measure can't move that way.
        Invalid: by rule, everything that is missing apart from confirmations.
    """
    check_movable(measure, ask.kind)
    if (other := open_request_of(measure)) is not None:
        raise _already_open(measure, other)
    book = rules_in_force()
    to_doi = target_of(book, ask.kind, measure.doi)
    content = content_of(ask.kind, to_doi)
    cause = _chosen_cause(measure, ask.cause)
    follows = foreseen(measure, ask.kind) if ask.kind in CHECKED else None
    facts = gate_facts(
        measure,
        parties=parties,
        asked=replace(asked_of(ask), cause=cause),
        stated=content.state(measure, given),
        follows=follows,
    )
    refuse_missing(results_of(ask.kind, facts, book), at_submission=True)
    request = GateRequest(
        measure=measure,
        kind=ask.kind,
        from_doi=measure.doi,
        to_doi=to_doi,
        comment=ask.comment,
        hold_reason=ask.hold_reason,
        resume_on=ask.resume_on,
        gap_owner_id=ask.gap_owner_id,
        cause=asdict(cause) if cause else {},
        requested_by_id=None if actor.user_id == SYSTEM_ID else actor.user_id,
        on_behalf_of_id=actor.on_behalf_of,
        rule_set_number=book.number,
        submitted_at=clock.now(),
    )
    clean = content.check(measure, given)
    _hand_in(measure, request, content, clean, facts)
    moves = {"kind": ask.kind, "from_doi": request.from_doi, "to_doi": request.to_doi}
    moves |= {"cause": request.cause} if request.cause else {}
    record(
        actor, Verb.GATE_REQUESTED, request, summary=f"asked for {in_words(request)}",
        change=moves | content.say(clean), reason=ask.comment, measure_id=measure.pk,
    )  # fmt: skip
    return request


def _chosen_cause(measure: Measure, ref: str) -> CauseFact | None:
    """One of those that are found; None where nothing is chosen."""
    if not ref:
        return None
    found = {cause.ref: cause for cause in causes_of(measure)}
    if ref not in found:
        open_causes = ", ".join(f"{cause.ref} ({cause.said.rstrip('.')})" for cause in found.values()) or "none"
        raise Invalid({"cause": f"This cause is not found. Found are: {open_causes}."})
    return found[ref]


def target_of(book: RuleBook, kind: str, doi: int) -> int:
    """The degree that a move leads to. Advancing leads through the next gate, which passes along what lies between."""
    return book.next_gate(doi) if kind == RequestKind.ADVANCE else doi + REQUEST_MOVES[kind][2]


def in_words(request: GateRequest) -> str:
    """`gate 3, Decided`, `a hold`, `cancellation`."""
    if request.kind == RequestKind.ADVANCE:
        return f"gate {request.to_doi}, {Doi(request.to_doi).label}"
    return {
        RequestKind.HOLD: "a hold",
        RequestKind.RESUME: "resuming work",
        RequestKind.CANCEL: "cancellation",
        RequestKind.REOPEN: "reopening to DoI 4",
        RequestKind.CHANGE: "a change of the plan",
        RequestKind.RESIDUAL: "a residual to be accepted",
    }[RequestKind(request.kind)]


def _hand_in(measure: Measure, request: GateRequest, content: Content, clean: object, facts: GateFacts) -> None:
    """Some content is written while its request is a draft; from then on nothing of it can be added."""
    if not content.is_drafted:
        request.submit()
        _insert(measure, request)
        content.write(request, clean, facts)
        return
    _insert(measure, request)
    content.write(request, clean, facts)
    request.submit()
    request.save(update_fields=["state"])


def _insert(measure: Measure, request: GateRequest) -> None:
    with naming_duplicates({"gate_request_one_open": _already_open(measure, None)}):
        request.save(force_insert=True)


def _already_open(measure: Measure, other: GateRequest | None) -> Conflict:
    current = state_of(measure) | ({"request": str(other.pk), "state": other.state} if other else {})
    return Conflict("There is an open request for this measure already.", current=current)
