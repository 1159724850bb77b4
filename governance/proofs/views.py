"""The ledger: narrowed, entry by entry, verified; and the proof packs made of it."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import FileResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cat4.errors import Invalid, require
from cat4.web import formats
from cat4.web.files import download
from cat4.web.form_pages import show_errors
from cat4.web.requests import OrganizationRequest
from hierarchy.nodes.selectors.nodes import root_node
from measures.core.selectors.measures import visible_measures

from .actions.packs import ask_for_proof, download_proof
from .actions.verifying import verify_now
from .constants import PackState
from .forms import LedgerForm, ProofForm
from .pages import content_lines, ledger_lines, scope_choices
from .policies import may_have_proof, may_see_ledger
from .selectors.ledger import (
    holds,
    last_verification,
    ledger_entry,
    ledger_page,
    verbs_in_use,
)
from .selectors.packs import proof_packs
from .selectors.scopes import scopes

_LISTED = 20


@require_GET
def ledger(request: OrganizationRequest) -> HttpResponse:
    """The chain, newest entry first, as far as the filter goes."""
    require(may_see_ledger(request.actor, root_node().pk))
    form = LedgerForm(request.GET, verbs=verbs_in_use())
    before = request.GET.get("before", "")
    page = ledger_page(int(before) if before.isdecimal() and len(before) < 19 else None, form.wanted())
    kept = {name: value for name in form.fields if (value := request.GET.get(name, ""))}
    context = {
        "ledger": page,
        "lines": ledger_lines(page.rows),
        "form": form,
        "kept": urlencode(kept),
        "is_narrowed": bool(kept),
        "verification": last_verification(),
        "is_first": not before,
        "may_have_proof": may_have_proof(request.actor, root_node().pk),
    }
    return render(request, "governance/proofs/ledger.html", context)


@require_GET
def entry(request: OrganizationRequest, sequence: int) -> HttpResponse:
    """One entry with everything that its hash covers."""
    require(may_see_ledger(request.actor, root_node().pk))
    link = ledger_entry(sequence)
    measure_id = link.entry.measure_id
    measure = visible_measures(request.actor).filter(pk=measure_id).first() if measure_id else None
    context = {"link": link, "content": content_lines(link), "holds": holds(link), "measure": measure}
    return render(request, "governance/proofs/ledger_entry.html", context)


@require_POST
def verify(request: OrganizationRequest) -> HttpResponse:
    """Walk the whole chain now."""
    require(may_see_ledger(request.actor, root_node().pk))
    result = verify_now()
    if result.is_intact:
        messages.success(request, f"Ledger intact: {formats.number(result.entries)} entries hold.")
    elif result.broken_sequence is not None:
        messages.error(request, f"The ledger is broken at entry {result.broken_sequence}: {result.problem}.")
    else:
        messages.error(request, f"The ledger doesn't agree with what is there: {result.findings[0]}.")
    return redirect("governance:ledger")


@require_http_methods(["GET", "POST"])
def proofs(request: OrganizationRequest) -> HttpResponse:
    """Proof packs: ask for one, see how far it is, take it."""
    require(may_have_proof(request.actor, root_node().pk))
    form = ProofForm(request.POST if request.method == "POST" else None, nodes=scope_choices(scopes(request.actor)))
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                ask_for_proof(request.actor, **form.cleaned_data)
            except Invalid as refused:
                show_errors(form, refused)
            else:
                messages.success(request, "A worker builds the proof pack. It stands below when it is ready.")
                return redirect("governance:proofs")
        status = 422
    packs = list(proof_packs(request.actor)[:_LISTED])
    running = next((pack for pack in packs if pack.state in {PackState.QUEUED, PackState.RUNNING}), None)
    return render(
        request, "governance/proofs/packs.html", {"form": form, "packs": packs, "running": running}, status=status
    )


@require_POST
def take_proof(request: OrganizationRequest, pk: UUID) -> FileResponse:
    """The archive; that it was taken is in the ledger."""
    pack, content = download_proof(request.actor, pk)
    name = f"{request.organization.slug}-proof-{pack.head_sequence}.zip"
    return download(content, name=name, content_type="application/zip")
