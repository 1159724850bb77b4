"""Writing a version of the gate rules: draft, steps, publication (domain section 4).

The rules are an administrator's; a published version is numbered, never changes, and holds from that moment on.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import check_version, naming_duplicates
from cat4.errors import Conflict, require
from governance.constants import Verb
from governance.rulebook.models import DecisionManner, DecisionRight, RuleSet, RuleSetEntry
from governance.rulebook.selectors import book_of, draft, draft_for_write, rules_in_force
from governance.rules.book import Entry, Right, RuleBook, StepManner
from governance.rules.catalog import default_book
from governance.rules.comparison import differences
from governance.rules.constants import CONSTITUTIVE_GATES, DEFAULT_DECIDERS, Step

from ..policies import may_change_rules
from ..selectors import names_in
from .checks import check_entries, check_manner, check_rights

MOST_DAYS = 730


@transaction.atomic
def open_draft(actor: Actor) -> RuleSet:
    """The draft that is being written; where there is none, one begun from the version in force.

    Rules that the code has added since that version are in the draft, applying; those that it no longer has are not.

    Raises:
        NotAllowed; Conflict with somebody who begins one at the same moment.
    """
    require(may_change_rules(actor))
    written = draft()
    if written is not None:
        return written
    book = rules_in_force()
    last = RuleSet.objects.order_by("-number").values_list("number", flat=True).first() or 0
    rule_set = RuleSet(
        number=last + 1,
        gates=list(book.gates),
        answer_days=book.answer_days,
        expiry_days=book.expiry_days,
        author_id=actor.user_id,
        created_at=clock.now(),
    )
    other = Conflict("A draft of the gate rules is being written already.", current={"number": last})
    with naming_duplicates({"rule_set_number": other, "rule_set_one_draft": other}):
        rule_set.save(force_insert=True)
    entries = _carried_over(book)
    for step in Step.values:
        _write_entries(rule_set, step, [entry for entry in entries if entry.step == step])
        _write_rights(rule_set, step, [right for right in book.rights if right.step == step])
        _write_manner(rule_set, book.manner_at(step))
    summary = f"began version {rule_set.number} of the gate rules from version {book.number}"
    record(actor, Verb.RULES_DRAFTED, rule_set, summary=summary)
    return rule_set


def _carried_over(book: RuleBook) -> list[Entry]:
    """A version's rules as the next one begins: own ones, what the code still asks for, and what is new in it."""
    of_the_code = {(entry.step, entry.rule): entry for entry in default_book().entries}
    kept = [entry for entry in book.entries if entry.is_own or (entry.step, entry.rule) in of_the_code]
    known = {(entry.step, entry.rule) for entry in kept}
    return [*kept, *(entry for key, entry in of_the_code.items() if key not in known)]


@transaction.atomic
def set_frame(
    actor: Actor,
    *,
    gates: Sequence[int],
    answer_days: int | None,
    expiry_days: int | None,
    expected_version: int | None = None,
) -> RuleSet:
    """Say which degrees of the draft take a decision of their own, and how long people have.

    Degrees between two gates are passed along with the later one: no degree is skipped. `answer_days` are working
    days until a confirmation is due, `expiry_days` days until an undecided request expires; None: never.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by field.
    """
    rule_set = _draft(actor, expected_version)
    problems = Problems()
    wanted = sorted(set(gates))
    if not set(wanted) <= set(range(1, 6)):
        problems.add("gates", "Degrees lie between 1 and 5.")
    if not set(CONSTITUTIVE_GATES) <= set(wanted):
        problems.add("gates", "Deciding (3) freezes the plan and closing (5) is signed: both are always gates.")
    for name, days in (("answer_days", answer_days), ("expiry_days", expiry_days)):
        if days is not None and not 1 <= days <= MOST_DAYS:
            problems.add(name, f"From 1 to {MOST_DAYS} days, or empty.")
    problems.stop_if_any()
    change = {"gates": [rule_set.gates, wanted], "answer_days": [rule_set.answer_days, answer_days]}
    change |= {"expiry_days": [rule_set.expiry_days, expiry_days]}
    rule_set.gates, rule_set.answer_days, rule_set.expiry_days = wanted, answer_days, expiry_days
    return _saved(actor, rule_set, "changed which degrees are gates, and how long people have", change)


