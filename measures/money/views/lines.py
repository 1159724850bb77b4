"""Effect lines and baselines: add, edit, remove, approve."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from cat4 import clock
from cat4.errors import require
from cat4.fiscal import fiscal_year
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.questions import large_fields, question_of
from cat4.web.requests import OrganizationRequest
from measures.constants import Cadence, Certainty, Recurrence
from measures.core.pages.frame import url_of
from measures.core.selectors.choices import account_entries, legal_entity_entries, milestone_entries
from measures.core.selectors.measures import visible_measure, visible_part
from measures.core.views.frame import crumbs_of
from measures.models import Baseline, EffectLine, Measure

from ..actions.baselines import approve_baseline, propose_baseline
from ..actions.effects import add_effect_line, edit_effect_line, remove_effect_line
from ..forms.lines import BaselineForm, EffectForm
from ..policies import may_add_effects, may_edit_plan, may_propose_baseline
from ..selectors.preview import plan_preview
from .asking import asked_before_moving

FACTS = (
    "name", "kind", "recurrence", "certainty", "legal_entity_id", "account_id", "currency", "currency_reason",
    "annual_amount", "start_month", "end_month", "ramp_months", "milestone_id", "offset_months", "unit", "cadence",
    "supplier", "cost_centre", "product", "version",
)  # fmt: skip


def _page(request: OrganizationRequest, measure: Measure, title: str, submit: str, **more: Any) -> FormPage:
    crumbs = crumbs_of(request, measure, itself=True)
    return FormPage(
        title=title, sub=str(measure), submit=submit, back=url_of(measure, "financials"), crumbs=crumbs, **more
    )


@require_http_methods(["GET", "POST"])
def effect_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add an effect line; a preview shows the months before they are saved."""
    measure = visible_measure(request.actor, pk)
    require(may_add_effects(request.actor, measure))
    entity = measure.legal_entity
    initial = {
        "kind": measure.kind, "recurrence": Recurrence.RECURRING, "certainty": Certainty.HARD, "ramp_months": 0,
        "cadence": Cadence.MONTHLY, "offset_months": 0,
        "legal_entity_id": measure.legal_entity_id,
        "currency": entity.currency if entity else request.organization.currency,
    }  # fmt: skip
    form = EffectForm(
        posted(request),
        legal_entities=legal_entity_entries(),
        accounts=account_entries(),
        milestones=milestone_entries(measure),
        initial=initial,
    )
    page = _page(request, measure, "Add an effect line", "Add effect line", template="measures/money/effect.html")

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        with asked_before_moving(request, measure.pk):
            line = add_effect_line(request.actor, measure.pk, **clean)
        return url_of(measure, "financials"), f"Added {line.name}."

    return _previewed(request, form, page) or answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def effect_edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change an effect line; a changed amount or date phases its plan anew."""
    line = visible_part(request.actor, EffectLine, pk)
    measure = line.measure
    require(may_edit_plan(request.actor, measure))
    form = EffectForm(
        posted(request),
        legal_entities=legal_entity_entries(line.legal_entity_id),
        accounts=account_entries(line.account_id),
        milestones=milestone_entries(measure),
        initial={field: getattr(line, field) for field in FACTS},
    )
    page = _page(request, measure, "Edit the effect line", "Save", template="measures/money/effect.html")

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.pop("version")
        with asked_before_moving(request, measure.pk, large_fields(form)):
            edit_effect_line(request.actor, line.pk, expected_version=version, **clean)
        return url_of(measure, "financials"), "Saved."

    return _previewed(request, form, page) or answer(request, form, page, act, asks_by_itself=True)


def _previewed(request: OrganizationRequest, form: EffectForm, page: FormPage) -> HttpResponse | None:
    """The form again with the months that its figures give, when the preview was asked for."""
    if "preview" not in request.POST:
        return None
    is_valid = form.is_valid()
    question = question_of(request, form, title=page.title, sub=page.sub, compares=False)
    if question is not None:
        return question
    preview = plan_preview(form.cleaned_data) if is_valid else None
    context = {"form": form, "page": page, "preview": preview}
    return render(request, page.template, context, status=200 if is_valid else 422)


@require_POST
def effect_remove(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take an effect line away."""
    line = visible_part(request.actor, EffectLine, pk)
    remove_effect_line(request.actor, pk)
    messages.success(request, f"Removed {line.name}.")
    return redirect(url_of(line.measure, "financials"))


@require_http_methods(["GET", "POST"])
def baseline_new(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Propose a baseline."""
    measure = visible_measure(request.actor, pk)
    require(may_propose_baseline(request.actor, measure))
    entity, last = measure.legal_entity, measure.baselines.first()
    fields = ("type", "period", "source", "amount", "normalisation")
    initial: dict[str, Any] = {field: getattr(last, field) for field in fields} if last else {}
    initial["currency"] = entity.currency if entity else request.organization.currency
    # The last whole fiscal year, as baselines mostly say; whoever means another one types it.
    initial.setdefault("period", f"FY {_last_fiscal_year(request)}")
    controller = measure.controller.name if measure.controller else "The controller, once named,"
    page = _page(request, measure, "Propose a baseline", "Propose baseline", note=f"{controller} approves it.")

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        made = propose_baseline(request.actor, measure.pk, **clean)
        return url_of(measure, "financials"), f"Proposed baseline {made.number}."

    return answer(request, BaselineForm(posted(request), initial=initial), page, act)


def _last_fiscal_year(request: OrganizationRequest) -> int:
    home = request.organization
    return fiscal_year(clock.today(home.time_zone), home.fiscal_year_start) - 1


@require_POST
def baseline_approve(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """The controller approves the latest proposal."""
    baseline = visible_part(request.actor, Baseline, pk)
    approve_baseline(request.actor, pk)
    messages.success(request, f"Approved baseline {baseline.number}.")
    return redirect(url_of(baseline.measure, "financials"))
