"""Documents, overrides, and what happens to measures when somebody leaves."""

import zipfile
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.http import Http404
from django.test import Client

from cat4.accounts.actor import Role
from cat4.audit.models import LedgerEntry
from cat4.errors import Conflict, Invalid, NotAllowed
from cat4.notices.models import Notice
from cat4.outbox.models import OutboxRow
from hierarchy.models import RoleGrant
from hierarchy.people import successions
from measures.evidence.actions import attach_document, upload_document, withdraw_document
from measures.evidence.file_names import safe_name
from measures.evidence.kinds import Unfit
from measures.evidence.storage import sniffed
from measures.models import Document, DocumentOpening, Measure, StatusOverride
from measures.overrides.actions.overrides import override_status
from tests.measures.amounts import effect_line
from tests.measures.steps import invalid, last_entry, milestone_of, refused
from tests.pdf_files import page_pdf
from tests.world import TODAY, World


def office(*parts: str, bomb: bool = False, types: str = "x") -> bytes:
    packed = BytesIO()
    content = "0" * 250_000_000 if bomb else "x"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9 if bomb else None) as archive:
        archive.writestr("[Content_Types].xml", types)
        for part in parts:
            archive.writestr(part, content if part == parts[-1] else "x")
    return packed.getvalue()


PDF = page_pdf("Discounts")


def upload(world: World, measure: Measure, content: bytes = PDF, name: str = "note.pdf", **facts: Any) -> Document:
    facts = {"title": "Discount matrix", "purpose": "background", **facts}
    return upload_document(world.actor("owner"), measure.pk, file=ContentFile(content, name=name), **facts)


