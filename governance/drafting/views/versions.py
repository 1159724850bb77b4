"""Reading the gate rules: the version in force, any other, and two side by side. Open to every member."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.web.requests import OrganizationRequest
from governance.rulebook.selectors import book_numbered, draft, rule_sets, rules_in_force
from governance.rules.book import RuleBook
from governance.rules.comparison import MOST_INPUTS, differences, manner_words
from governance.rules.constants import ALWAYS_BODY, Step

from ..forms import CompareForm
from ..pages import right_lines, rule_lines, step_lines
from ..policies import may_change_rules
from ..selectors import names_in

PAGE = 20


@require_GET
def index(request: OrganizationRequest) -> HttpResponse:
    """The version in force, by step, and the list of versions."""
    return _show(request, rules_in_force())


@require_GET
def version(request: OrganizationRequest, number: int) -> HttpResponse:
    """Any version; 0 are the rules of the code."""
    return _show(request, book_numbered(number))


def _show(request: OrganizationRequest, book: RuleBook) -> HttpResponse:
    found = rule_sets().filter(published_at__isnull=False)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = shown(request, book) | {
        "rule_set": rule_sets().filter(number=book.number).first(),
        "in_force": rules_in_force().number,
        "draft": draft(),
        "page": page,
        "may_change": may_change_rules(request.actor),
    }
    return render(request, "governance/drafting/version.html", context)


def shown(request: OrganizationRequest, book: RuleBook) -> dict[str, Any]:
    """The steps, and the chosen one in full."""
    chosen = request.GET.get("step", Step.GATE_1.value)
    if chosen not in Step.values:
        raise Http404("There is no such step.")
    names = names_in(book)

    def name(pk: object) -> str:
        return names.get(pk, "somebody who left")

    lines = step_lines(book)
    return {
        "book": book,
        "steps": lines,
        "step": next(line for line in lines if line.step == chosen),
        "rules": rule_lines(book, chosen, name),
        "rights": right_lines(book, chosen, name),
        "manner": manner_words(book.manner_at(chosen)),
        "is_always_body": chosen in ALWAYS_BODY,
        "most_inputs": MOST_INPUTS,
    }


@require_GET
def compare(request: OrganizationRequest) -> HttpResponse:
    """What was added, removed and changed from one version to another."""
    numbers = [0, *rule_sets().order_by("number").values_list("number", flat=True)]
    current = draft()
    versions = [(str(number), _version_name(number, current.number if current else None)) for number in numbers]
    form = CompareForm(request.GET or None, versions=versions)
    context: dict[str, Any] = {"form": form, "found": None}
    if form.is_bound and form.is_valid():
        before, after = (book_numbered(form.cleaned_data[name]) for name in ("before", "after"))
        names = names_in(before, after)
        found = differences(before, after, lambda pk: names.get(pk, "somebody who left"))
        labels = dict(Step.choices)
        context["found"] = [(labels.get(finding.step, "All steps"), finding) for finding in found]
        context["before"], context["after"] = before, after
    return render(request, "governance/drafting/compare.html", context, status=422 if form.errors else 200)


def _version_name(number: int, draft_number: int | None) -> str:
    if number == 0:
        return "0, the rules of the code"
    return f"{number}, the draft" if number == draft_number else str(number)
