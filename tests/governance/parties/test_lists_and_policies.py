"""What waits for a person is what the policies let them do: lists ask it of rows, policies of people.

To be waited for is more than to be allowed. Of a decision, the holder of the narrowest limit that covers the amounts
is waited for, as they were computed last, though a higher one may decide too; to decide is to grant what was asked.
Of a confirmation, nobody who has given it or refused it, or where as many people have as are asked for, is waited
for, also when it has become outdated since; before its turn it is waited for already. Nobody is waited for on a measure
that they can't see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

import pytest
from django.test import Client

from cat4.accounts.actor import Actor
from cat4.errors import Verdict
from governance.closures.policies import may_sign_next
from governance.closures.selectors.waiting import closures_waiting
from governance.constants import RequestKind
from governance.gates.constants import FOUR_EYES
from governance.gates.models import GateApproval, GateRequest
from governance.gates.policies.asking import may_fulfil
from governance.gates.policies.deciding import may_decide, not_own_request, other_word
from governance.gates.selectors.waiting import decisions_waiting
from governance.parties.constants import SubjectKind
from governance.parties.models import ConflictDeclaration
from governance.parties.policies import apart_from
from governance.parties.selectors.conflicts import who_declared
from governance.parties.selectors.parties import parties_of
from governance.rulebook.selectors import rules_in_force
from governance.rules.book import Entry, Right, RuleBook
from governance.rules.facts import Parties
from governance.rules.own import approvers
from hierarchy.models import Committee
from measures.constants import EffectKind
from measures.core.selectors.measures import visible_measures
from tests.governance.many_requests import (
    Requests,
    ask_everything,
    ask_for_amounts,
    closings,
    enter_actuals,
    people_of_every_part,
    sign_first,
)
from tests.governance.ready import NOW
from tests.governance.rule_books import approval, published, up_to
from tests.world import World

Listing = Callable[[Actor], Iterable[GateRequest]]
Judge = Callable[[Actor, GateRequest, Parties, RuleBook], bool]


@pytest.fixture
def made(world: World) -> Iterator[Requests]:
    found = people_of_every_part(world)
    with world.inside():
        yield found


def acting_as(actor: Actor, parties: Parties) -> list[Actor]:
    """As themselves, and for each person for whom they stand in there."""
    return [actor, *(actor.acting_for(person) for person in actor.stands_in_for if person.reaches(parties.path))]


def is_waited_for(actor: Actor, request: GateRequest, parties: Parties, book: RuleBook) -> bool:
    """To grant the request as one of those who are waited for, or to give a confirmation that it lacks."""
    declared = who_declared(SubjectKind.REQUEST, request.pk)
    return any(
        apart_from(candidate, declared) and may_grant(candidate, request, parties)
        for candidate in acting_as(actor, parties)
    ) or any(
        may_fulfil(candidate, parties, entry) and not is_answered(request, entry, candidate)
        for entry in book.asked(request.kind, request.from_doi)
        if entry.approval
        for candidate in acting_as(actor, parties)
    )


def may_grant(actor: Actor, request: GateRequest, parties: Parties) -> Verdict:
    first = {
        step: tuple(authority for authority in every if authority.is_first)
        for step, every in parties.authorities.items()
    }
    verdict = may_decide(actor, replace(parties, authorities=first), request.kind, request.to_doi)
    if verdict and request.kind == RequestKind.REOPEN:
        return other_word(actor, parties, request)
    if verdict and request.kind in FOUR_EYES:
        return not_own_request(actor, request, request.kind)
    return verdict


def is_answered(request: GateRequest, entry: Entry, actor: Actor) -> bool:
    words = [word for word in request.approvals.all() if word.kind == entry.approval]
    if len({word.person_id for word in words}) >= entry.needed:
        return True
    return any(actor.holder_id in (word.person_id, word.on_behalf_of_id) for word in words)


def may_sign(actor: Actor, request: GateRequest, parties: Parties, book: RuleBook) -> bool:
    return bool(may_sign_next(actor, parties, request, is_signed=request.signatures.exists()))


def disagreements(
    made: Requests, asked: list[GateRequest], listed: Listing, judge: Judge
) -> list[tuple[str, str, str]]:
    """The person, the measure, and which of the two says that it waits: the list, or the policy."""
    book, found, both = rules_in_force(), [], 0
    rows = GateRequest.objects.filter(pk__in=[request.pk for request in asked]).select_related(*ITS_PEOPLE)
    requests = [(row, parties_of(row.measure, book)) for row in rows.prefetch_related("approvals", "signatures")]
    for persona in made.world.people:
        actor = made.world.actor(persona)
        seen = set(visible_measures(actor).values_list("pk", flat=True))
        waiting = {row.pk for row in listed(actor)}
        for request, parties in requests:
            may = request.measure_id in seen and judge(actor, request, parties, book)
            both += may and request.pk in waiting
            if may != (request.pk in waiting):
                found.append((persona, request.measure.code, "policy" if may else "list"))
    assert both >= len(asked) // 2, "Hardly anything waits for anybody."
    return found


ITS_PEOPLE = [f"measure__{part}" for part in ("owner", "sponsor", "controller", "package", "committee")]


def answer_some(made: Requests) -> None:
    """Of every two requests one is answered by the first who may, in turn with yes and no; of the chair by a deputy."""
    book, people = rules_in_force(), made.world.people
    for number, request in enumerate(made.asked[::2]):
        parties = parties_of(request.measure, book)
        for entry in book.asked(request.kind, request.from_doi):
            who = approvers(parties, entry)[:1] if entry.approval else ()
            for person in who:
                by_deputy = person.id == people["chair"].pk and people["dora"].pk not in {
                    parties.owner,
                    parties.sponsor,
                }
                GateApproval.objects.create(
                    request=request, kind=entry.approval, granted=number % 4 > 0, comment="Because.", at=NOW,
                    person_id=people["dora"].pk if by_deputy else person.id,
                    on_behalf_of_id=person.id if by_deputy else None,
                )  # fmt: skip


# Who decides -----------------------------------------------------------------------------------


def by_the_code(made: Requests) -> None:
    """No version of the rules but that of the code."""


def by_other_deciders(made: Requests) -> None:
    board = made.board.pk
    published(
        made.world,
        rights=[
            Right("gate_1", "chair"), Right("gate_2", "lead"), Right("gate_2", "body", committee_id=board),
            Right("gate_3", "escalation"), Right("gate_4", "sponsor"), Right("gate_4", "pmo"),
            Right("gate_4", "body", committee_id=board), Right("hold", "body", committee_id=board),
            Right("resume", "pmo"), Right("cancel", "pmo"), Right("reopen", "controller"), Right("change", "pmo"),
            Right("residual", "escalation"),
        ],
    )  # fmt: skip


def by_name_and_own_rules(made: Requests) -> None:
    """With few gates, so that gate 3 asks for the confirmations of gate 2, and for two people's."""
    nina, nora, board = made.world.people["nina"].pk, made.world.people["nora"].pk, made.board.pk
    published(
        made.world,
        gates=(1, 3, 5),
        own=[
            approval("gate_1", "Two portfolio managers", "pmo", needed=2), approval("gate_2", "The chair", "chair"),
            approval("gate_3", "Nina", "person", person_id=nina),
            Entry("gate_4", "", "M", text="The owner states", approver="owner"), approval("hold", "Sponsor", "sponsor"),
            approval("resume", "Two who chair", "chair", needed=2), approval("cancel", "Controller", "controller"),
            approval("change", "Managers", "pmo"), approval("residual", "Owner", "owner"),
            approval("reopen", "Nora", "person", person_id=nora),
        ],
        rights=[
            Right("gate_1", "lead"), Right("gate_1", "delegate", person_id=nora), Right("gate_3", "pmo"),
            Right("gate_3", "delegate", person_id=nina), Right("hold", "pmo"), Right("resume", "escalation"),
            Right("cancel", "delegate", person_id=nina), Right("reopen", "controller"),
            Right("reopen", "body", committee_id=board), Right("change", "escalation"),
            Right("residual", "body", committee_id=board),
        ],
    )  # fmt: skip


