"""Master data: a list per kind, and its entries."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import require
from cat4.web.fields import OptionalReasonForm
from cat4.web.form_pages import Crumbs, FormPage, answer, posted
from cat4.web.requests import OrganizationRequest
from cat4.wording import article
from hierarchy.constants import MasterKind
from hierarchy.organization.selectors import active_people
from hierarchy.policies import may_manage_master

from .actions import create_master, create_several, edit_master, editable, restore_master, retire_master
from .forms import MasterForm, SeveralForm
from .selectors.master import master_record, master_records


@require_GET
def index(request: OrganizationRequest, kind: str) -> HttpResponse:
    """The entries of a kind, retired ones apart."""
    entries = list(master_records(kind, retired=True))
    context = {
        "kind": MasterKind(kind),
        "entries": [entry for entry in entries if entry.retired_at is None],
        "retired": [entry for entry in entries if entry.retired_at is not None],
        "has_currency": kind == MasterKind.LEGAL_ENTITY,
        "has_lead": kind == MasterKind.BUSINESS_UNIT,
        "may_manage": may_manage_master(request.actor),
    }
    return render(request, "hierarchy/master/list.html", context)


@require_http_methods(["GET", "POST"])
def create(request: OrganizationRequest, kind: str) -> HttpResponse:
    """Add an entry."""
    master_records(kind)
    require(may_manage_master(request.actor))
    initial = {"currency": request.organization.currency}
    form = MasterForm(posted(request), kind=kind, people=active_people(request.actor), initial=initial)
    page = FormPage(f"Add {article(_word(kind))} {_word(kind)}", f"Add {_word(kind)}", _url(kind), crumbs=_crumbs(kind))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        entry = create_master(request.actor, kind, **_facts(kind, clean))
        return _url(kind), f"Added {entry.code} {entry.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def create_many(request: OrganizationRequest, kind: str) -> HttpResponse:
    """Add entries copied from a spreadsheet."""
    master_records(kind)
    require(may_manage_master(request.actor))
    form = SeveralForm(posted(request), kind=kind)
    plural = MasterKind(kind).plural.lower()
    page = FormPage(
        f"Add several {plural}",
        f"Add {plural}",
        _url(kind),
        sub="All lines are added, or none.",
        crumbs=_crumbs(kind),
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        entries = create_several(request.actor, kind, lines=clean["lines"])
        return _url(kind), f"Added {len(entries)} {plural if len(entries) > 1 else _word(kind)}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def edit(request: OrganizationRequest, kind: str, pk: UUID) -> HttpResponse:
    """Change an entry."""
    entry = master_record(kind, pk)
    require(may_manage_master(request.actor))
    initial = {name: getattr(entry, name) for name in [*editable(kind), "version"]}
    form = MasterForm(posted(request), kind=kind, people=active_people(request.actor), initial=initial)
    page = FormPage(f"Edit {entry.name}", f"Save {_word(kind)}", _url(kind), crumbs=_crumbs(kind))

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        version = clean.get("version")
        saved = edit_master(request.actor, kind, pk, expected_version=version, **_facts(kind, clean))
        return _url(kind), f"Saved {saved.code} {saved.name}."

    return answer(request, form, page, act)


@require_http_methods(["GET", "POST"])
def retire(request: OrganizationRequest, kind: str, pk: UUID) -> HttpResponse:
    """Take an entry off the choices, after asking."""
    entry = master_record(kind, pk)
    require(may_manage_master(request.actor))
    page = FormPage(
        f"Retire {entry.name}",
        f"Retire {_word(kind)}",
        _url(kind),
        crumbs=_crumbs(kind),
        note="It leaves every choice. Measures that use it keep it, and it can be restored.",
        danger=True,
    )

    def act(clean: dict[str, Any]) -> tuple[str, str]:
        retired = retire_master(request.actor, kind, pk, reason=clean["reason"])
        return _url(kind), f"Retired {retired.code} {retired.name}."

    return answer(request, OptionalReasonForm(posted(request)), page, act)


@require_POST
def restore(request: OrganizationRequest, kind: str, pk: UUID) -> HttpResponse:
    """Put a retired entry back on the choices."""
    entry = restore_master(request.actor, kind, pk)
    messages.success(request, f"Restored {entry.code} {entry.name}.")
    return redirect(_url(kind))


def _facts(kind: str, clean: dict[str, Any]) -> dict[str, Any]:
    return {name: clean[name] for name in editable(kind)}


def _word(kind: str) -> str:
    return MasterKind(kind).label.lower()


def _url(kind: str) -> str:
    return reverse("hierarchy:master", args=[kind])


def _crumbs(kind: str) -> Crumbs:
    return (("Settings", reverse("hierarchy:settings")), (MasterKind(kind).plural, _url(kind)))
