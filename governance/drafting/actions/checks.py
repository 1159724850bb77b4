"""What a version of the gate rules may say: checked when it is written, and again when it is published."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from cat4 import checks
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import active_member_ids
from cat4.checks import Problems
from cat4.tenancy.ids import new_id
from governance.rules.book import Entry, Right, StepManner
from governance.rules.catalog import default_book, face_of, is_constitutive
from governance.rules.constants import (
    ALWAYS_BODY,
    DECIDERS_OF,
    DEFAULT_MANNERS,
    Approver,
    Basis,
    Decider,
    Manner,
    Rule,
    RuleKind,
    Step,
)
from governance.rules.declared import limits_of
from hierarchy.models import Committee
from hierarchy.organization.selectors import thresholds
from hierarchy.settings.actions import checked_thresholds
from measures.constants import EffectKind, EvidenceClass

from ..constants import LAST_TURN, MOST_OWN, MOST_PEOPLE, OWN_KINDS, SHARED

OWN = "own-"
_LARGEST = Decimal("999999999999999")


def check_entries(problems: Problems, actor: Actor, step: str, entries: Sequence[Entry]) -> list[Entry]:
    """The rules of a step, clean and in order. Those of the code that aren't named don't apply, but for constitutive
    ones."""
    known = {entry.rule: entry for entry in default_book().entries if entry.step == step}
    clean: list[Entry] = []
    for number, entry in enumerate(entries, start=1):
        if any(other.rule == entry.rule for other in clean if entry.rule):
            problems.add(entry.rule, "Named twice.")
        elif entry.rule in known:
            clean.append(_of_the_code(problems, known[entry.rule], entry))
        elif entry.rule and not entry.rule.startswith(OWN):
            problems.add(entry.rule, "There is no such rule at this step.")
        else:
            clean.append(_own(problems, actor, step, entry, field=entry.rule or f"own {number}"))
    if sum(entry.is_own for entry in clean) > MOST_OWN:
        problems.add("", f"At most {MOST_OWN} own rules at a step.")
    named = {entry.rule for entry in clean}
    missing = [entry for rule, entry in known.items() if rule not in named]
    return [*clean, *(replace(entry, applies=is_constitutive(entry)) for entry in missing)]


def _of_the_code(problems: Problems, known: Entry, given: Entry) -> Entry:
    if is_constitutive(known) and not given.applies:
        problems.add(known.rule, f"{face_of(known).text}: this makes a gate a gate and can't be switched off.")
    several = MOST_PEOPLE if known.rule == Rule.HAND_OVER else 1
    _check_people(problems, known.rule, given, several)
    limits = {name: str(value) for name, value in given.limits.items() if str(value).strip()}
    unknown = set(limits) - set(limits_of(known.rule))
    if unknown:
        problems.add(known.rule, f"This rule has no {', '.join(sorted(unknown))}.")
    else:
        limits = _checked_limits(problems, known.rule, limits)
    turn = given.turn if known.approval else 0
    return replace(known, applies=given.applies, needed=given.needed, turn=turn, limits=limits)


def _checked_limits(problems: Problems, rule: str, limits: dict[str, str]) -> dict[str, str]:
    own = Problems()
    checked = checked_thresholds(own, thresholds(), dict(limits))
    for name, sentences in own.by_field.items():
        problems.add(rule, *(f"{name.replace('_', ' ').capitalize()}: {sentence}" for sentence in sentences))
    return {name: str(getattr(checked, name)) for name in limits}


def _check_people(problems: Problems, field: str, entry: Entry, most: int) -> None:
    if not 1 <= entry.needed <= most:
        problems.add(field, f"From 1 to {most} people." if most > 1 else "One person's part can't be given by several.")
    if not 0 <= entry.turn <= LAST_TURN:
        problems.add(field, f"A turn from 1 to {LAST_TURN}, or none.")


def _own(problems: Problems, actor: Actor, step: str, entry: Entry, *, field: str) -> Entry:
    """An approval, a statement or evidence that the organization adds."""
    text = checks.text(problems, field, entry.text, required=True, limit=200)
    if entry.kind not in OWN_KINDS:
        problems.add(field, "An own rule is an approval (A), evidence (E) or a statement by name (M).")
    is_evidence = entry.kind == RuleKind.EVIDENCE
    if is_evidence and entry.evidence_class not in EvidenceClass.values:
        problems.add(field, "Choose the class of evidence.")
    if not is_evidence and entry.approver not in Approver.values:
        problems.add(field, "Choose who it is asked of.")
    by_name = not is_evidence and entry.approver == Approver.PERSON
    if by_name and entry.person_id not in active_member_ids(actor.organization_id):
        problems.add(field, "Choose an active member.")
    _check_people(problems, field, entry, MOST_PEOPLE if entry.approver in SHARED else 1)
    return Entry(
        step=step,
        rule=entry.rule or f"{OWN}{new_id().hex[-8:]}",
        kind=entry.kind,
        applies=entry.applies,
        text=text,
        approver="" if is_evidence else entry.approver,
        person_id=entry.person_id if by_name else None,
        evidence_class=entry.evidence_class if is_evidence else "",
        needed=1 if is_evidence else entry.needed,
        turn=0 if is_evidence else entry.turn,
    )


def check_rights(problems: Problems, actor: Actor, step: str, rights: Sequence[Right]) -> list[Right]:
    """Who decides a step; somebody without a limit decides measures of every kind, so that none is stuck."""
    allowed = DECIDERS_OF.get(step, ())
    active = active_member_ids(actor.organization_id)
    bodies = set(Committee.objects.filter(retired_at__isnull=True).values_list("pk", flat=True))
    for right in rights:
        for sentence in _wrong_with(right, allowed, active, bodies):
            problems.add("rights", sentence)
    clean = [_plain_right(step, right) for right in rights]
    if len(set(clean)) != len(clean):
        problems.add("rights", "The same right twice.")
    if step in Step.values and not any(right.up_to is None and not right.measure_kind for right in clean):
        problems.add("rights", f"{Step(step).label}: somebody has to decide every kind and any amount.")
    return clean


def _plain_right(step: str, right: Right) -> Right:
    """Without what its decider doesn't need."""
    return Right(
        step,
        right.decider,
        right.measure_kind,
        right.basis,
        right.up_to,
        right.person_id if right.decider == Decider.DELEGATE else None,
        right.committee_id if right.decider == Decider.BODY else None,
    )


