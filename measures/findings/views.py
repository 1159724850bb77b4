"""What the checks found: on a measure, one with its form, and all that are open."""

from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from cat4.errors import require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from hierarchy.models import BusinessUnit, LegalEntity
from measures.constants import Doi, OverlapResolution
from measures.core.forms.measures import OverlapForm
from measures.core.pages.frame import url_of
from measures.core.selectors.measures import visible_measure
from measures.core.views.frame import crumbs_of, framed
from measures.models import Measure
from measures.overrides.actions.overrides import withdraw_override
from measures.overrides.forms import WithdrawOverrideForm
from measures.overrides.policies import may_override_status
from measures.status.selectors.statuses import statuses_of

from .actions.findings import resolve_finding
from .actions.overlap import check_overlap
from .forms import ExplainForm, FindingFilter, SettleForm
from .pages import finding_row, finding_rows, titles
from .policies import may_check_overlap
from .selectors.findings import is_overlap
from .selectors.lines import FindingLine, findings_of, lines_of, open_findings, visible_finding

PAGE = 50


@require_GET
def checks(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Everything found in a measure that stands, and what was said to it."""
    measure = visible_measure(request.actor, pk)
    lines = findings_of(request.actor, measure)
    return framed(
        request,
        measure,
        "checks",
        "measures/findings/checks.html",
        rows=finding_rows(request.actor, lines),
        came_from=str(measure.pk),
        open_count=sum(line.is_open for line in lines),
        may_check=may_check_overlap(request.actor, measure),
    )


@require_http_methods(["GET", "POST"])
def finding(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Both sides of a finding, and the form to settle it for who may."""
    (line,) = lines_of(request.actor, [visible_finding(request.actor, pk)])
    row = finding_row(request.actor, line)
    if request.method == "POST":
        require(row.may_settle)
    shown = _came_from(request, line)
    back = _back(request, shown)
    page = FormPage(
        title=row.title,
        sub=line.row.sentence,
        submit="Resolve" if is_overlap(line.row.code) else "Explain",
        back=back,
        crumbs=crumbs_of(request, shown, itself=True),
        template="measures/findings/detail.html",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        given = {"resolution": OverlapResolution.EXPLAINED, **clean}
        version = given.pop("version")
        resolve_finding(request.actor, pk, expected_version=version, **given)
        return back, "Saved. Both measures keep it in their history." if line.is_shared else "Saved."

    form = _form(request, line)
    return answer(request, form, page, act, row=row, changes=_plan_changes(form, line))


def _plan_changes(form: forms.Form, line: FindingLine) -> list[tuple[Measure, str]]:
    """The frozen plans that a typed split or merge changes, each with what the form of its change begins with."""
    typed = form.cleaned_data if form.is_bound and form.is_valid() else {}
    row, kind = line.row, typed.get("resolution")
    is_split = kind == OverlapResolution.SPLIT and typed["percent"] is not None
    if not is_split and kind != OverlapResolution.MERGE:
        return []
    first = typed["measure_id"] or row.measure_id
    share = typed["percent"] if is_split else Decimal(0)
    kept = {side.measure: share if side.measure.pk == first else 100 - share for side in line.sides if side.is_visible}
    return [
        (measure, urlencode({"overlap": row.pk, "percent": percent}))
        for measure, percent in kept.items()
        if measure.doi >= Doi.DECIDED and (is_split or measure.pk == first)
    ]


def _came_from(request: OrganizationRequest, line: FindingLine) -> Measure:
    """The measure from whose checks the person came, else the first that they see."""
    seen = [side.measure for side in line.sides if side.is_visible]
    return next((measure for measure in seen if str(measure.pk) == request.GET.get("from")), seen[0])


def _back(request: OrganizationRequest, shown: Measure) -> str:
    """The list of all findings as it was filtered, or the checks of a measure."""
    if request.GET.get("from") != "list":
        return url_of(shown, "checks")
    kept = request.GET.copy()
    kept.pop("from")
    return f"{reverse('measures:findings')}?{kept.urlencode()}" if kept else reverse("measures:findings")


def _form(request: OrganizationRequest, line: FindingLine) -> ExplainForm | SettleForm:
    row = line.row
    if not is_overlap(row.code):
        return ExplainForm(posted(request), initial={"reason": row.reason, "version": row.version})
    sides = [(side.measure.pk, f"{side.measure.code}, {side.owner}") for side in line.sides]
    initial = {
        "measure_id": row.measure_id if row.resolution else None,
        "resolution": row.resolution or OverlapResolution.NONE,
        "percent": row.percent,
        "reason": row.reason,
        "version": row.version,
    }
    return SettleForm(posted(request), sides=sides, initial=initial)


@require_http_methods(["GET", "POST"])
def withdraw(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """End an override before its day."""
    measure = visible_measure(request.actor, pk)
    require(may_override_status(request.actor, measure))
    in_force = [kind for kind, view in statuses_of(measure.pk).items() if view.override]
    form = WithdrawOverrideForm(posted(request), initial={"kind": in_force[0] if in_force else None})
    page = FormPage(
        title="Withdraw an override",
        sub=str(measure),
        submit="Withdraw override",
        back=url_of(measure),
        crumbs=crumbs_of(request, measure, itself=True),
        note="The computed status is shown again at once. The ledger keeps both.",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        withdraw_override(request.actor, measure.pk, **clean)
        return url_of(measure), "Override withdrawn."

    return answer(request, form, page, act)


@require_GET
def findings(request: OrganizationRequest) -> HttpResponse:
    """Every open finding that the person sees, oldest first."""
    form = FindingFilter(
        request.GET or None,
        codes=titles(),
        units=[(unit.pk, unit.name) for unit in BusinessUnit.objects.order_by("name")],
        entities=[(entity.pk, entity.name) for entity in LegalEntity.objects.order_by("name")],
    )
    wanted = {name: str(value) for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    page = Paginator(open_findings(request.actor, **wanted), PAGE).get_page(request.GET.get("page"))
    rows = finding_rows(request.actor, lines_of(request.actor, page.object_list))
    context = {"form": form, "page": page, "rows": rows, "is_narrowed": wanted}
    context["came_from"] = f"list&{request.GET.urlencode()}" if request.GET else "list"
    return render(request, "measures/findings/list.html", context)


@require_http_methods(["GET", "POST"])
def overlap(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Say how overlaps with other measures are resolved."""
    measure = visible_measure(request.actor, pk)
    require(may_check_overlap(request.actor, measure))
    initial = {"resolution": measure.overlap_resolution, "version": measure.version}
    form = OverlapForm(posted(request), initial=initial)
    page = FormPage(
        title="Check the overlap",
        sub=str(measure),
        submit="Save answer",
        back=url_of(measure),
        crumbs=crumbs_of(request, measure, itself=True),
        note="Candidates book on the same legal entity and account in the same months. No euro counts twice.",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean["version"]
        check_overlap(request.actor, measure.pk, resolution=clean["resolution"], expected_version=version)
        return url_of(measure), "Overlap check answered."

    return answer(request, form, page, act)