@transaction.atomic
def write_step(
    actor: Actor,
    step: str,
    *,
    entries: Sequence[Entry],
    rights: Sequence[Right],
    manner: StepManner | None = None,
    expected_version: int | None = None,
) -> RuleSet:
    """Write everything that the draft says about a step: its rules in order, who decides it, and in which manner.

    Own rules without a key get one. What makes a gate a gate stays, whoever decides a closure too. The manner in
    which a committee decides stays as it is unless it is given.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by rule, on `rights`, or on `manner` or `from_amount`.
    """
    rule_set = _draft(actor, expected_version)
    problems = Problems()
    if step not in Step.values:
        problems.add("step", "There is no such step.")
    clean = check_entries(problems, actor, step, entries)
    rights = check_rights(problems, actor, step, rights)
    check_manner(problems, step, manner)
    problems.stop_if_any()
    before = book_of(rule_set)
    rule_set.entries.filter(step=step).delete()
    rule_set.rights.filter(step=step).delete()
    _write_entries(rule_set, step, clean)
    _write_rights(rule_set, step, rights)
    if manner is not None:
        rule_set.manners.filter(step=step).delete()
        _write_manner(rule_set, manner)
    change = _in_words(before, book_of(rule_set))
    return _saved(actor, rule_set, f"changed what the draft says about {Step(step).label}", change)


@transaction.atomic
def discard_draft(actor: Actor, *, expected_version: int | None = None) -> None:
    """Throw the draft away; the version in force stays as it is.

    Raises:
        Http404, NotAllowed, StaleVersion.
    """
    rule_set = _draft(actor, expected_version)
    record(actor, Verb.RULES_DISCARDED, rule_set, summary=f"discarded the draft of version {rule_set.number}")
    rule_set.delete()


@transaction.atomic
def publish_draft(actor: Actor, *, reason: str, expected_version: int | None = None) -> RuleSet:
    """Put the draft into force, for every decision from now on, also on requests that were handed in before.

    Raises:
        Http404, NotAllowed, StaleVersion.
        Invalid: on `reason`; or a step that nobody could decide.
    """
    rule_set = _draft(actor, expected_version)
    problems = Problems()
    reason = checks.text(problems, "reason", reason, required=True)
    book, old = book_of(rule_set), rules_in_force()
    change = _in_words(old, book)
    if not change:
        problems.add("", f"Nothing differs from version {old.number}.")
    for step in DEFAULT_DECIDERS:
        check_rights(problems, actor, step, [right for right in book.rights if right.step == step])
        check_entries(problems, actor, step, [entry for entry in book.entries if entry.step == step])
    problems.stop_if_any()
    rule_set.reason, rule_set.published_at, rule_set.author_id = reason, clock.now(), actor.user_id
    rule_set.save(update_fields=["reason", "published_at", "author"])
    summary = f"published version {rule_set.number} of the gate rules"
    record(actor, Verb.RULES_PUBLISHED, rule_set, summary=summary, change=change, reason=reason, ledger=True)
    return rule_set


def _draft(actor: Actor, expected_version: int | None) -> RuleSet:
    require(may_change_rules(actor))
    rule_set = draft_for_write()
    check_version(rule_set, expected_version, sentence="Someone changed the draft since you opened it.")
    return rule_set


def _saved(actor: Actor, rule_set: RuleSet, summary: str, change: dict[str, Any]) -> RuleSet:
    rule_set.version += 1
    rule_set.save(update_fields=["gates", "answer_days", "expiry_days", "version"])
    record(actor, Verb.RULES_DRAFTED, rule_set, summary=f"{summary}, version {rule_set.number}", change=change)
    return rule_set


def _write_entries(rule_set: RuleSet, step: str, entries: Sequence[Entry]) -> None:
    RuleSetEntry.objects.bulk_create(
        RuleSetEntry(rule_set=rule_set, position=position, **asdict(entry) | {"step": step})
        for position, entry in enumerate(entries)
    )


def _write_rights(rule_set: RuleSet, step: str, rights: Sequence[Right]) -> None:
    DecisionRight.objects.bulk_create(
        DecisionRight(rule_set=rule_set, **asdict(right) | {"step": step}) for right in rights
    )


def _write_manner(rule_set: RuleSet, manner: StepManner | None) -> None:
    if manner is not None:
        DecisionManner.objects.create(rule_set=rule_set, **asdict(manner))


def _in_words(before: RuleBook, after: RuleBook) -> dict[str, list[str]]:
    """What differs, by step and rule, for the record."""
    names = names_in(before, after)
    return {
        f"{difference.step}: {difference.what}".removeprefix(": "): [difference.before, difference.after]
        for difference in differences(before, after, lambda pk: names.get(pk, ""))
    }
