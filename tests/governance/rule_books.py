"""Versions of the gate rules for tests: what differs from the version in force, published."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from governance.drafting.actions.drafts import open_draft, publish_draft, set_frame, write_step
from governance.rulebook.models import RuleSet
from governance.rulebook.selectors import book_of, draft_to_read
from governance.rules.book import Entry, Right
from governance.rules.constants import Step
from tests.world import World


def drafted(
    world: World,
    *,
    gates: Iterable[int] = (1, 2, 3, 4, 5),
    off: Iterable[str] = (),
    own: Iterable[Entry] = (),
    rights: Iterable[Right] = (),
    **frame: Any,
) -> RuleSet:
    """A draft: `off` don't apply at any gate, `own` are added to their step, `rights` replace those of theirs."""
    admin = world.actor("admin")
    open_draft(admin)
    set_frame(admin, gates=list(gates), **{"answer_days": 5, "expiry_days": 90, **frame})
    off, own, rights = set(off), list(own), list(rights)
    for step in Step.values:
        book = book_of(draft_to_read())
        said = [entry for entry in book.entries if entry.step == step]
        changed = [entry if entry.rule not in off else _off(entry) for entry in said]
        added = [entry for entry in own if entry.step == step]
        deciding = [right for right in rights if right.step == step]
        kept = deciding or [right for right in book.rights if right.step == step]
        if changed != said or added or deciding:
            write_step(admin, step, entries=[*changed, *added], rights=kept)
    return draft_to_read()


def published(world: World, **changes: Any) -> RuleSet:
    """The same, in force."""
    drafted(world, **changes)
    return publish_draft(world.actor("admin"), reason="Leaner gates.")


def _off(entry: Entry) -> Entry:
    return replace(entry, applies=False)


def approval(step: str, text: str, approver: str, **facts: Any) -> Entry:
    """An approval of a role that the organization adds."""
    return Entry(step=step, rule="", kind="A", text=text, approver=approver, **facts)


def up_to(step: str, decider: str, amount: int | None, **facts: Any) -> Right:
    """A right with a limit on the annual effect, unless `basis` says otherwise."""
    return Right(step=step, decider=decider, up_to=None if amount is None else Decimal(amount), **facts)
