"""Decisions by circulation: opened, voted on, confirmed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import Invalid, require
from cat4.web.form_pages import people_choices, posted, show_errors
from cat4.web.requests import OrganizationRequest
from governance.gates.forms import ReasonForm
from governance.gates.pages.choices import Choice
from governance.parties.constants import SubjectKind

from ..actions.circulations import confirm_circulation, open_circulation, vote_by_circulation, withdraw_circulation
from ..constants import RUNNING, CirculationState, VoteChoice, VoteResult
from ..forms import CirculationForm, ConfirmForm, vote_form
from ..models.resolutions import Circulation, CirculationVote
from ..pages import kept_choices
from ..papers import choice_taken
from ..policies import may_prepare, may_preside, may_vote, may_withdraw_circulation
from ..rules import tally
from ..selectors.agenda import subjects_before
from ..selectors.circulations import count_of, visible_circulation, votes_on
from ..selectors.matters import Matter
from ..selectors.overview import visible_committee
from ..selectors.seats import electorate_of
from ..selectors.subject_papers import papers_on
from ..selectors.subjects import Subject, load_subject
from .meetings import FormPage, form_page


@require_http_methods(["GET", "POST"])
def create(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Put a question to the members between meetings."""
    committee = visible_committee(request.actor, pk)
    require(may_prepare(request.actor, committee, "open a circulation"))
    waiting = [
        (f"{subject.kind}:{subject.id}", f"{subject.title}: {subject.summary}")
        for _, subject in subjects_before(committee)
        if not subject.missing
    ]
    form = CirculationForm(posted(request), subjects=waiting, initial={"subject": request.GET.get("subject", "")})

    def act() -> HttpResponse:
        opened = open_circulation(request.actor, pk, **form.given())
        messages.success(request, "The members can vote now.")
        return redirect("governance:circulation", pk=opened.pk)

    return form_page(request, form, act, FormPage(committee, "Decide by circulation", "Open circulation"))


@require_GET
def detail(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """A circulation: the question, the papers, the votes, the result."""
    return page(request, visible_circulation(request.actor, pk))


@require_POST
def vote(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Cast or change the own vote."""
    circulation = visible_circulation(request.actor, pk)
    require(may_vote(electorate_of(circulation), request.actor.user_id))
    subject = load_subject(circulation.subject_kind, circulation.subject_id)
    form = vote_form(subject, circulation.outcome, request.POST)
    if form.is_valid():
        vote_by_circulation(request.actor, pk, **form.given())
        messages.success(request, "Your vote is recorded.")
        return redirect("governance:circulation", pk=pk)
    return page(request, circulation, status=422, vote=form)


@require_POST
def confirm(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Record and apply what was carried."""
    circulation = visible_circulation(request.actor, pk)
    require(may_preside(request.actor, circulation.committee, "confirm what was carried"))
    form = ConfirmForm(request.POST, people=people_choices(request))
    if form.is_valid():
        try:
            decision = confirm_circulation(
                request.actor, pk, reason=form.cleaned_data["reason"], conditions=form.conditions()
            )
        except Invalid as refused:
            show_errors(form, Invalid({form.field_of(field): said for field, said in refused.errors.items()}))
        else:
            messages.success(request, f"Decision {decision.number} recorded.")
            return redirect("governance:circulation", pk=pk)
    return page(request, circulation, status=422, confirm=form)


@require_POST
def withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take the question back."""
    circulation = visible_circulation(request.actor, pk)
    require(may_withdraw_circulation(request.actor, circulation))
    form = ReasonForm(request.POST, prefix="withdraw")
    if form.is_valid():
        withdraw_circulation(request.actor, pk, reason=form.cleaned_data["reason"])
        messages.success(request, "Circulation withdrawn.")
        return redirect("governance:circulation", pk=pk)
    return page(request, circulation, status=422, withdraw=form)


def _proposed(circulation: Circulation, subject: Subject, currency: str) -> Choice | None:
    """What the proposal changes; of one that was decided what was kept, of one that ended otherwise nothing."""
    decision = getattr(circulation, "decision", None)
    if decision is not None:
        label = subject.outcomes.get(circulation.outcome)
        is_request = subject.kind == SubjectKind.REQUEST
        return next((kept for kept in kept_choices(decision.options) if is_request and kept.label == label), None)
    is_waiting = circulation.state in RUNNING
    return choice_taken(subject, circulation.outcome, circulation.details, currency) if is_waiting else None


def page(
    request: OrganizationRequest, circulation: Circulation, *, status: int = 200, **typed: forms.Form
) -> HttpResponse:
    """The page; a form that was refused stands in it again."""
    subject = load_subject(circulation.subject_kind, circulation.subject_id)
    votes = votes_on(circulation)
    voters = electorate_of(circulation, votes)
    mine = circulation.votes.filter(member_id=request.actor.user_id).first()
    invited = electorate_of(circulation)
    is_open = circulation.state == CirculationState.OPEN
    context: dict[str, Any] = {
        "circulation": circulation,
        "committee": circulation.committee,
        "subject": subject,
        # What a subject says of itself today is no more than its title once it is settled.
        "about": subject.summary if is_open else "",
        "outcome_label": subject.outcomes.get(circulation.outcome, circulation.outcome),
        "option": _proposed(circulation, subject, request.organization.currency),
        "voters": voters,
        "cast": {str(vote.member_id): vote for vote in circulation.votes.select_related("member")},
        "papers": papers_on(Matter.of_circulation(circulation), None),
        "votes": _votes(circulation, subject, votes),
        "tally": tally(votes.values()),
        "is_tied": count_of(circulation).result == VoteResult.TIED,
        "missing_votes": [seat for seat in voters.entitled if not seat.is_present],
        "may_vote": may_vote(invited, request.actor.user_id) if is_open else None,
        "may_confirm": may_preside(request.actor, circulation.committee, "confirm what was carried"),
        "may_withdraw": may_withdraw_circulation(request.actor, circulation),
        "may_declare": is_open and may_vote(invited, request.actor.user_id),
        "conflict_form": typed.get("conflict") or ReasonForm(prefix="conflict"),
        "decision": getattr(circulation, "decision", None),
        "vote_form": typed.get("vote") or vote_form(subject, circulation.outcome, initial=_own(mine, circulation)),
        "confirm_form": typed.get("confirm") or ConfirmForm(people=people_choices(request)),
        "withdraw_form": typed.get("withdraw") or ReasonForm(prefix="withdraw"),
        "problem_form": next(iter(typed.values()), None),
    }
    return render(request, "governance/committees/circulation.html", context, status=status)


@dataclass(frozen=True, slots=True)
class Cast:
    """A vote as it counts; where the members choose, with the outcome that it is for."""

    name: str
    choice: str
    note: str
    comment: str


def _votes(circulation: Circulation, subject: Subject, counted: Mapping[UUID, str]) -> list[Cast]:
    rows = circulation.votes.select_related("member").order_by("member__name")
    return [
        Cast(
            row.member.name,
            counted[row.member_id] if circulation.outcome else row.choice,
            subject.outcomes.get(row.outcome, "") if row.outcome != circulation.outcome else "",
            row.comment,
        )
        for row in rows
    ]


def _own(mine: CirculationVote | None, circulation: Circulation) -> dict[str, str]:
    """What the reader voted, as the form has it."""
    if mine is None:
        return {}
    chosen = mine.outcome if not circulation.outcome and mine.choice == VoteChoice.FOR else mine.choice
    return {"choice": chosen, "comment": mine.comment}
