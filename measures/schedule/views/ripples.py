"""Ripples: what a moved date did, and what the affected owners say to it. And who holds up what is mine."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from cat4 import clock
from cat4.errors import Invalid, Verdict, require
from cat4.web.form_pages import show_errors
from cat4.web.requests import OrganizationRequest
from hierarchy.calendar.selectors.calendar import work_calendar
from hierarchy.organization.selectors import organization
from measures.constants import RippleAnswerKind, RippleCause
from measures.core.selectors.measures import visible_measure, visible_measures
from measures.core.selectors.numbering import milestone_numbers
from measures.facts.calendar import Calendar, calendar

from ..actions.ripples import ANSWER_DAYS, answer_ripple
from ..forms.ripples import AnswerForm
from ..pages.previews import money_parts
from ..pages.ripple_lines import cause_of, effects, horizon, path_rows, stored_sentence
from ..policies import may_answer_ripple
from ..selectors.blockers import Blocker, Pushed, blockers_of
from ..selectors.ripples import AnswerView, RippleView, ripple_of_answer, visible_ripple
from ..selectors.waiting import Told, told_about


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer beside its clock, and the form of who may give it now."""

    answer: AnswerView
    passed: int
    may_answer: Verdict | None
    form: AnswerForm | None

    @property
    def label(self) -> str:
        """What the answer is called; empty while there is none."""
        return str(RippleAnswerKind(self.answer.kind).label) if self.answer.kind else ""


@require_GET
def page(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """One ripple: trigger, path, money and answers."""
    return _show(request, visible_ripple(request.actor, pk))


@require_http_methods(["GET", "POST"])
def answer(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Answer a ripple for one measure; asked for by its address, it leads to the ripple."""
    view = visible_ripple(request.actor, ripple_of_answer(request.actor, pk))
    if request.method != "POST":
        return redirect("measures:ripple", pk=view.ripple.pk)
    reply = next(candidate for candidate in view.answers if candidate.id == pk)
    require(may_answer_ripple(request.actor, visible_measure(request.actor, reply.measure.id)))
    form = _form(pk, request.POST)
    if not form.is_valid():
        return _show(request, view, {pk: form}, status=422)
    try:
        answer_ripple(request.actor, pk, **form.cleaned_data)
    except Invalid as refused:
        show_errors(form, refused)
        return _show(request, view, {pk: form}, status=422)
    messages.success(request, "Answered.")
    return redirect("measures:ripple", pk=view.ripple.pk)


def _form(answer_id: UUID, data: Any = None) -> AnswerForm:
    return AnswerForm(data, auto_id=f"answer-{answer_id}-%s")


def _show(
    request: OrganizationRequest, view: RippleView, typed: dict[UUID, AnswerForm] | None = None, status: int = 200
) -> HttpResponse:
    window, currency = calendar(), request.organization.currency
    until, numbers = horizon(window), _numbers(view)
    number = numbers[view.ripple.trigger_id]
    lines = _answers(request, view, window, typed or {})
    context = {
        "view": view,
        "number": number,
        "cause_words": RippleCause(view.ripple.cause).label,
        "said": stored_sentence(view),
        "cause": cause_of(view, number),
        "effects": effects(view.hops, view.money, numbers, until),
        "path": path_rows(view.hops, numbers),
        "hidden": len({hop.measure.id for hop in view.hops if not hop.measure.is_visible}),
        "answers": lines,
        "mine": [line for line in lines if line.form],
        "answer_days": ANSWER_DAYS,
        "newer": _newer(view),
        **money_parts(view.money, currency, until),
    }
    return render(request, "measures/schedule/ripple.html", context, status=status)


def _numbers(view: RippleView) -> dict[UUID, str]:
    return milestone_numbers({view.ripple.measure_id, *(hop.measure.id for hop in view.hops)})


def _newer(view: RippleView) -> UUID | None:
    """The ripple that took the place of this one."""
    if not view.is_superseded:
        return None
    later = view.ripple.trigger.ripples.filter(superseded_at__isnull=True).order_by("-at", "-id").first()
    return later.pk if later else None


def _answers(
    request: OrganizationRequest, view: RippleView, window: Calendar, typed: dict[UUID, AnswerForm]
) -> list[AnswerLine]:
    seen = visible_measures(request.actor).select_related("package", "owner")
    measures = {
        affected.pk: affected for affected in seen.filter(pk__in=[answer.measure.id for answer in view.answers])
    }
    lines = []
    for reply in view.answers:
        measure, may_answer = measures.get(reply.measure.id), None
        if measure is not None and not reply.kind and not view.is_superseded:
            may_answer = may_answer_ripple(request.actor, measure)
        form = typed.get(reply.id) or _form(reply.id) if may_answer else None
        lines.append(AnswerLine(reply, _passed(reply, window), may_answer, form))
    return lines


def _passed(reply: AnswerView, window: Calendar) -> int:
    """Working days of the clock: until the answer, or until today."""
    workdays = work_calendar()
    asked_on = workdays.add(reply.due_on, -ANSWER_DAYS)
    ended = clock.day_of(reply.answered_at, organization().time_zone) if reply.answered_at else window.today
    return max(workdays.between(asked_on, ended), 0)


@require_GET
def blockers(request: OrganizationRequest) -> HttpResponse:
    """Milestones of others that hold up those of the person, and nothing else of those measures."""
    found = blockers_of(request.actor)
    told, keys = told_about(found), {move.measure.id for blocker in found for move in blocker.moves}
    numbers = milestone_numbers(keys | {blocker.measure.id for blocker in found})
    lines = [
        (blocker, numbers[blocker.milestone_id], [_held_up(blocker, move, numbers, told) for move in blocker.moves])
        for blocker in found
    ]
    return render(request, "measures/schedule/blockers.html", {"lines": lines, "today": calendar().today})


def _held_up(
    blocker: Blocker, move: Pushed, numbers: dict[UUID, str], told: dict[tuple[UUID, UUID], Told]
) -> tuple[Pushed, str, Told | None]:
    return move, numbers[move.milestone_id], told.get((blocker.milestone_id, move.measure.id))
