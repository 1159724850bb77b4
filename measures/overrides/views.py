"""Overriding a status and taking it back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from cat4.errors import require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from measures.core.pages.frame import url_of
from measures.core.selectors.measures import visible_measure
from measures.core.views.frame import crumbs_of
from measures.facts.calendar import calendar

from .actions.overrides import LONGEST, override_status
from .forms import OverrideForm
from .policies import may_override_status


@require_http_methods(["GET", "POST"])
def override(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Vouch for another status, with a reason and an end."""
    measure = visible_measure(request.actor, pk)
    require(may_override_status(request.actor, measure))
    form = OverrideForm(posted(request), initial={"expires_on": calendar().today + LONGEST - timedelta(days=1)})
    page = FormPage(
        title="Override a status",
        sub=str(measure),
        submit="Override status",
        back=url_of(measure),
        crumbs=crumbs_of(request, measure, itself=True),
        note="The computed status stays beside yours, and only it counts in totals. The ledger keeps your name.",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        override_status(request.actor, measure.pk, **clean)
        return url_of(measure), "Status overridden."

    return answer(request, form, page, act)
