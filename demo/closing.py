"""How measures of the demo are closed: evidence as small documents made here, and the signatures."""

from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile

from cat4 import clock
from cat4.accounts.actor import Actor
from governance.closures.actions.signing import sign_closure
from governance.gates.models import GateRequest
from measures.constants import DocumentPurpose, EvidenceClass
from measures.evidence.actions import open_document, upload_document
from measures.models import Document, EffectMonth

from .company import Company
from .people import PASSWORD
from .sketches import Sketch

# What proves the effect of a program's measures, beside the extract of the general ledger.
_PROOFS = {
    "Procurement": ("Supplier contract, signed", EvidenceClass.CONTRACT),
    "Operations": ("Budget of the plant, reduced", EvidenceClass.BUDGET_REDUCED),
    "Commercial": ("Invoices of the quarter", EvidenceClass.INVOICES),
    "Overheads": ("Budget of the function, reduced", EvidenceClass.BUDGET_REDUCED),
}


def prove(owner: Actor, measure_id: UUID, sketch: Sketch, *, effect: UUID, cost: UUID) -> None:
    """An extract of the ledger for both lines, the class of the program for the effect, invoices for the cost."""
    title, named = _PROOFS[sketch.program]
    ledger, invoices = "General ledger extract", "Invoices of the project"
    for words, suffix, content, evidence_class, lines in (
        (ledger, "csv", _extract(measure_id), EvidenceClass.GENERAL_LEDGER, [effect, cost]),
        (title, "pdf", _letter(sketch, title), named, [effect]),
        (invoices, "pdf", _letter(sketch, invoices), EvidenceClass.INVOICES, [cost]),
    ):
        upload_document(
            owner, measure_id, file=SimpleUploadedFile(f"{sketch.code} {words}.{suffix}", content), title=words,
            purpose=DocumentPurpose.EVIDENCE, evidence_class=evidence_class, line_ids=lines,
        )  # fmt: skip


def _extract(measure_id: UUID) -> bytes:
    """The booked months as a ledger would list them."""
    rows = EffectMonth.objects.filter(measure_id=measure_id, validated__isnull=False).select_related("line__account")
    lines = [
        f"{row.month:%Y-%m};{row.line.account.code if row.line.account else ''};{row.line.name};{row.validated}"
        for row in rows.order_by("month", "line__position")
    ]
    return "\n".join(["month;account;text;amount", *lines, ""]).encode()


def _letter(sketch: Sketch, title: str) -> bytes:
    """A page of plain PDF, without fonts or pictures."""
    said = [title, f"{sketch.code} {sketch.name}", f"Invented evidence of the demo, {clock.today():%d %b %Y}."]
    drawn = " ".join(f"({text.replace('(', '').replace(')', '')}) Tj T*" for text in said)
    stream = f"BT /F1 14 Tf 20 TL 72 760 Td {drawn} ET".encode("latin-1", "replace")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    content, offsets = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table) + end


def sign(company: Company, controller: Actor, request: GateRequest, *, reason: str) -> None:
    """The controller opens the evidence and signs; above two million a second one does after them."""
    look_at(controller, request)
    signed = sign_closure(controller, request.pk, reason=reason, password=PASSWORD)
    if signed.decision is None:
        second = company.actors["lucia" if controller.name.startswith("Stefan") else "stefan"]
        look_at(second, request)
        sign_closure(second, request.pk, reason="Ledger extract and contract seen.", password=PASSWORD)


def look_at(person: Actor, request: GateRequest, *, but: int = 0) -> None:
    """Open the evidence; `but` leaves out so many documents of the end."""
    documents = Document.objects.filter(measure=request.measure, purpose=DocumentPurpose.EVIDENCE)
    in_order = list(documents.order_by("uploaded_at", "id"))
    for document in in_order[: len(in_order) - but]:
        open_document(person, document.pk)[1].close()