def by_amount_and_kind(made: Requests) -> None:
    """For 600, 1,200 and 2,400 a year, each at 50 of cost."""
    nina, revenue = made.world.people["nina"].pk, EffectKind.EBITDA_REVENUE.value
    published(
        made.world,
        rights=[
            up_to("gate_3", "delegate", 1200, person_id=nina), up_to("gate_3", "pmo", 40, basis="cost"),
            up_to("gate_3", "chair", 1300), Right("gate_3", "body", committee_id=made.board.pk),
            up_to("gate_3", "escalation", 700, measure_kind=revenue), Right("gate_3", "pmo", measure_kind=revenue),
            up_to("change", "pmo", 1200), up_to("change", "chair", 60, basis="cost"), Right("change", "escalation"),
        ],
    )  # fmt: skip
    ask_for_amounts(made)


RULES = [by_the_code, by_other_deciders, by_name_and_own_rules, by_amount_and_kind]


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.__name__)
def test_a_request_waits_for_whom_the_policies_let_say_what_it_lacks(
    made: Requests, rules: Callable[[Requests], None]
) -> None:
    rules(made)
    ask_everything(made)
    asked = [request for request in made.asked if request not in closings(made)]
    assert disagreements(made, asked, decisions_waiting, is_waited_for) == []
    answer_some(made)
    assert disagreements(made, asked, decisions_waiting, is_waited_for) == []
    for persona in made.world.people:
        assert not set(decisions_waiting(made.world.actor(persona))) & set(closings(made))


