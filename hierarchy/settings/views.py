"""Settings: the overview, thresholds with the fiscal calendar, and API tokens."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods

from cat4.errors import require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_change_settings

from .actions import CALENDAR, THRESHOLDS, change_settings
from .forms import SettingsForm
from .selectors.first_run import Step, first_steps
from .selectors.overview import settings_lines


@require_GET
def index(request: OrganizationRequest) -> HttpResponse:
    """Everything that can be set, with what is missing."""
    items = [
        {"title": line.title, "sub": line.sub, "href": reverse(line.url_name, args=line.args), "tag": line.tag,
         "tag_kind": "a" if line.tag else "", "value": line.value}
        for line in settings_lines()
    ]  # fmt: skip
    return render(request, "hierarchy/settings/settings.html", {"items": items, "home": request.organization})


@require_http_methods(["GET", "POST"])
def thresholds(request: OrganizationRequest) -> HttpResponse:
    """Every threshold and the fiscal calendar."""
    settings = organization_settings()
    values = settings.thresholds
    initial: dict[str, Any] = {name: getattr(values, name) for name in THRESHOLDS}
    initial |= {name: getattr(settings, name) for name in CALENDAR} | {"version": settings.version}
    form = SettingsForm(posted(request), initial=initial)
    may = may_change_settings(request.actor)
    if request.method == "POST":
        require(may)
    page = FormPage(
        "Thresholds and calendar",
        "Save settings",
        reverse("hierarchy:settings"),
        sub=f"Version {settings.version}. Every change is versioned and goes into the ledger.",
        crumbs=(("Settings", reverse("hierarchy:settings")),),
        template="hierarchy/settings/thresholds.html",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        saved = change_settings(request.actor, expected_version=clean.pop("version"), **clean)
        return reverse("hierarchy:thresholds"), f"Saved as version {saved.version}."

    return answer(request, form, page, act, may=may)


@require_GET
def first_run(request: OrganizationRequest) -> HttpResponse:
    """The steps from an empty organization to the first measure."""
    steps = [_with_url(step) for step in first_steps(request.actor)]
    return render(request, "web/first_run.html", {"steps": steps, "import_url": _url_or_none("integrations:imports")})


def _with_url(step: Step) -> dict[str, str]:
    return {
        "title": step.title,
        "text": step.text,
        "state": step.state,
        "action_label": "" if step.reason and step.state == "done" else step.action_label,
        "action_url": "" if step.reason else reverse(step.url_name, args=step.args),
        "reason": step.reason,
    }


def _url_or_none(name: str) -> str:
    """The address of a page of a higher app, empty where it has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
