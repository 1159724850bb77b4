"""Create, edit, move, check the overlap of, and override the status of a measure."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from cat4.errors import require
from cat4.web.form_pages import FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from cat4.wording import listed
from hierarchy.models import Committee, Node
from hierarchy.nodes.selectors.moves import MoveConsequences
from hierarchy.nodes.selectors.nodes import in_words
from hierarchy.organization.selectors import active_people
from measures.models import Measure

from ..actions.measures import create_measure, edit_measure, move_measure
from ..forms.measures import PARTS, CreateForm, EditForm, MoveForm
from ..pages.frame import url_of
from ..policies.measures import (
    may_create_measure,
    may_edit_measure,
    may_move_measure,
    may_name_people,
    may_receive_measure,
)
from ..policies.standing import plan_is_open
from ..selectors.choices import choices_for, packages
from ..selectors.measures import visible_measure
from ..selectors.moves import gaps_of_moved
from .frame import crumbs_of


@require_http_methods(["GET", "POST"])
def create(request: OrganizationRequest) -> HttpResponse:
    """Write a measure down: five facts and a package."""
    actor = request.actor
    offered = [node for node in packages(actor) if may_create_measure(actor, node)]
    if not offered:
        seen = packages(actor)
        require(may_create_measure(actor, seen[0])) if seen else None
        raise Http404("There is no measure package yet.")
    initial = {"package_id": _asked_package(request), "owner_id": actor.user_id}
    form = CreateForm(posted(request), packages=in_words(offered), people=active_people(actor), initial=initial)
    page = FormPage(
        title="Write a measure",
        sub="A draft at DoI 0. What else it needs is asked for gate by gate.",
        note="Sponsor, controller, unit, function, entity and committee come from its package, where that names them.",
        submit="Create measure",
        back=reverse("measures:mine"),
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        made = create_measure(actor, **clean)
        return url_of(made), _created(made)

    return answer(request, form, page, act)


def _created(made: Measure) -> str:
    """Says what is still missing for its gates: what no node above names, or names in a way that doesn't hold here."""
    missing = [name.replace("_", " ") for name in made.missing_fields]
    return f"Created {made.code}." + (f" It still needs: {listed(missing)}." if missing else "")


def _asked_package(request: OrganizationRequest) -> str:
    try:
        return str(UUID(request.GET.get("package", "")))
    except ValueError:
        return ""


@require_http_methods(["GET", "POST"])
def edit(request: OrganizationRequest, pk: UUID, part: str = "facts") -> HttpResponse:
    """Change one part of a measure's facts."""
    if part not in PARTS:
        raise Http404("There is no such part of a measure.")
    measure = visible_measure(request.actor, pk)
    require(may_edit_measure(request.actor, measure))
    title, fields = PARTS[part]
    form = EditForm(
        posted(request),
        part=part,
        choices=choices_for(request.actor, measure),
        locked_because=may_name_people(request.actor, measure).reason,
        decided_because=plan_is_open(measure).reason,
        initial={field: getattr(measure, field) for field in (*fields, "version")},
    )
    page = FormPage(
        title=title,
        sub=str(measure),
        submit="Save",
        back=url_of(measure),
        crumbs=crumbs_of(request, measure, itself=True),
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.pop("version")
        edit_measure(request.actor, measure.pk, expected_version=version, **clean)
        return url_of(measure), "Saved."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def move(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Hang a measure below another package."""
    actor = request.actor
    measure = visible_measure(actor, pk)
    require(may_move_measure(actor, measure))
    offered = [node for node in packages(actor) if node.pk != measure.package_id and may_receive_measure(actor, node)]
    bodies = [(body.pk, body.name) for body in Committee.objects.filter(retired_at__isnull=True)]
    form = MoveForm(
        posted(request), packages=in_words(offered), committees=bodies, initial={"version": measure.version}
    )
    page = FormPage(
        title="Move the measure",
        sub=str(measure),
        submit="Move measure",
        back=url_of(measure),
        crumbs=crumbs_of(request, measure, itself=True),
        note="Reports follow at once, above the old and the new package.",
        template="measures/core/move.html",
    )
    follows = _to_be_seen(request, form, measure, offered)
    if follows is not None:
        context = {"form": form, "page": page, "follows": follows, "currency": request.organization.currency}
        return render(request, page.template, context)

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        facts = {"package_id": clean["package_id"], "committee_id": clean["committee_id"]}
        move_measure(actor, measure.pk, expected_version=clean["version"], **facts)
        return url_of(measure), "Moved."

    return answer(request, form, page, act)


def _to_be_seen(
    request: OrganizationRequest, form: MoveForm, measure: Measure, offered: Iterable[Node]
) -> MoveConsequences | None:
    """What the move does to gaps, where it wasn't shown yet for this package; None where nothing, or it was."""
    if not form.is_valid() or form.cleaned_data["seen"] == str(form.cleaned_data["package_id"]):
        return None
    package = next((node for node in offered if node.pk == form.cleaned_data["package_id"]), None)
    if package is None:
        return None
    follows = MoveConsequences(gaps_of_moved(measure, package)).as_seen(request.actor)
    if not follows.gaps:
        return None
    typed = request.POST.copy()
    typed["seen"] = str(package.pk)
    form.data = typed
    return follows
