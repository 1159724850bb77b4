"""What may be stored, judged by content, never by name or by what the browser says. Without settings or database."""

import re
import zipfile
import zlib
from io import BytesIO

_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "csv": "text/csv",
    "txt": "text/plain",
}
TAKEN = "PDF, PNG, JPG, XLSX, DOCX, PPTX, CSV or TXT"
_SIGNATURES = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_PARTS = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx", "ppt/presentation.xml": "pptx"}
# Parts of an office file that hold programs.
_PROGRAMS = ("vbaproject.bin", "/macrosheets/", "/activex/", "/embeddings/oleobject")
_ENDINGS_OF_PROGRAMS = (".xlsm", ".docm", ".pptm", ".xlsb", ".exe", ".js", ".vbs")
# A part is called what its maker likes; its type says that it is a program.
_TYPES_OF_PROGRAMS = (b"vbaproject", b"macroenabled", b"macrosheet", b"activex", b"oleobject")
_LIST_OF_TYPES = "[Content_Types].xml"
_LONGEST_LIST = 2 * 1024 * 1024
# No text has them; a last Ctrl-Z ended files of DOS.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_UTF_8 = b"\xef\xbb\xbf"
# No table or letter needs more; an archive that claims it is made to fill the disk of whoever unpacks it.
_MOST_PARTS = 5_000
_MOST_UNPACKED = 300 * 1024 * 1024
_MOST_RATIO = 200


class Unfit(ValueError):
    """The file may not be stored; the message says why."""


def is_pdf(content: bytes) -> bool:
    """Whether the content says that it is a PDF."""
    return content.startswith(b"%PDF-")


def kind_without_pdf(content: bytes, name: str) -> str:
    """The kind of a file that is no PDF, by its content; a name only tells a table of text from other text.

    Raises:
        Unfit: none of the kinds that are taken.
    """
    for signature, suffix in _SIGNATURES.items():
        if content.startswith(signature):
            return suffix
    if content.removeprefix(_UTF_8).startswith(b"#!"):
        raise Unfit("A program isn't taken.")
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if _is_text(content):
        return "csv" if name.lower().endswith(".csv") else "txt"
    raise Unfit(f"This kind of file isn't taken. Upload {TAKEN}.")


def _office_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            types = _types_of(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError) as error:
        raise Unfit("The file is damaged.") from error
    names = {part.filename for part in parts}
    if any(_is_program(f"/{name.lower()}") for name in names) or any(mark in types for mark in _TYPES_OF_PROGRAMS):
        raise Unfit("The file contains macros. Save it without macros and upload it again.")
    if _is_bomb(parts):
        raise Unfit("Unpacked, the file would be too large. Upload it as PDF or CSV.")
    kind = next((suffix for part, suffix in _PARTS.items() if part in names), "")
    if not kind or _LIST_OF_TYPES not in names:
        raise Unfit("An archive isn't taken. Upload the files in it one by one.")
    return kind


def _is_program(part: str) -> bool:
    return part.endswith(_ENDINGS_OF_PROGRAMS) or any(mark in part for mark in _PROGRAMS)


def _types_of(archive: zipfile.ZipFile) -> bytes:
    """The list of the types of all parts, as far as it is of a reasonable length; empty where there is none."""
    if _LIST_OF_TYPES not in archive.namelist():
        return b""
    with archive.open(_LIST_OF_TYPES) as listed:
        return listed.read(_LONGEST_LIST).replace(b"\0", b"").lower()


def _is_bomb(parts: list[zipfile.ZipInfo]) -> bool:
    """Judged by what the archive says of itself: nothing of it is unpacked here."""
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    return len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or unpacked > max(packed, 1024 * 1024) * _MOST_RATIO


def _is_text(content: bytes) -> bool:
    """UTF-8, UTF-16 with its mark, or a code page of one byte a letter: whatever has no control characters."""
    encoding = "utf-16" if content.startswith(_UTF_16) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-16":
            return False
        text = content.decode("latin-1")
    return not _CONTROLS.search(text.removesuffix("\x1a"))
