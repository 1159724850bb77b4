"""Writing a version of the gate rules: the draft by step, its dry run, its publication."""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import Invalid, require
from cat4.web.form_pages import people_choices, show_errors
from cat4.web.questions import is_edited, question_of
from cat4.web.requests import OrganizationRequest
from governance.rulebook.models import RuleSet
from governance.rulebook.selectors import book_of, draft, rules_in_force
from governance.rules.book import Entry, Right, RuleBook
from governance.rules.comparison import differences
from governance.rules.constants import Step
from hierarchy.committees.selectors import committees

from ..actions.drafts import discard_draft, open_draft, publish_draft, set_frame, write_step
from ..actions.trials import start_dry_run
from ..forms import FrameForm, MannerForm, OwnRuleForm, PublishForm, RightForm, SeenForm, StepForm
from ..policies import may_change_rules
from ..selectors import dry_run_board, names_in
from .versions import shown

PAGE = 50


@require_POST
def start(request: OrganizationRequest) -> HttpResponse:
    """Begin a new version, or go on with the draft that somebody began."""
    made = open_draft(request.actor)
    messages.success(request, f"Version {made.number} is a draft. Nothing changes until it is published.")
    return redirect("governance:rules-draft")


@require_GET
def edit(request: OrganizationRequest) -> HttpResponse:
    """The draft, one step at a time."""
    return _page(request, _draft(request))


def _draft(request: OrganizationRequest) -> RuleSet:
    require(may_change_rules(request.actor))
    found = draft()
    if found is None:
        raise Http404("No draft of the gate rules is being written.")
    return found


def _page(
    request: OrganizationRequest, found: RuleSet, *, status: int = 200, **forms_given: forms.Form
) -> HttpResponse:
    book = book_of(found)
    context = shown(request, book)
    step = context["step"].step
    people = people_choices(request)
    bodies = [(str(committee.pk), committee.name) for committee in committees()]
    frame = {"gates": found.gates, "answer_days": found.answer_days, "expiry_days": found.expiry_days}
    version = {"version": found.version}
    made: dict[str, forms.Form] = {
        "step_form": StepForm(entries=[line.entry for line in context["rules"]], initial=version),
        "own_form": OwnRuleForm(people=people, prefix="own"),
        "right_form": RightForm(step=step, people=people, committees=bodies, prefix="right"),
        "frame_form": FrameForm(initial=frame | version),
        "manner_form": _manner_form(book, step, version),
    } | forms_given
    step_form = made["step_form"]
    context["lines"] = [
        (line, step_form[f"applies_{line.entry.rule}"], step_form.fields_of(line.entry.rule))  # type: ignore[attr-defined]
        for line in context["rules"]
    ]
    context["problem_form"] = next((form for form in made.values() if form.is_bound and form.errors), None)
    return render(request, "governance/drafting/draft.html", context | made | {"rule_set": found}, status=status)


def _manner_form(book: RuleBook, step: str, version: dict[str, int]) -> MannerForm:
    said = book.manner_at(step)
    return MannerForm(initial=version | ({"manner": said.manner, "from_amount": said.from_amount} if said else {}))


def _step_of(request: OrganizationRequest) -> str:
    step = request.GET.get("step", Step.GATE_1.value)
    if step not in Step.values:
        raise Http404("There is no such step.")
    return step


def _at(step: str) -> str:
    return f"{reverse('governance:rules-draft')}?step={step}"


@require_POST
def write(request: OrganizationRequest) -> HttpResponse:
    """Save which rules of a step apply, and how."""
    found, step = _draft(request), _step_of(request)
    book = book_of(found)
    form = StepForm(request.POST, entries=[entry for entry in book.entries if entry.step == step])
    rights = [right for right in book.rights if right.step == step]
    question = None if is_edited(request.POST) else question_of(request, form, title=_("Rules of a step"))
    if question is not None:
        return question
    if form.is_valid() and not is_edited(request.POST):
        version = form.cleaned_data["version"]
        if _written(form, lambda: write_step(
            request.actor, step, entries=form.written(), rights=rights, expected_version=version
        )):  # fmt: skip
            messages.success(request, "Saved in the draft.")
            return redirect(_at(step))
    return _page(request, found, step_form=form, status=422)


@require_POST
def add_own(request: OrganizationRequest) -> HttpResponse:
    """Add an own rule to a step."""
    found, step = _draft(request), _step_of(request)
    form = OwnRuleForm(request.POST, people=people_choices(request), prefix="own")
    if form.is_valid():
        entries, rights = _said(found, step)
        if _written(
            form, lambda: write_step(request.actor, step, entries=[*entries, form.written(step)], rights=rights)
        ):
            messages.success(request, "Added to the draft.")
            return redirect(_at(step))
    return _page(request, found, own_form=form, status=422)


@require_POST
def remove_own(request: OrganizationRequest, rule: str) -> HttpResponse:
    """Take an own rule out of a step."""
    found, step = _draft(request), _step_of(request)
    entries, rights = _said(found, step)
    left = [entry for entry in entries if entry.rule != rule or not entry.is_own]
    if len(left) == len(entries):
        raise Http404("There is no such own rule at this step.")
    return _taken_out(request, found, step, entries=left, rights=rights)


