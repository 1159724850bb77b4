"""What committees supply to the capabilities below: circulations to vote on, conditions to fulfil and to accept."""

from collections.abc import Iterator

from cat4.accounts.actor import Actor
from cat4.waiting import Page, Waiting, waits

from .selectors.circulations import circulations_to_vote
from .selectors.conditions import conditions_to_answer, my_open_conditions


@waits("committees.vote", "vote", page=Page.COMMITTEES, count=lambda actor: circulations_to_vote(actor).count())
def votes(actor: Actor) -> Iterator[Waiting]:
    """Circulations without the person's vote."""
    for row in circulations_to_vote(actor):
        yield Waiting(row.pk, row.title, "governance:circulation", row.pk, due_on=row.closes_on)


@waits("committees.fulfil", "fulfil", count=lambda actor: my_open_conditions(actor).count())
def conditions(actor: Actor) -> Iterator[Waiting]:
    """Conditions for which the person is responsible."""
    for row in my_open_conditions(actor):
        yield Waiting(row.pk, row.text, "governance:condition", row.pk, due_on=row.due_on)


@waits("committees.accept", "accept", count=lambda actor: conditions_to_answer(actor).count())
def reported(actor: Actor) -> Iterator[Waiting]:
    """Conditions that somebody reported fulfilled where the person presides."""
    for row in conditions_to_answer(actor):
        yield Waiting(row.pk, row.text, "governance:condition", row.pk, due_on=row.due_on)
