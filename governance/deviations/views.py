"""Deviations: the list, the page of one, and what people say to it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.accounts.actor import Actor
from cat4.errors import Invalid, require
from cat4.web.form_pages import FormPage, answer, people_choices, posted, show_errors
from cat4.web.questions import is_edited, question_of
from cat4.web.requests import OrganizationRequest
from governance.parties.constants import SubjectKind
from governance.parties.policies import may_act_alone
from governance.parties.rules import ALONE, Mandate
from governance.parties.selectors.conflicts import who_declared
from governance.parties.selectors.parties import parties_of
from governance.parties.selectors.places import place_of
from hierarchy.organization.selectors import thresholds
from measures.core.selectors.measures import visible_measure, visible_measures

from .actions.answers import (
    add_counter_measure,
    add_option,
    complete_counter_measure,
    remove_option,
    state_cause,
)
from .actions.deciding import decide_deviation
from .forms import CauseForm, CounterForm, DeviationFilter, DoneForm, OptionForm
from .models import Deviation
from .pages import decide_form, deviation_page, deviations_to_do
from .policies import may_answer_deviation, may_complete_counter_measure, may_decide_deviation
from .selectors.deviations import (
    counter_measure_to_do,
    deviation_of_option,
    live_deviations_of,
    today_here,
    visible_deviation,
)
from .selectors.lists import filtered, lines_of, measure_by_code, units_in_use
from .selectors.topics import others_in_topic
from .selectors.weights import weigh_deviations

PAGE = 50


@require_GET
def deviations(request: OrganizationRequest) -> HttpResponse:
    """Deviations that the person sees, by clock."""
    form, today = DeviationFilter(request.GET, units=units_in_use()), today_here()
    wanted = form.wanted()
    page = Paginator(filtered(request.actor, today, **wanted), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "lines": lines_of(list(page)),
        "is_narrowed": bool(wanted),
        "allowed": thresholds().deviation_escalate_days,
        "today": today,
        "currency": request.organization.currency,
    }
    return render(request, "governance/deviations/list.html", context)


@require_GET
def deviation(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """One deviation, whole."""
    return deviation_page(request, visible_deviation(request.actor, pk))


@require_POST
def cause(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """State why it happened."""
    found = _to_answer(request, pk)
    form = CauseForm(request.POST, prefix="cause")

    def act(given: dict[str, Any]) -> object:
        return state_cause(request.actor, pk, expected_version=given.pop("version"), **given)

    return _said(request, found, "cause", form, act=act, said="The cause is saved.")


@require_POST
def options(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add a way out."""
    found = _to_answer(request, pk)
    form = OptionForm(request.POST, prefix="option")

    def act(given: dict[str, Any]) -> object:
        return add_option(request.actor, pk, **given | {"one_time_cost": given["one_time_cost"] or 0})

    return _said(request, found, "option", form, act=act, said="The option is added.")


@require_POST
def option_remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a way out away again."""
    deviation_id = deviation_of_option(request.actor, pk)
    remove_option(request.actor, pk)
    messages.success(request, "The option is removed.")
    return redirect("governance:deviation", pk=deviation_id)


@require_POST
def counter_measures(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add a counter-measure."""
    found = _to_answer(request, pk)
    form = CounterForm(request.POST, prefix="counter", people=people_choices(request))

    def act(given: dict[str, Any]) -> object:
        measure_id = _measure_id(request.actor, given.pop("measure_code"))
        return add_counter_measure(request.actor, pk, measure_id=measure_id, **given)

    return _said(request, found, "counter", form, act=act, said="The counter-measure is added.")


@require_http_methods(["GET", "POST"])
def counter_measure(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """A counter-measure by itself, for who does it and may see no more of the measure."""
    row = counter_measure_to_do(request.actor, pk)
    measure = row.deviation.measure
    may = may_complete_counter_measure(request.actor, parties_of(measure), row)
    if request.method == "POST":
        require(may)
    is_seen = visible_measures(request.actor).filter(pk=measure.pk).exists()
    back = reverse("governance:deviation", args=[row.deviation_id]) if is_seen else request.path
    page = FormPage(
        title="Counter-measure",
        sub=f"For deviation {row.deviation.number} of {measure.code}.",
        submit="It is done",
        back=back if is_seen else reverse("measures:mine"),
        template="governance/deviations/counter_measure.html",
    )

    def act(given: dict[str, Any]) -> tuple[str, str]:
        complete_counter_measure(request.actor, pk, **given)
        return back, "Saved. It is done."

    return answer(request, DoneForm(posted(request)), page, act, row=row, may=may)


@require_POST
def decide(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The committee's decision; what it decides applies itself."""
    found = visible_deviation(request.actor, pk)
    declared = who_declared(SubjectKind.DEVIATION, found.measure_id)
    require(may_decide_deviation(request.actor, parties_of(found.measure), found, declared))
    weighed = weigh_deviations([found, *others_in_topic(found)])
    urgent = weighed.asks_body and "decide-urgent_reason" in request.POST
    if not urgent and place_of(SubjectKind.DEVIATION, found.measure_id) is None:
        require(may_act_alone(weighed, ALONE))
    form = decide_form(request, found, list(found.options.all()), request.POST, urgent=urgent)

    def act(given: dict[str, Any]) -> object:
        measure_id = _measure_id(request.actor, given.pop("measure_code"))
        mandate = Mandate(given.pop("urgent_reason", ""))
        return decide_deviation(request.actor, pk, measure_id=measure_id, mandate=mandate, **given)

    return _said(request, found, "decide", form, act=act, said="Decided, and carried out. It stands in the ledger.")


@require_GET
def card(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The live deviations of a measure, for its page."""
    measure = visible_measure(request.actor, pk)
    context = {
        "lines": lines_of(live_deviations_of(measure)),
        "allowed": thresholds().deviation_escalate_days,
        "currency": request.organization.currency,
        "measure": measure,
    }
    return render(request, "governance/deviations/_card.html", context)


@require_GET
def mine(request: OrganizationRequest) -> HttpResponse:
    """What waits for the person, for My work."""
    return render(request, "governance/deviations/_my_deviations.html", {"items": deviations_to_do(request.actor)})


def _to_answer(request: OrganizationRequest, pk: UUID) -> Deviation:
    found = visible_deviation(request.actor, pk)
    require(may_answer_deviation(request.actor, parties_of(found.measure), found))
    return found


def _said(
    request: OrganizationRequest,
    found: Deviation,
    name: str,
    form: forms.Form,
    *,
    act: Callable[[dict[str, Any]], object],
    said: str,
) -> HttpResponse:
    """Act on a form of the page; refused, the page stands again with it."""
    if is_edited(request.POST):
        return deviation_page(request, found, refused={name: form})
    question = question_of(request, form, title=str(found))
    if question is not None:
        return question
    if form.is_valid():
        try:
            act(dict(form.cleaned_data))
        except Invalid as refused:
            show_errors(form, _by_code(refused))
        else:
            messages.success(request, said)
            return redirect("governance:deviation", pk=found.pk)
    return deviation_page(request, found, refused={name: form}, status=422)


def _by_code(refused: Invalid) -> Invalid:
    """Pages name measures by their ID."""
    return Invalid({"measure_code" if name == "measure_id" else name: said for name, said in refused.errors.items()})


def _measure_id(actor: Actor, code: str) -> UUID | None:
    if not code:
        return None
    measure = measure_by_code(actor, code)
    if measure is None:
        raise Invalid({"measure_id": f"There is no measure {code}."})
    return measure.pk
