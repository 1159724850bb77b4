"""A milestone's forecast: what follows from a new date is shown before it is saved (domain section 8)."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods

from cat4.errors import require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from cat4.wording import counted
from measures.core.pages.frame import url_of
from measures.core.selectors.measures import visible_part
from measures.core.selectors.numbering import milestone_numbers, number_of
from measures.core.views.frame import crumbs_of
from measures.facts.calendar import calendar
from measures.models import Milestone, Ripple

from ..actions.milestones import revise_milestone
from ..forms.milestones import ReviseForm
from ..pages.previews import slip_parts
from ..pages.ripple_lines import horizon
from ..policies import may_edit_milestones
from ..selectors.network import preview_slip


@require_http_methods(["GET", "POST"])
def revise(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Move the forecast of a milestone. A date that moves others is saved once its consequences were seen."""
    milestone = visible_part(request.actor, Milestone, pk)
    require(may_edit_milestones(request.actor, milestone.measure))
    initial = {"forecast_on": request.GET.get("forecast_on") or milestone.forecast_on, "version": milestone.version}
    form = ReviseForm(posted(request), initial=initial)
    page = _page(request, milestone)
    slip = _to_be_seen(request, form, milestone)
    if slip:
        context = {"form": form, "page": page, "slip": slip, "is_asked": "preview" in request.POST}
        return render(request, page.template, context)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        before = _last_ripple(milestone)
        facts = {"forecast_on": clean["forecast_on"], "reason": clean["reason"]}
        revise_milestone(request.actor, milestone.pk, expected_version=clean["version"], **facts)
        after = _last_ripple(milestone)
        return url_of(milestone.measure, "milestones"), _done(after if after != before else None)

    return answer(request, form, page, act)


def _page(request: OrganizationRequest, milestone: Milestone) -> FormPage:
    return FormPage(
        title="Move the forecast",
        submit="Save forecast",
        back=url_of(milestone.measure, "milestones"),
        sub=f"{number_of(milestone)} {milestone.name}",
        crumbs=crumbs_of(request, milestone.measure, itself=True),
        note="The baseline date stays; the slip is counted from it.",
        template="measures/schedule/revise.html",
    )


def _to_be_seen(request: OrganizationRequest, form: ReviseForm, milestone: Milestone) -> dict[str, Any]:
    """What has to be looked at first: when it was asked for, or when saving would move what wasn't shown yet."""
    date, is_asked = form.proposed_on, "preview" in request.POST
    if date is None or not (is_asked or form.is_valid()) or (not is_asked and form.cleaned_data["seen"] == date):
        return {}
    preview = preview_slip(request.actor, milestone.pk, forecast_on=date)
    if not is_asked and not preview.hops:
        return {}
    seen = request.POST.copy()
    seen["seen"] = date.isoformat()
    if is_asked:
        form.errors.pop("reason", None)
    form.data = seen
    numbers = milestone_numbers(preview.measure_ids)
    return slip_parts(preview, numbers, horizon(calendar()), request.organization.currency)


def _last_ripple(milestone: Milestone) -> Ripple | None:
    return milestone.ripples.filter(superseded_at__isnull=True).order_by("-at", "-id").first()


def _done(ripple: Ripple | None) -> str:
    """The toast: what moved with it, and where to read more."""
    moved = ripple.hops.exclude(days=0).count() if ripple else 0
    if ripple is None or not moved:
        return "Forecast saved."
    address, said = reverse("measures:ripple", args=[ripple.pk]), counted(moved, "other milestone")
    return format_html('Forecast saved. It moves {}. <a href="{}">See the ripple</a>', said, address)