def stored_files(world: World) -> list[Path]:
    folder = Path(default_storage.path(str(world.organization.pk)))
    return list(folder.iterdir()) if folder.exists() else []


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (PDF, "a.exe", "pdf"),
        (office("ppt/presentation.xml"), "a.pptx", "pptx"),
        ("Konto;Betrag\n6000;−12,50 €".encode("utf-16"), "a.csv", "csv"),
        ("Kostenstelle;Text\n11;Öl – „Bühne“ 5 €".encode("cp1252"), "a.csv", "csv"),
        (b"\x89PNG\r\n\x1a\n\x00", "a.pdf", "png"),
        (b"\xff\xd8\xff\xe0\x00", "a", "jpg"),
        (office("xl/workbook.xml"), "a.zip", "xlsx"),
        (office("word/document.xml"), "a.xlsx", "docx"),
        ("month;amount\nSep;1,5 €".encode(), "a.CSV", "csv"),
        (b"month,amount\nf\xfcr,1", "a.csv", "csv"),
        (b"<html><script>alert(1)</script>", "a.html", "txt"),
    ],
)
def test_the_content_decides_what_a_file_is(content: bytes, name: str, kind: str) -> None:
    assert sniffed(content, name) == kind


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"MZ\x90\x00\x03\x00\x00\x00", "isn't taken"),
        (b"\x7fELF\x02\x01\x01\x00", "isn't taken"),
        (office("other.xml"), "An archive isn't taken"),
        (office("xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        (b"PK\x03\x04 and nothing else", "damaged"),
        (office("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "macros"),
        (office("xl/workbook.xml", "xl/worksheets/sheet1.xml", bomb=True), "Unpacked"),
        (office("xl/workbook.xml", "xl/embeddings/Book1.xlsm"), "macros"),
        (office("xl/workbook.xml", types="ContentType='application/vnd.ms-office.vbaProject'"), "macros"),
        (b"\xff\xfeM\x00\x01\x00", "isn't taken"),
        (b"#!/bin/sh\nrm -rf /", "A program"),
    ],
)
def test_other_files_are_not_taken(content: bytes, said: str) -> None:
    with pytest.raises(Unfit, match=said):
        sniffed(content, "report.pdf")


@pytest.mark.parametrize(
    ("name", "suffix", "safe"),
    [
        ("Discount matrix v4.pdf", "pdf", "Discount matrix v4.pdf"),
        ("../../etc/passwd", "txt", "passwd.txt"),
        ("C:\\temp\\a.pdf", "pdf", "a.pdf"),
        ("page.html", "txt", "page.html.txt"),
        ('"; rm -rf".pdf\r\nX: y', "pdf", "rm -rf_.pdf__X_ y.pdf"),
        ("...", "pdf", "document.pdf"),
        ("photo.jpeg", "jpg", "photo.jpg"),
        ("x" * 300 + ".pdf", "pdf", "x" * 120 + ".pdf"),
        (normalize("NFD", "Übergabe Café.pdf"), "pdf", "Übergabe Café.pdf"),
        ("覚書　第２号（写し）.pdf", "pdf", "覚書　第２号（写し）.pdf"),
        ("बजट की शर्तें.csv", "csv", "बजट की शर्तें.csv"),
        ("نامه\u200cها.txt", "txt", "نامه\u200cها.txt"),
        ("invoice\u202efdp.exe", "pdf", "invoicefdp.exe.pdf"),
        ("a\u2066b\u2069\u200b\ufeff\x07.pdf", "pdf", "ab.pdf"),
        ("..\u2044..\u2215etc.pdf", "pdf", "etc.pdf"),
        ("章" * 150 + ".pdf", "pdf", "章" * 66 + ".pdf"),
    ],
)
def test_file_names_are_made_harmless(name: str, suffix: str, safe: str) -> None:
    assert safe_name(name, suffix) == safe


def test_an_upload_is_kept_below_the_organization_with_its_hash(world: World) -> None:
    with world.inside():
        document = upload(world, world.measure())
        assert document.storage_key.startswith(f"{world.organization.pk}/")
        assert (document.sha256, document.size) == (sha256(PDF).hexdigest(), len(PDF))
        assert default_storage.open(document.storage_key).read() == PDF
        assert last_entry().change["sha256"] == document.sha256


def test_a_refused_upload_leaves_no_file(world: World) -> None:
    with world.inside():
        measure = world.measure()
        with invalid("purpose"):
            upload(world, measure, purpose="fun")
        with invalid("milestone_id", "Name the milestone"):
            upload(world, measure, purpose="milestone")
        with invalid("evidence_class"):
            upload(world, measure, evidence_class="hearsay")
        with invalid("file", "is empty"):
            upload(world, measure, b"")
        with invalid("file", "isn't taken"):
            upload(world, measure, b"MZ\x90\x00")
        assert stored_files(world) == []
        assert Document.objects.count() == 0


def test_a_file_above_the_limit_is_refused(world: World, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    with world.inside(), invalid("file", "larger than"):
        upload(world, world.measure(), b"x" * 11, "a.txt")


def test_evidence_names_a_milestone_of_its_own_measure(world: World, twin: World) -> None:
    with twin.inside():
        foreign = milestone_of(twin.measure())
    with world.inside():
        measure = world.measure()
        other = milestone_of(world.measure("M-2"))
        for milestone_id in (foreign.pk, other.pk):
            with invalid("milestone_id", "Unknown milestone"):
                upload(world, measure, purpose="milestone", milestone_id=milestone_id)
        mine = milestone_of(measure)
        document = upload(world, measure, purpose="milestone", milestone_id=mine.pk)
        assert document.milestone == mine
        assert last_entry().summary == "uploaded Discount matrix as evidence of Contract signed"


def test_closing_evidence_names_its_class_and_lines_of_its_own_measure(world: World) -> None:
    with world.inside():
        measure, other = world.measure(), world.measure("M-2")
        line, foreign = effect_line(world, measure), effect_line(world, other)
        with invalid("evidence_class", "Name the class"):
            upload(world, measure, purpose="evidence", line_ids=[line.pk])
        with invalid("line_ids", "Choose effect lines of this measure"):
            upload(world, measure, purpose="evidence", evidence_class="contract", line_ids=[line.pk, foreign.pk])
        with invalid("purpose", "is written when the closure is signed"):
            upload(world, measure, purpose="closure", evidence_class="contract")
        document = upload(world, measure, purpose="evidence", evidence_class="contract", line_ids=[line.pk])
        assert list(document.lines.all()) == [line]
        assert last_entry().summary == "uploaded Discount matrix as evidence of Steel"
        attach_document(world.actor("controller"), document.pk, line_ids=[])
        assert last_entry().summary == "detached Discount matrix from its lines"
        note = upload(world, measure)
        with invalid("line_ids", "names no class of evidence"):
            attach_document(world.actor("owner"), note.pk, line_ids=[line.pk])
        with refused(NotAllowed, "may upload"):
            attach_document(world.actor("reader"), document.pk, line_ids=[line.pk])


def test_who_opened_a_document_and_when_is_kept(world: World, client: Client) -> None:
    with world.inside():
        document = upload(world, world.measure())
    client.force_login(world.people["controller"])
    response = client.get(world.url(f"/documents/{document.pk}/"))
    assert (response["Content-Disposition"], response["X-Content-Type-Options"]) == (
        'attachment; filename="note.pdf"',
        "nosniff",
    )
    with world.inside():
        opening = DocumentOpening.objects.get()
        assert (opening.document_id, opening.person_id) == (document.pk, world.people["controller"].pk)


def test_evidence_of_a_closed_measure_is_withdrawn_with_a_reason_in_the_ledger(world: World) -> None:
    with world.inside():
        measure = world.measure()
        evidence = upload(world, measure, purpose="evidence", evidence_class="contract")
        other = upload(world, measure)
        world.measure("M-5", doi=5, lifecycle="closed")
        closed = Measure.objects.get(code="M-5")
        evidence = Document.objects.create(**stored(evidence, closed))
        other = Document.objects.create(**stored(other, closed))
        with invalid("reason"):
            withdraw_document(world.actor("controller"), evidence.pk, reason=" ")
        with refused(NotAllowed, "is closed and can only be read"):
            withdraw_document(world.actor("owner"), other.pk, reason="Wrong.")
        withdraw_document(world.actor("controller"), evidence.pk, reason="The extract was of another plant.")
        assert LedgerEntry.objects.latest("sequence").entry.verb == "document.withdrawn"
        assert OutboxRow.objects.filter(topic="measures.evidence_withdrawn", object_id=closed.pk).exists()


def stored(document: Document, measure: Measure) -> dict[str, Any]:
    """The same file on another measure."""
    kept = ("purpose", "evidence_class", "title", "file_name", "content_type", "size", "sha256", "storage_key")
    facts = {name: getattr(document, name) for name in (*kept, "uploaded_by_id", "uploaded_at")}
    return {**facts, "measure": measure}


def test_a_withdrawn_document_stays_on_record(world: World) -> None:
    with world.inside():
        document = upload(world, world.measure())
        withdraw_document(world.actor("pmo"), document.pk, reason="Wrong version.")
        assert Document.objects.get().withdrawn_at is not None
        assert default_storage.exists(document.storage_key)
        with refused(Conflict, "withdrawn already"):
            withdraw_document(world.actor("pmo"), document.pk, reason="Again.")


def test_the_controller_withdraws_wrong_evidence_with_a_reason_and_who_uploaded_it_is_told(world: World) -> None:
    with world.inside():
        measure = world.measure()
        evidence = upload(world, measure, purpose="evidence", evidence_class="contract")
        background = upload(world, measure)
        with refused(NotAllowed, "Only Owner Alder, the owner Owner Alder or the portfolio manager"):
            withdraw_document(world.actor("controller"), background.pk, reason="Wrong.")
        with invalid("reason"):
            withdraw_document(world.actor("controller"), evidence.pk, reason="")
        withdraw_document(world.actor("controller"), evidence.pk, reason="It is of another plant.")
        evidence.refresh_from_db()
        assert (evidence.withdrawn_by, evidence.withdraw_reason) == (
            world.people["controller"],
            "It is of another plant.",
        )
        told = Notice.objects.get(kind="evidence.withdrawn")
        assert (told.person_id, told.facts["reason"]) == (world.people["owner"].pk, "It is of another plant.")
        with pytest.raises(DatabaseError, match="a document stays as it was"), transaction.atomic():
            Document.objects.filter(pk=evidence.pk).update(withdraw_reason="Another reason.")


def test_a_file_that_was_withdrawn_is_named_as_such_when_it_comes_again_and_needs_a_reason(
    world: World, client: Client
) -> None:
    with world.inside():
        measure = world.measure()
        withdraw_document(world.actor("owner"), upload(world, measure).pk, reason="Wrong entity.")
        before = stored_files(world)
    why = "This file was withdrawn on 15 Oct 2026 by Owner Alder because “Wrong entity”."
    client.force_login(world.people["owner"])
    path = world.url(f"/measures/{measure.pk}/documents/new/")

    def sent(**more: str) -> Any:
        return client.post(path, {"file": BytesIO(PDF), "purpose": "background", "title": "Again", **more})

    refused_page = sent()
    assert refused_page.status_code == 422
    assert refused_page.context["form"].errors["again_because"] == [f"{why} Say why it counts now."]
    assert stored_files(world) == before
    assert sent(again_because="The entity was right after all.").status_code == 302
    listed = " ".join(client.get(world.url(f"/measures/{measure.pk}/documents/")).content.decode().split())
    assert f"{why} Uploaded again: “The entity was right after all.”" in listed
    assert "Owner Alder withdrew it: “Wrong entity.”" in listed
    with world.inside():
        entry = last_entry()
        assert (entry.summary, entry.reason) == (
            "uploaded Again; this file was withdrawn on 15 Oct 2026 by Owner Alder because “Wrong entity”.",
            "The entity was right after all.",
        )
        # Another file, and the same one on another measure, need no reason.
        upload(world, measure, PDF + b"\n")
        upload(world, world.measure("M-2"))


def test_documents_of_another_organization_are_not_found(world: World, twin: World) -> None:
    with twin.inside():
        foreign = upload(twin, twin.measure())
    with world.inside(), pytest.raises(Http404):
        withdraw_document(world.actor("pmo"), foreign.pk, reason="Wrong.")


# Overrides -------------------------------------------------------------------------------------


def override(world: World, measure: Measure, persona: str = "owner", **changes: Any) -> StatusOverride:
    facts = {"kind": "potential", "value": "a", "reason": "Rebate comes in January.", "expires_on": date(2026, 11, 15)}
    return override_status(world.actor(persona), measure.pk, **{**facts, **changes})


def test_an_override_is_signed_in_the_ledger_and_ends(world: World) -> None:
    with world.inside():
        made = override(world, world.measure(doi=3))
        assert made.expires_on == date(2026, 11, 15)
        assert "computed: not computed" in last_entry().summary
        assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "mood"}, "kind"),
        ({"value": "n"}, "value"),
        ({"value": "purple"}, "value"),
        ({"reason": ""}, "reason"),
        ({"expires_on": TODAY}, "expires_on"),
        ({"expires_on": date(2026, 11, 16)}, "expires_on"),
    ],
)
def test_an_override_is_refused_by_field(world: World, changes: dict[str, Any], field: str) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        with invalid(field):
            override(world, measure, **changes)
        assert StatusOverride.objects.count() == 0


