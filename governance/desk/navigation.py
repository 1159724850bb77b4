"""What the page shell shows of gates and ledger: the counts beside the navigation, and the last verification."""

from dataclasses import asdict, dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cat4.accounts.actor import Actor
from cat4.waiting import Page, counts
from cat4.web.formats import moment, number
from cat4.web.remembered import forget, remembered
from governance.proofs.policies import may_see_ledger
from governance.proofs.selectors.ledger import last_verification
from hierarchy.nodes.selectors.nodes import root_node

# The page that lists what waits says how much it is now.
_LISTS_THEM = "measures:mine"
# Long enough to spare the queries while somebody clicks through, short enough to believe.
COUNTS_SECONDS = 15


@dataclass(frozen=True, slots=True)
class NavCounts:
    """What waits for the person: tasks on My work, closures to sign, decisions to take, circulations to vote on.

    `ledger` is whether the person may open it at all.
    """

    mine: int
    closures: int
    decisions: int
    votes: int
    ledger: bool


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Read only when the shell is rendered, never for a fragment."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):  # nobody, or the invented one of the gallery
        return {}
    ledger_key = f"ledger-line:{actor.organization_id}"
    key = f"nav:{actor.organization_id}:{actor.user_id}"
    if request.resolver_match is not None and request.resolver_match.view_name == _LISTS_THEM:
        forget(key)
    return {
        "nav_counts": SimpleLazyObject(lambda: remembered(key, COUNTS_SECONDS, lambda: asdict(_counts(actor)))),
        "ledger_line": SimpleLazyObject(lambda: remembered(ledger_key, COUNTS_SECONDS, _ledger_line)),
    }


def _counts(actor: Actor) -> NavCounts:
    waiting = counts(actor)
    return NavCounts(
        mine=waiting[Page.MY_WORK],
        closures=waiting[Page.CLOSURES],
        decisions=waiting[Page.DECISIONS],
        votes=waiting[Page.COMMITTEES],
        ledger=bool(may_see_ledger(actor, root_node().pk)),
    )


def _ledger_line() -> str:
    found = last_verification()
    if found is None:
        return ""
    checked = f"checked {moment(found.at)}"
    if found.is_intact:
        return f"Ledger intact. {number(found.entries)} entries, {checked}"
    if found.broken_sequence is None:
        return f"Ledger doesn't agree with what is there, {checked}"
    return f"Ledger broken at entry {number(found.broken_sequence)}, {checked}"
