"""How people of this organization sign in."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cat4.errors import require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.policies import may_change_settings

from ..actions.sign_in import ask_second_factor
from ..forms.people import SecondFactorForm


@require_http_methods(["GET", "POST"])
def second_factor(request: OrganizationRequest) -> HttpResponse:
    """Of whom a second factor is asked."""
    require(may_change_settings(request.actor))
    up = reverse("hierarchy:settings")
    note = "A token of the API decides, validates and administers nothing for which a second factor is asked."
    page = FormPage("Sign-in", "Save", up, crumbs=(("Settings", up),), note=note)
    form = SecondFactorForm(posted(request), initial={"duties": request.organization.second_factor_for})

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        ask_second_factor(request.actor, **clean)
        return up, "Saved."

    return answer(request, form, page, act)