def test_the_controller_and_the_administrator_override_nothing(world: World) -> None:
    with world.inside():
        measure = world.measure(doi=3)
        for persona in ("controller", "pmo", "admin"):
            with refused(NotAllowed, "Only the owner Owner Alder or the sponsor Sponsor Alder"):
                override(world, measure, persona)


# Successors ------------------------------------------------------------------------------------


def test_open_measures_are_duties_of_their_owner_sponsor_and_controller(world: World) -> None:
    with world.inside():
        world.measure("M-1")
        world.measure("M-2", lifecycle="cancelled")
        world.measure("M-3", doi=5, lifecycle="closed")
        for persona in ("owner", "sponsor", "controller"):
            duties = successions.duties_of(world.people[persona].pk)
            mine = [duty for duty in duties if duty.source == "measures"]
            assert [(duty.kind, duty.title) for duty in mine] == [(persona, "M-1 Measure M-1")]


def test_a_duty_is_handed_to_a_successor_who_does_not_control_an_own_measure(world: World) -> None:
    with world.inside():
        measure = world.measure()
        duty = successions.duties_of(world.people["controller"].pk)[0]
        with pytest.raises(Invalid, match="Nobody is controller"):
            successions.hand_over(world.actor("admin"), duty, world.people["owner"].pk)
        with pytest.raises(Invalid, match="Grant the controller's role at Measure package of Alder or above first"):
            successions.hand_over(world.actor("admin"), duty, world.people["reader"].pk)
        RoleGrant.objects.create(user=world.people["reader"], node=world.package, role=Role.CONTROLLER)
        successions.hand_over(world.actor("admin"), duty, world.people["reader"].pk)
        assert Measure.objects.get(pk=measure.pk).controller == world.people["reader"]
        assert last_entry().summary == "handed the controller over from Controller Alder to Reader Alder"
