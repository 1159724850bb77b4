"""Settings: the overview, thresholds with the fiscal calendar, and API tokens."""

from hashlib import sha256
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_http_methods

from cat4.errors import Invalid, require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.models import OrganizationSettings
from hierarchy.nodes.selectors.nodes import root_node
from hierarchy.organization.selectors import organization_settings
from hierarchy.policies import may_change_settings, may_see_trail

from .actions import CALENDAR, ORGANIZATION, THRESHOLDS, change_organization, change_settings, organization_changes
from .forms import OrganizationForm, SettingsForm
from .pages import effect_sentences, settings_lines, step_lines
from .selectors.first_run import first_steps
from .selectors.organization import organization_effects
from .selectors.overview import settings_overview


@require_GET
def index(request: OrganizationRequest) -> HttpResponse:
    """Everything that can be set, with what is missing."""
    context = {"items": settings_lines(settings_overview()), "home": request.organization}
    context["may_see_trail"] = may_see_trail(request.actor, root_node().pk)
    return render(request, "hierarchy/settings/settings.html", context)


@require_http_methods(["GET", "POST"])
def organization(request: OrganizationRequest) -> HttpResponse:
    """Name, locale, time zone, currency and fiscal year: what a change does is shown first, then it is saved."""
    settings = organization_settings()
    home = settings.organization
    initial = {name: getattr(home, name) for name in ORGANIZATION} | {"version": settings.version}
    form = OrganizationForm(posted(request), initial=initial)
    may = may_change_settings(request.actor)
    effects: list[str] = []
    if request.method == "POST":
        require(may)
        effects = _effects_to_show(form, settings)
    page = FormPage(
        "Organization",
        "Save the changes" if effects else "Show what it changes",
        reverse("hierarchy:settings"),
        sub=f"The short name in addresses, {home.slug}, stays",
        crumbs=(("Settings", reverse("hierarchy:settings")),),
        template="hierarchy/settings/organization.html",
    )
    if effects:
        return render(request, page.template, {"form": form, "page": page, "may": may, "effects": effects})

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        before = clean.pop("version")
        wanted = {name: clean[name] for name in ORGANIZATION}
        saved = change_organization(request.actor, expected_version=before, **wanted)
        return reverse("hierarchy:settings"), "Saved." if saved.version != settings.version else "Nothing was changed."

    return answer(request, form, page, act, may=may)


def _effects_to_show(form: OrganizationForm, settings: OrganizationSettings) -> list[str]:
    """What the typed values would do, unless the page has shown that for just these values."""
    if not form.is_valid():
        return []
    wanted = {name: form.cleaned_data[name] for name in ORGANIZATION}
    digest = sha256(repr(sorted(wanted.items())).encode()).hexdigest()
    if form.cleaned_data["shown"] == digest:
        return []
    try:
        changes = organization_changes(settings, wanted)
    except Invalid:
        # The action refuses the same, beside the fields.
        return []
    form.data = {**{name: form[name].value() for name in form.fields}, "shown": digest}
    return effect_sentences(organization_effects(changes)) if changes else []


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
    steps = step_lines(first_steps(request.actor), may_act=request.actor.is_admin)
    return render(request, "web/first_run.html", {"steps": steps, "import_url": _url_or_none("integrations:imports")})


def _url_or_none(name: str) -> str:
    """The address of a page of a higher app, empty where it has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
