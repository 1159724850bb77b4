"""What a PDF may carry: read as viewers read it, within bounds of time, memory and objects."""

import zlib
from io import BytesIO

import pikepdf
import pytest

from measures.evidence import pdf_content, pdf_process
from measures.evidence.kinds import Unfit
from measures.evidence.pdf_content import judged
from measures.evidence.pdf_process import Judgement, refuse_unfit_pdf
from tests.pdf_files import page_pdf, pdf_of, pdf_with_file, stream

XML = b"<?xml version='1.0' encoding='UTF-8'?><rsm:CrossIndustryInvoice xmlns:rsm='urn:un:unece'/>"
SCRIPT = b"<</S/JavaScript/JS(app.beep)>>"
OPENS = b"/OpenAction 5 0 R"


def saved(content: bytes, password: str = "", **options: object) -> bytes:
    """The same PDF, written anew."""
    written = BytesIO()
    with pikepdf.open(BytesIO(content)) as pdf:
        if password or "owner" in options:
            owner = str(options.pop("owner", password))
            options["encryption"] = pikepdf.Encryption(user=password, owner=owner)
        pdf.save(written, **options)  # type: ignore[arg-type]  # passed on as they come
    return written.getvalue()


def in_object_streams(content: bytes) -> bytes:
    packed = saved(content, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"JavaScript" not in packed
    return packed


@pytest.mark.parametrize(
    "content",
    [
        page_pdf("Support of /JavaScript and /Launch, /EmbeddedFile too"),
        pdf_with_file("zugferd-invoice.xml", XML, b"/Subtype/text#2Fxml"),
        pdf_with_file("xrechnung.xml", zlib.compress(XML), b"/Filter/FlateDecode"),
        pdf_with_file("lines.csv", "Menge;Preis\n2;3,40 €\n".encode("cp1252")),
        pdf_with_file("order.PDF", page_pdf("Order 12")),
        page_pdf("Link", b"<</Type/Annot/Subtype/Link/A<</S/URI/URI(https://a.example)>>>>", catalog=b"/X 5 0 R"),
        in_object_streams(page_pdf("Lease")),
        saved(page_pdf("Statement"), owner="bank"),
    ],
    ids=["words", "e-invoice", "packed e-invoice", "table", "pdf", "link", "object stream", "no printing"],
)
def test_what_people_send_is_plain(content: bytes) -> None:
    assert judged(content) == Judgement.PLAIN


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (page_pdf("A", SCRIPT, catalog=OPENS), Judgement.SCRIPT),
        (page_pdf("A", b"<</S/Java#53cript/#4a#53(app.beep)>>", catalog=OPENS), Judgement.SCRIPT),
        (in_object_streams(page_pdf("A", SCRIPT, catalog=OPENS)), Judgement.SCRIPT),
        (saved(page_pdf("A", SCRIPT, catalog=OPENS), owner="x"), Judgement.SCRIPT),
        (page_pdf("A", catalog=b"/AA<</WC<</S/#4caunch/F(calc.exe)>>>>"), Judgement.SCRIPT),
        (page_pdf("A", b"<</S/Rendition/JS 6 0 R>>", stream(b"x"), catalog=OPENS), Judgement.SCRIPT),
        (page_pdf("A", catalog=b"/AcroForm<</Fields[]/XFA[(a) 4 0 R]>>"), Judgement.FORM),
        (page_pdf("A", b"<</Subtype/RichMedia>>", catalog=b"/X 5 0 R"), Judgement.PLAYER),
        (pdf_with_file("setup.exe", b"MZ\x90\x00\x03"), Judgement.ATTACHMENT),
        (pdf_with_file("invoice.xml", b"MZ\x90\x00\x03"), Judgement.ATTACHMENT),
        (pdf_with_file("invoice.js", b"var shell = 1"), Judgement.ATTACHMENT),
        (pdf_with_file("invoice.xml.hta", XML), Judgement.ATTACHMENT),
        (pdf_with_file("invoice.xml", b"<x:script xmlns:x='http://www.w3.org/1999/xhtml'/>"), Judgement.ATTACHMENT),
        (pdf_with_file("inner.pdf", page_pdf("A", SCRIPT, catalog=OPENS)), Judgement.ATTACHMENT),
        (page_pdf("A", stream(b"\x7fELF\x02\x01", b"/Type/EmbeddedFile"), catalog=b"/X 5 0 R"), Judgement.ATTACHMENT),
        (saved(page_pdf("A"), password="secret"), Judgement.LOCKED),
        (b"%PDF-1.7 and nothing else", Judgement.DAMAGED),
    ],
)
def test_what_runs_or_hides_is_found(content: bytes, found: Judgement) -> None:
    assert judged(content) == found


def test_a_pdf_inside_a_pdf_inside_a_pdf_is_not_taken() -> None:
    inner = pdf_with_file("b.pdf", page_pdf("B"))
    assert (judged(inner), judged(pdf_with_file("a.pdf", inner))) == (Judgement.PLAIN, Judgement.ATTACHMENT)


def test_objects_and_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    content = page_pdf("A", b"[" + b"[]" * 200 + b"]", catalog=b"/X 5 0 R")
    assert judged(content) == Judgement.PLAIN
    monkeypatch.setattr(pdf_content, "_MOST_VALUES", 200)
    assert judged(content) == Judgement.TOO_MUCH
    monkeypatch.setattr(pdf_content, "_MOST_OBJECTS", 4)
    assert judged(page_pdf("A", b"null", catalog=b"/X 5 0 R")) == Judgement.TOO_MUCH


def bomb() -> bytes:
    """A few hundred kilobytes that unpack to two gigabytes."""
    packer = zlib.compressobj(9)
    zeros = b" " * (16 * 1024 * 1024)
    head = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(zeros) + packer.flush(zlib.Z_FULL_FLUSH)
    return head + again * 127


def test_a_bomb_ends_its_own_process_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_unfit_pdf(page_pdf("A"))
    with pytest.raises(Unfit, match=r"The PDF is damaged|too much time or memory"):
        refuse_unfit_pdf(pdf_with_file("a.xml", bomb(), b"/Filter/FlateDecode"))
    objects = stream(bomb(), b"/Type/ObjStm/N 1/First 5/Filter/FlateDecode")
    with pytest.raises(Unfit, match=r"The PDF is damaged|too much time or memory"):
        refuse_unfit_pdf(pdf_of(b"<</Type/Catalog/Pages 9 0 R>>", objects))
    with pytest.raises(Unfit, match="contains a script"):
        refuse_unfit_pdf(page_pdf("A", SCRIPT, catalog=OPENS))
    monkeypatch.setattr(pdf_process, "_WALL_SECONDS", 0.001)
    with pytest.raises(Unfit, match="too much time"):
        refuse_unfit_pdf(page_pdf("A"))
