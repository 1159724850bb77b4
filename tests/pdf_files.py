"""PDF files as tests upload them, written by hand so that each shows one thing."""

_PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects; the first is its catalog. `trailer` is written into its trailer."""
    content, offsets = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, written in enumerate(objects, start=1):
        offsets.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table) + end


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """A stream with its length, and what else its dictionary says."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries, len(content), content)


def page_pdf(words: str = "Invoice 4711", *more: bytes, catalog: bytes = b"") -> bytes:
    """A PDF of one page with some words on it. `more` are objects from number 5 on, `catalog` leads to them."""
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R>>"
    written = stream(b"BT 20 100 Td (%s) Tj ET" % words.encode("latin-1"))
    return pdf_of(b"<</Type/Catalog/Pages 2 0 R%s>>" % catalog, _PAGES, page, written, *more)


def pdf_with_file(name: str, content: bytes, entries: bytes = b"") -> bytes:
    """The same with a file attached, as e-invoices carry their XML."""
    named = b"<</Type/Filespec/F(%s)/AFRelationship/Alternative/EF<</F 6 0 R>>>>" % name.encode("latin-1")
    leads = b"/Names<</EmbeddedFiles<</Names[(%s) 5 0 R]>>>>/AF[5 0 R]" % name.encode("latin-1")
    return page_pdf("Invoice", named, stream(content, b"/Type/EmbeddedFile" + entries), catalog=leads)
