"""The group's own gate rules: one version in force, the next one a draft; and who acts for whom in autumn."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from cat4.accounts.actor import Actor
from governance.drafting.actions.drafts import open_draft, publish_draft, write_step
from governance.drafting.actions.trials import start_dry_run
from governance.rulebook.selectors import book_of
from governance.rules.book import Entry, Right
from governance.rules.constants import Approver, Decider, RuleKind, Step
from hierarchy.people.actions.deputies import name_deputy

from .company import Company
from .steps import Dated


def rule_steps(company: Company, admin: Actor) -> Iterator[Dated]:
    """Small measures are decided by the chief financial officer; the works council is still being discussed."""
    yield Dated(date(2026, 10, 1), 0, "rules", lambda: _publish(company, admin))
    yield Dated(date(2026, 10, 13), 0, "rules", lambda: _draft(admin))
    yield Dated(date(2026, 10, 14), 0, "deputies", lambda: _deputies(company))


def _publish(company: Company, admin: Actor) -> None:
    book = book_of(open_draft(admin))
    decided = [entry for entry in book.entries if entry.step == Step.GATE_3]
    small = Right(
        Step.GATE_3, Decider.DELEGATE, up_to=Decimal(250_000), person_id=company.actors["anders"].user_id
    )  # fmt: skip
    write_step(admin, Step.GATE_3, entries=decided, rights=[small, *book.rights_at(Step.GATE_3, "")])
    publish_draft(admin, reason="The committee keeps its time for what moves the plan.")


def _draft(admin: Actor) -> None:
    book = book_of(open_draft(admin))
    entries = [
        replace(entry, turn=1) if entry.approval else entry for entry in book.entries if entry.step == Step.GATE_3
    ]
    informed = Entry(
        Step.GATE_3, "", RuleKind.MANUAL, text="Works council informed, with the date", approver=Approver.OWNER
    )
    released = Entry(
        Step.GATE_3, "", RuleKind.APPROVAL, text="Portfolio office releases the agenda", approver=Approver.PMO, turn=2
    )
    write_step(admin, Step.GATE_3, entries=[*entries, informed, released], rights=book.rights_at(Step.GATE_3, ""))
    start_dry_run(admin)


def _deputies(company: Company) -> None:
    for principal, deputy, first, last in (
        ("stefan", "lucia", date(2026, 10, 19), date(2026, 10, 30)),
        ("helena", "anders", date(2026, 11, 2), date(2026, 11, 6)),
    ):
        name_deputy(
            company.actors[principal],
            principal_id=company.actors[principal].user_id,
            deputy_id=company.actors[deputy].user_id,
            first_day=first,
            last_day=last,
            reason="Annual leave",
        )