@require_POST
def add_right(request: OrganizationRequest) -> HttpResponse:
    """Add somebody who decides a step."""
    found, step = _draft(request), _step_of(request)
    bodies = [(str(committee.pk), committee.name) for committee in committees()]
    form = RightForm(request.POST, step=step, people=people_choices(request), committees=bodies, prefix="right")
    question = None if is_edited(request.POST) else question_of(request, form, title=_("Who decides a step"))
    if question is not None:
        return question
    if form.is_valid() and not is_edited(request.POST):
        entries, rights = _said(found, step)
        if _written(
            form, lambda: write_step(request.actor, step, entries=entries, rights=[*rights, form.written(step)])
        ):
            messages.success(request, "Added to the draft.")
            return redirect(_at(step))
    return _page(request, found, right_form=form, status=422)


@require_POST
def remove_right(request: OrganizationRequest, position: int) -> HttpResponse:
    """Take a right out of a step, by its place in the list; the last one for any amount stays."""
    found, step = _draft(request), _step_of(request)
    entries, _ = _said(found, step)
    lines = shown(request, book_of(found))["rights"]
    if not 0 <= position < len(lines):
        raise Http404("There is no such right at this step.")
    left = [line.right for number, line in enumerate(lines) if number != position]
    return _taken_out(request, found, step, entries=entries, rights=left)


@require_POST
def manner(request: OrganizationRequest) -> HttpResponse:
    """Save how the committee decides a step, and from which amount."""
    found, step = _draft(request), _step_of(request)
    form = MannerForm(request.POST)
    if form.is_valid():
        entries, rights = _said(found, step)
        if _written(form, lambda: write_step(
            request.actor, step, entries=entries, rights=rights, manner=form.written(step),
            expected_version=form.cleaned_data["version"],
        )):  # fmt: skip
            messages.success(request, "Saved in the draft.")
            return redirect(_at(step))
    return _page(request, found, manner_form=form, status=422)


def _taken_out(request: OrganizationRequest, found: RuleSet, step: str, **left: Any) -> HttpResponse:
    """Write what is left; a line that can't be missed stays, and the page says why."""
    form = SeenForm(request.POST)
    if form.is_valid():
        version = form.cleaned_data["version"]
        if _written(form, lambda: write_step(request.actor, step, expected_version=version, **left)):
            messages.success(request, "Taken out of the draft.")
            return redirect(_at(step))
    return _page(request, found, seen_form=form, status=422)


def _said(found: RuleSet, step: str) -> tuple[Sequence[Entry], Sequence[Right]]:
    book = book_of(found)
    return [entry for entry in book.entries if entry.step == step], [
        right for right in book.rights if right.step == step
    ]


def _written(form: forms.Form, act: Callable[[], object]) -> bool:
    """Whether it was saved; what is refused stands in the form."""
    try:
        act()
    except Invalid as refused:
        show_errors(form, refused)
        return False
    return True


@require_POST
def frame(request: OrganizationRequest) -> HttpResponse:
    """Save which degrees are gates, and how long people have."""
    found = _draft(request)
    form = FrameForm(request.POST)
    if form.is_valid() and _written(form, lambda: set_frame(request.actor, **form.written())):
        messages.success(request, "Saved in the draft.")
        return redirect("governance:rules-draft")
    return _page(request, found, frame_form=form, status=422)


@require_http_methods(["GET", "POST"])
def discard(request: OrganizationRequest) -> HttpResponse:
    """Throw the draft away, after asking."""
    found = _draft(request)
    if request.method == "POST":
        discard_draft(request.actor)
        messages.success(request, f"The draft of version {found.number} is gone. Nothing else changed.")
        return redirect("governance:rules")
    return render(request, "governance/drafting/discard.html", {"rule_set": found})


@require_http_methods(["GET", "POST"])
def publish(request: OrganizationRequest) -> HttpResponse:
    """What changes, on what it was tried, and the reason."""
    found = _draft(request)
    form = PublishForm(request.POST if request.method == "POST" else None, initial={"version": found.version})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if _written(form, lambda: publish_draft(
            request.actor, reason=given["reason"], expected_version=given["version"]
        )):  # fmt: skip
            messages.success(request, f"Version {found.number} is in force.")
            return redirect("governance:rules")
    return render(
        request,
        "governance/drafting/publish.html",
        _publishing(request, found, form),
        status=422 if form.errors else 200,
    )


def _publishing(request: OrganizationRequest, found: RuleSet, form: PublishForm) -> dict[str, Any]:
    before, after = rules_in_force(), book_of(found)
    names = names_in(before, after)
    labels = dict(Step.choices)
    changes = differences(before, after, lambda pk: names.get(pk, "somebody who left"))
    board = dry_run_board(found, rule=request.GET.get("rule", ""))
    return {
        "rule_set": found,
        "form": form,
        "before": before,
        "after": after,
        "found": [(labels.get(change.step, "All steps"), change) for change in changes],
        "board": board,
        "page": Paginator(board.findings, PAGE).get_page(request.GET.get("page")) if board else None,
    }


@require_POST
def dry_run(request: OrganizationRequest) -> HttpResponse:
    """Try the draft on every open measure."""
    start_dry_run(request.actor)
    messages.success(request, "The draft is being tried on every open measure.")
    return redirect("governance:rules-publish")
