"""Each act's entry holds its own actor, for whom, their own words and every fact that a pack shows (domain 4, 13)."""

from typing import Any

from django.core.files.base import ContentFile
from django.test import Client

from cat4.audit.actions import record
from cat4.audit.ledger import verify_chain
from cat4.audit.models import AuditEntry, LedgerEntry
from cat4.notices.models import Notice
from governance.closures.models import ClosureSignature
from governance.gates.actions.requests import request_gate
from governance.gates.models import GateApproval
from governance.proofs.actions.past_acts import is_done, keep_past_acts
from measures.evidence.actions import attach_document, open_document, upload_document, withdraw_document
from tests.governance.proofs.scene import (
    Forgery,
    act_on_everything,
    built,
    said_of,
    upload_extract,
)  # fmt: skip
from tests.governance.ready import NOW, ready_measure
from tests.world import World


def rows(entry: AuditEntry, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = entry.change["rows"][name]
    return found


def test_each_signature_and_a_deputys_confirmation_have_their_own_words_everywhere(
    inside: World, client: Client
) -> None:
    act_on_everything(inside)
    first, second = AuditEntry.objects.get(verb="closure.signed"), AuditEntry.objects.get(verb="measure.closed")
    assert (first.actor_name, first.reason) == ("Controller Alder", "In the books.")
    assert (second.actor_name, second.reason) == ("Second", "Sampled three months.")
    assert second.summary == "signed the closure second, decision 1"
    assert [row["comment"] for row in rows(first, "closures")] == ["In the books."]
    assert [row["comment"] for row in rows(second, "closures")] == ["Sampled three months."]
    assert [row["comment"] for row in second.change["signatures"]] == ["In the books.", "Sampled three months."]
    (decision,) = rows(second, "decisions")
    assert (decision["decided_by_name"], decision["reason"]) == ("Controller Alder", "In the books.")
    told = Notice.objects.filter(kind="gate.decided").first()
    assert told is not None
    assert (told.facts["who"], told.facts["reason"]) == ("Second", "Sampled three months.")
    confirmed = AuditEntry.objects.get(verb="gate.approval_given")
    assert (confirmed.on_behalf_of_name, confirmed.who) == ("Controller Alder", "Dora for Controller Alder")
    link = LedgerEntry.objects.get(entry=confirmed)
    assert '"on_behalf_of_name":"Controller Alder"' in link.content
    assert Notice.objects.filter(kind="gate.approval_given", facts__who="Dora for Controller Alder").exists()
    assert verify_chain().intact
    client.force_login(inside.people["controller"])
    for page in (f"/ledger/{link.sequence}/", "/ledger/", f"/measures/{confirmed.measure_id}/history/"):
        assert "Dora for Controller Alder" in client.get(inside.url(page)).content.decode(), page


def test_entries_from_before_keep_their_content(inside: World) -> None:
    """The key of the principal's name stands only where there is one, so that older hashes hold."""
    entry = record(inside.actor("pmo"), "period.locked", inside.package, summary="x", ledger=True)
    assert "on_behalf_of_name" not in LedgerEntry.objects.get(entry=entry).content


def test_evidence_is_in_the_ledger_from_its_upload_to_its_withdrawal(inside: World) -> None:
    measure = ready_measure(inside)
    document = upload_extract(inside, measure)
    attach_document(inside.actor("owner"), document.pk, line_ids=[measure.lines.all()[0].pk])
    for persona in ("controller", "controller", "owner"):
        open_document(inside.actor(persona), document.pk)[1].close()
    withdraw_document(inside.actor("owner"), document.pk, reason="Another year.")
    upload_document(
        inside.actor("owner"), measure.pk, file=ContentFile(b"notes", name="n.txt"), title="N", purpose="background"
    )
    entries = [link.entry for link in LedgerEntry.objects.select_related("entry")]
    assert [(entry.verb, entry.actor_name, entry.reason) for entry in entries] == [
        ("document.uploaded", "Owner Alder", ""),
        ("document.attached", "Owner Alder", ""),
        ("document.opened", "Controller Alder", ""),
        ("document.opened", "Owner Alder", ""),
        ("document.withdrawn", "Owner Alder", "Another year."),
    ]
    shown = [rows(entries[place], "evidence")[0] for place in (0, 1, 4)]
    assert [row["lines"] for row in shown] == [["Steel price", "Tooling"], ["Steel price"], ["Steel price"]]
    assert [bool(row["withdrawn_at"]) for row in shown] == [False, False, True]
    (row,) = Forgery(built(inside)).rows("evidence")
    assert row["held"]["entries"] == [1, 2, 5]
    assert {opened["person"]: opened["entry"] for opened in row["openings"]} == {
        "Controller Alder": 3,
        "Owner Alder": 4,
    }


def test_names_are_those_of_the_act_and_what_was_changed_behind_the_ledger_is_found(inside: World) -> None:
    measure = ready_measure(inside)
    upload_extract(inside, measure)
    inside.people["owner"].name = "Renamed"
    inside.people["owner"].save()
    measure.lines.update(name="Renamed")
    forged = Forgery(built(inside))
    (row,) = forged.rows("evidence")
    assert (row["uploaded_by"], row["lines"]) == ("Owner Alder", ["Steel price", "Tooling"])
    assert "files hold" in said_of(forged.packed())


def before_this_version(world: World, *, granted: bool) -> GateApproval:
    """A confirmation, with its entry as it was when entries held no rows."""
    request = request_gate(world.actor("owner"), ready_measure(world, doi=2).pk)
    approval = GateApproval.objects.create(
        request=request, kind="size_and_timing", person=world.people["controller"], granted=granted, comment="Yes.",
        at=NOW,
    )  # fmt: skip
    record(
        world.actor("controller"), "gate.approval_given", approval, summary="gave the confirmation",
        change={"kind": "size_and_timing", "granted": True}, reason="Yes.", measure_id=request.measure_id, ledger=True,
    )  # fmt: skip
    return approval


def test_past_acts_are_held_since_the_upgrade_once_and_a_pack_says_so(inside: World) -> None:
    before_this_version(inside, granted=True)
    keep_past_acts()
    keep_past_acts()
    kept = LedgerEntry.objects.select_related("entry").get(entry__verb="measure.past_acts_kept")
    assert (kept.sequence, kept.entry.summary) == (2, "put the past acts of M-1 into the ledger, as kept on 2026-10-15")
    forged = Forgery(built(inside))
    (row,) = forged.rows("approvals")
    assert row["held"] == {"since": kept.entry.at.isoformat(timespec="microseconds"), "entries": [2]}
    assert "1 approvals" in said_of(forged.packed())
    assert verify_chain().intact


def test_what_was_changed_before_the_upgrade_differs_from_the_old_entry(inside: World) -> None:
    before_this_version(inside, granted=False)
    keep_past_acts()
    said = said_of(Forgery(built(inside)).packed())
    assert said.endswith("by Controller Alder, differs from ledger entry 1: granted"), said


def test_a_row_that_no_entry_holds_is_named(inside: World) -> None:
    before_this_version(inside, granted=True)
    said = said_of(Forgery(built(inside)).packed())
    assert said.endswith("confirmation size_and_timing of M-1 by Controller Alder, is in no ledger entry"), said
    assert ClosureSignature.objects.count() == 0


def test_an_organization_that_began_with_this_version_is_not_gone_through(inside: World) -> None:
    """Where the first acts stand in the ledger by themselves, so do all that followed."""
    upload_extract(inside, ready_measure(inside, code="M-0"))
    assert is_done()
    before_this_version(inside, granted=True)
    assert not is_done()
