"""What the page shell shows of gates and ledger: the counts beside the navigation, and the last verification."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cat4.accounts.actor import Actor
from cat4.web.formats import moment, number
from cat4.web.remembered import remembered
from measures.selectors.mine import task_count

from .selectors.circulations import circulations_to_vote
from .selectors.conditions import conditions_to_answer, my_open_conditions
from .selectors.ledger import last_verification
from .selectors.waiting import waiting_counts

# Long enough to spare the queries while somebody clicks through, short enough to believe.
COUNTS_SECONDS = 15


@dataclass(frozen=True, slots=True)
class NavCounts:
    """What waits for the person: tasks on My work, closures to sign, decisions to take, circulations to vote on."""

    mine: int
    closures: int
    decisions: int
    votes: int


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Read only when the shell is rendered, never for a fragment."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):  # nobody, or the invented one of the gallery
        return {}
    key = f"nav:{actor.organization_id}:{actor.user_id}"
    return {
        "nav_counts": SimpleLazyObject(lambda: remembered(key, COUNTS_SECONDS, lambda: _counts(actor))),
        "ledger_line": SimpleLazyObject(_ledger_line),
    }


def _counts(actor: Actor) -> NavCounts:
    waiting = waiting_counts(actor)
    tasks = task_count(actor) + my_open_conditions(actor).count() + conditions_to_answer(actor).count()
    return NavCounts(tasks, waiting.closures, waiting.decisions, circulations_to_vote(actor).count())


def _ledger_line() -> str:
    found = last_verification()
    if found is None:
        return ""
    checked = f"checked {moment(found.at)}"
    if found.broken_sequence is None:
        return f"Ledger intact. {number(found.entries)} entries, {checked}"
    return f"Ledger broken at entry {number(found.broken_sequence)}, {checked}"