def _wrong_with(right: Right, allowed: Sequence[str], active: set[UUID], bodies: set[UUID]) -> list[str]:
    found = []
    if right.decider not in allowed:
        label = Decider(right.decider).label if right.decider in Decider.values else right.decider
        choices = ", ".join(str(Decider(decider).label) for decider in allowed)
        found.append(f"{label} can't decide this step. Choose one of: {choices}.")
    if right.measure_kind and right.measure_kind not in EffectKind.values:
        found.append("There is no such kind of effect.")
    if right.basis not in Basis.values:
        found.append("A limit is compared with the annual effect or with the cost.")
    if right.up_to is not None and not 0 < right.up_to <= _LARGEST:
        found.append("A limit is above 0.")
    if right.decider == Decider.DELEGATE and right.person_id not in active:
        found.append("Choose an active member as delegate.")
    if right.decider == Decider.BODY and right.committee_id not in bodies:
        found.append("Choose a committee that is in use.")
    return found


def check_manner(problems: Problems, step: str, manner: StepManner | None) -> None:
    """How a committee decides: a residual is always the body's, and only a body has an amount from which it decides."""
    if manner is None:
        return
    if step not in DEFAULT_MANNERS:
        problems.add("manner", "No committee decides this step.")
    elif manner.manner not in Manner.values:
        problems.add("manner", f"Choose one of: {', '.join(str(label) for label in Manner.labels)}.")
    elif step in ALWAYS_BODY and (manner.manner != Manner.BODY or manner.from_amount is not None):
        problems.add("manner", "The committee accepts every residual as a body, whatever its amount.")
    elif manner.from_amount is not None:
        if manner.manner == Manner.CHAIR:
            problems.add(
                "from_amount", "The chair alone decides any amount. Leave this empty, or choose the committee."
            )
        elif not 0 < manner.from_amount <= _LARGEST:
            problems.add("from_amount", "An amount above 0; empty means that the committee decides any amount.")
