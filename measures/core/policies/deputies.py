"""Deputies on measures: they do what the absent person may, and what binds either of the two binds them.

A policy that is marked `by_deputies` answers for whoever asks, be it as somebody's deputy; `act_as` says as whom an
action goes on, so that its records name the person for whom it was done.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID

from cat4.accounts.acting import acting_as
from cat4.accounts.actor import Actor
from cat4.errors import ALLOWED, Verdict, denied, require
from hierarchy.models import Node
from measures.constants import APART
from measures.models import Finding, Measure

More = ParamSpec("More")
Subject = TypeVar("Subject")


def by_deputies(
    may: Callable[Concatenate[Actor, Subject, More], Verdict],
) -> Callable[Concatenate[Actor, Subject, More], Verdict]:
    """Mark a policy of a measure, of a part of one, or of a package: what somebody may, their deputy may."""

    @wraps(may)
    def asked(actor: Actor, subject: Subject, /, *more: More.args, **named: More.kwargs) -> Verdict:
        return _as_whom(actor, subject, lambda who: may(who, subject, *more, **named))[1]

    return asked


def act_as(actor: Actor, subject: object, may: Callable[..., Verdict], *more: Any) -> Actor:
    """The actor as they do it: as themselves, else for the first person they stand in for who may.

    Raises:
        NotAllowed: neither.
    """
    acting, verdict = _as_whom(actor, subject, lambda who: may(who, subject, *more))
    require(verdict)
    return acting


def _as_whom(actor: Actor, subject: object, may: Callable[[Actor], Verdict]) -> tuple[Actor, Verdict]:
    if not actor.stands_in_for:
        return actor, _kept_apart(actor, subject) and may(actor)
    # Asked as somebody in particular: a policy inside `may` looks for no deputies again.
    found, verdict = acting_as(
        actor, _path_of(subject), lambda who: _kept_apart(who, subject) and may(replace(who, stands_in_for=()))
    )
    return found, verdict


def _kept_apart(actor: Actor, subject: object) -> Verdict:
    """A deputy never joins duties that are apart."""
    measure = measure_of(subject)
    if actor.on_behalf_of is None or measure is None:
        return ALLOWED
    people = {part: getattr(measure, f"{part}_id") for part in APART}
    own = {part for part, person in people.items() if person == actor.user_id}
    theirs = [part for part, person in people.items() if person == actor.on_behalf_of]
    clash = next((part for part in sorted(own) for other in theirs if part in APART[other]), "")
    return denied(f"You are the {clash} of this measure.") if clash else ALLOWED


def measure_of(subject: object) -> Measure | None:
    """The measure that somebody acts on; none of a package."""
    if isinstance(subject, Measure):
        return subject
    found = getattr(subject, "measure", None)
    return found if isinstance(found, Measure) else None


def _path_of(subject: object) -> tuple[UUID, ...]:
    """Where a delegation has to hold; of an overlap above both of its measures."""
    if isinstance(subject, Node):
        return tuple(subject.path)
    measure = measure_of(subject)
    path = tuple(measure.package.path) if measure else ()
    if isinstance(subject, Finding) and subject.other_measure is not None:
        return tuple(node for node in path if node in subject.other_measure.package.path)
    return path