def test_nothing_waits_for_the_chair_of_a_body_that_was_retired(made: Requests) -> None:
    by_other_deciders(made)
    ask_everything(made)
    Committee.objects.filter(pk__in=[made.board.pk, made.group.pk]).update(retired_at=NOW)
    asked = [request for request in made.asked if request not in closings(made)]
    assert disagreements(made, asked, decisions_waiting, is_waited_for) == []
    for chair in ("helga", "otto"):
        # What is left is what they are asked as sponsor or controller.
        measures = [request.measure for request in decisions_waiting(made.world.actor(chair))]
        assert all(made.world.people[chair].pk in (measure.sponsor_id, measure.controller_id) for measure in measures)


def test_nothing_waits_for_the_decision_of_who_declared_a_conflict_of_interest(made: Requests) -> None:
    by_other_deciders(made)
    ask_everything(made)
    asked = [request for request in made.asked if request not in closings(made)]
    for request in asked[::2]:
        for persona in ("chair", "otto", "pmo"):
            ConflictDeclaration.objects.create(
                committee=made.world.committee, subject_kind=SubjectKind.REQUEST, subject_id=request.pk,
                measure=request.measure, member=made.world.people[persona], reason="My brother sells it.", at=NOW,
            )  # fmt: skip
    assert disagreements(made, asked, decisions_waiting, is_waited_for) == []


def test_whom_the_rules_name_and_who_sees_no_measure_finds_nothing_in_the_inbox(made: Requests, client: Client) -> None:
    by_name_and_own_rules(made)
    ask_everything(made)
    client.force_login(made.world.people["nora"])
    page = client.get(made.world.url("/decisions/"))
    assert (page.status_code, "Nothing waits for your word." in page.content.decode()) == (200, True)


def test_a_closing_waits_for_whom_the_policies_let_sign_it(made: Requests) -> None:
    ask_everything(made)
    enter_actuals(made)
    asked = closings(made)
    assert disagreements(made, asked, closures_waiting, may_sign) == []
    for request in asked:
        if may_sign_first(made, request):
            sign_first(request)
    assert 0 < sum(request.signatures.exists() for request in asked) < len(asked)
    assert disagreements(made, asked, closures_waiting, may_sign) == []


def may_sign_first(made: Requests, request: GateRequest) -> bool:
    persona = next((key for key, user in made.world.people.items() if user == request.measure.controller), "")
    return bool(persona) and may_sign(made.world.actor(persona), request, parties_of(request.measure), rules_in_force())
