"""The organization tree: the whole of it, a node, and the ways to change it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import require
from cat4.web.fields import ReasonForm
from cat4.web.form_pages import Crumbs, FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from cat4.wording import article, counted, listed
from hierarchy.constants import Level
from hierarchy.master.selectors.usage import load_below, what_keeps_open
from hierarchy.models import Committee, Node
from hierarchy.organization.selectors import active_people
from hierarchy.policies import (
    may_create_node,
    may_edit_node,
    may_move_node,
    may_receive_node,
    may_retire_node,
    may_set_target,
)

from ..actions.nodes import create_node, edit_node, move_node, restore_node, retire_node
from ..forms import MoveForm, NodeForm
from ..selectors.defaults import defaults_of
from ..selectors.moves import MoveConsequences, consequences_of_move
from ..selectors.node_page import grants_on, node_page, tree_rows
from ..selectors.nodes import ancestors, in_words, level_above, root_node, visible_node


@require_GET
def tree(request: OrganizationRequest) -> HttpResponse:
    """Every node that the person sees, from the top down."""
    root = root_node()
    context = {"rows": tree_rows(request.actor), "root": root, "may_create": may_create_node(request.actor, root)}
    return render(request, "hierarchy/nodes/tree.html", context)


@require_GET
def node(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """A node: what lies below it, what it must deliver, who has a role there."""
    found = visible_node(request.actor, pk)
    context = {
        "node": found,
        "page": node_page(request.actor, found),
        "grants": grants_on(found),
        "crumbs": crumbs_to(request, found, itself=False),
        "below": _level_below(found),
        "may_create": may_create_node(request.actor, found),
        "may_edit": may_edit_node(request.actor, found),
        "may_move": may_move_node(request.actor, found),
        "may_retire": may_retire_node(request.actor, found),
        "may_set_target": may_set_target(request.actor, found),
        "defaults": defaults_of(found),
    }
    return render(request, "hierarchy/nodes/detail.html", context)


@require_http_methods(["GET", "POST"])
def create(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Add a node one level below."""
    parent = visible_node(request.actor, pk)
    require(may_create_node(request.actor, parent))
    form = NodeForm(posted(request), people=active_people(request.actor))
    what = _level_below(parent).lower() or "node"
    page = FormPage(
        title=f"Add {article(what)} {what}",
        sub=f"in {parent.name}",
        submit=f"Add {what}",
        back=url_of(parent),
        crumbs=crumbs_to(request, parent),
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        clean.pop("version")
        made = create_node(request.actor, parent_id=parent.pk, **clean)
        return url_of(made), f"Added {made.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def edit(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Change a node's own facts."""
    found = visible_node(request.actor, pk)
    require(may_edit_node(request.actor, found))
    initial = {name: getattr(found, name) for name in ("name", "code", "description", "lead_id", "version")}
    form = NodeForm(posted(request), people=active_people(request.actor), initial=initial)
    page = FormPage(
        title=f"Edit {found.name}",
        sub=found.kind,
        submit=f"Save {found.kind.lower()}",
        back=url_of(found),
        crumbs=crumbs_to(request, found),
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        saved = edit_node(request.actor, found.pk, expected_version=clean.pop("version"), **clean)
        return url_of(saved), f"Saved {saved.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def move(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Hang a node elsewhere, after saying what moves along."""
    found = visible_node(request.actor, pk)
    require(may_move_node(request.actor, found))
    parents = in_words(place for place in level_above(request.actor, found) if may_receive_node(request.actor, place))
    label = f"New {Level(found.level - 1).label.lower()}"
    bodies = [(body.pk, body.name) for body in Committee.objects.filter(retired_at__isnull=True)]
    form = MoveForm(
        posted(request), parents=parents, label=label, committees=bodies, initial={"version": found.version}
    )
    follows = _to_be_seen(request, form, found)
    page = FormPage(
        title=f"Move {found.name}",
        sub=f"{found.kind} in {found.parent}",
        submit=f"Move {found.kind.lower()}",
        back=url_of(found),
        crumbs=crumbs_to(request, found),
        note=_what_moves(found),
        template="hierarchy/nodes/move.html",
    )

    above = Level(found.level - 1).label.lower()
    if follows is not None:
        context = {"form": form, "page": page, "parents": parents, "above": above, "follows": follows}
        return render(request, page.template, context | {"currency": request.organization.currency})

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        facts = {"parent_id": clean["parent_id"], "committee_id": clean["committee_id"]}
        moved = move_node(request.actor, found.pk, expected_version=clean.get("version"), **facts)
        return url_of(moved), f"Moved {moved.name} to {moved.parent}."

    return answer(request, form, page, act, parents=parents, above=above)


def _to_be_seen(request: OrganizationRequest, form: MoveForm, node: Node) -> MoveConsequences | None:
    """What follows, where it wasn't shown yet for this place; None where nothing does, or it was."""
    if not form.is_valid() or form.cleaned_data["seen"] == str(form.cleaned_data["parent_id"]):
        return None
    parent = visible_node(request.actor, form.cleaned_data["parent_id"])
    if parent.pk == node.parent_id or parent.level != node.level - 1:
        return None
    follows = consequences_of_move(node, parent).as_seen(request.actor)
    if not follows.gaps and not follows.stranded:
        return None
    typed = request.POST.copy()
    typed["seen"] = str(parent.pk)
    form.data = typed
    return follows


@require_http_methods(["GET", "POST"])
def retire(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Take a node out of use, after asking for the reason."""
    found = visible_node(request.actor, pk)
    require(may_retire_node(request.actor, found))
    page = FormPage(
        title=f"Retire {found.name}",
        sub=found.kind,
        submit=f"Retire {found.kind.lower()}",
        back=url_of(found),
        crumbs=crumbs_to(request, found),
        note="It leaves the tree and every choice. Its past stays readable, and it can be restored.",
        danger=True,
        template="hierarchy/nodes/retire.html",
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        retired = retire_node(request.actor, found.pk, reason=clean["reason"])
        return reverse("hierarchy:node", args=[retired.parent_id]), f"Retired {retired.name}."

    return answer(request, ReasonForm(posted(request)), page, act, hindrance=what_keeps_open(found))


@require_POST
def restore(request: OrganizationRequest, pk: UUID) -> HttpResponse:
    """Bring a retired node back."""
    visible_node(request.actor, pk)
    restored = restore_node(request.actor, pk)
    messages.success(request, f"Restored {restored.name}.")
    return redirect("hierarchy:node", pk=restored.pk)


def url_of(node: Node) -> str:
    """The page of a node."""
    return reverse("hierarchy:node", args=[node.pk])


def crumbs_to(request: OrganizationRequest, node: Node, *, itself: bool = True) -> Crumbs:
    """The visible nodes above, and the node itself; the organization stands in the breadcrumb already."""
    chain = ancestors(node) if itself else ancestors(node)[:-1]
    seen = [step for step in chain if step.level != Level.ORGANIZATION and request.actor.sees(step.path)]
    return tuple((step.name, url_of(step)) for step in seen)


def _level_below(node: Node) -> str:
    return Level(node.level + 1).label if node.level < Level.PACKAGE else ""


def _what_moves(node: Node) -> str:
    load = load_below(node)
    along = [counted(number, noun) for number, noun in ((load.nodes, "node"), (load.measures, "measure")) if number]
    verb = "moves" if load.nodes + load.measures == 1 else "move"
    carried = f"{listed(along)} below it {verb} along. " if along else ""
    return (
        f"{carried}Totals and statuses of both places are computed again. "
        "Roles granted above the old place end for it; those above the new place begin."
    )
