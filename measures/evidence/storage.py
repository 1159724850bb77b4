"""Where evidence lies, and what may be stored: judged by content, never by name or by what the browser says.

A file is `files/<organization>/<uuid>` below the state directory, outside every web root. It leaves only
through a view that asks the policy.
"""

import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from cat4.tenancy.ids import new_id

_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "csv": "text/csv",
    "txt": "text/plain",
}
_SAME = {"jpeg": "jpg", "text": "txt"}
_SIGNATURES = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_PARTS = {"xl/workbook.xml": "xlsx", "word/document.xml": "docx"}
_LONGEST_NAME = 120
_HEAD = 4096
# What runs by itself when a PDF is opened, or travels hidden in it.
_ACTIVE_PDF = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")
# Parts of an office file that hold programs.
_PROGRAMS = ("vbaproject.bin", "/macrosheets/", "/activex/", "/embeddings/oleobject")
# No table or letter needs more; an archive that claims it is made to fill the disk of whoever unpacks it.
_MOST_PARTS = 5_000
_MOST_UNPACKED = 300 * 1024 * 1024
_MOST_RATIO = 200


class Unfit(ValueError):
    """The file may not be stored; the message says why."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What is known of a file once it lies in the storage: the columns of every row that keeps one."""

    file_name: str
    content_type: str
    size: int
    sha256: str
    storage_key: str


def store(organization_id: UUID, upload: File) -> StoredFile:
    """Check and keep an upload.

    Raises:
        Unfit: too large, empty, or of a kind that isn't taken.
    """
    limit = settings.MAX_UPLOAD_BYTES
    if not upload.size:
        raise Unfit("The file is empty.")
    if upload.size > limit:
        raise Unfit(f"The file is larger than {limit // (1024 * 1024)} MB.")
    upload.seek(0)
    content: bytes = upload.read()
    suffix = sniffed(content, str(upload.name or ""))
    key = default_storage.save(f"{organization_id}/{new_id()}", ContentFile(content))
    return StoredFile(
        file_name=safe_name(str(upload.name or ""), suffix),
        content_type=TYPES[suffix],
        size=len(content),
        sha256=sha256(content).hexdigest(),
        storage_key=key,
    )


def discard(storage_key: str) -> None:
    """Remove a file whose row was not written."""
    default_storage.delete(storage_key)


@contextmanager
def discarded_on_failure(storage_key: str) -> Iterator[None]:
    """Inside, the row of a stored file is written; where that fails, the file is removed at once.

    A rollback further out leaves a file that nothing leads to, never a row without its file.
    """
    try:
        yield
    except Exception:
        discard(storage_key)
        raise


def open_stored(storage_key: str) -> IO[bytes]:
    """The file's content, to be served.

    Raises:
        FileNotFoundError: the state directory lost it.
    """
    return default_storage.open(storage_key, "rb")


def sniffed(content: bytes, name: str) -> str:
    """The kind of a file by its content; a name only tells a table of text from other text.

    Raises:
        Unfit: none of the kinds that are taken.
    """
    for signature, suffix in _SIGNATURES.items():
        if content.startswith(signature):
            _refuse_active(content if suffix == "pdf" else b"")
            return suffix
    if content.startswith(b"#!"):
        raise Unfit("A program isn't taken.")
    if content.startswith(b"PK\x03\x04"):
        return _office_kind(content)
    if _is_text(content):
        return "csv" if name.lower().endswith(".csv") else "txt"
    raise Unfit("This kind of file isn't taken. Upload PDF, PNG, JPG, XLSX, DOCX, CSV or TXT.")


def _refuse_active(content: bytes) -> None:
    if any(mark in content for mark in _ACTIVE_PDF):
        raise Unfit("The PDF contains a script or another file. Print it to a plain PDF and upload that.")


def _office_kind(content: bytes) -> str:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except zipfile.BadZipFile as error:
        raise Unfit("The file is damaged.") from error
    names = {part.filename for part in parts}
    if any(mark in f"/{name.lower()}" for name in names for mark in _PROGRAMS):
        raise Unfit("The file contains macros. Save it without macros and upload it again.")
    if _is_bomb(parts):
        raise Unfit("Unpacked, the file would be too large. Upload it as PDF or CSV.")
    kind = next((suffix for part, suffix in _PARTS.items() if part in names), "")
    if not kind or "[Content_Types].xml" not in names:
        raise Unfit("An archive isn't taken. Upload the files in it one by one.")
    return kind


def _is_bomb(parts: list[zipfile.ZipInfo]) -> bool:
    """Judged by what the archive says of itself: nothing of it is unpacked here."""
    unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    return len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or unpacked > max(packed, 1024 * 1024) * _MOST_RATIO


def _is_text(content: bytes) -> bool:
    """UTF-8, or an old code page without control characters."""
    if any(byte < 32 and byte not in b"\t\r\n\f" for byte in content[:_HEAD]) or b"\0" in content:
        return False
    try:
        content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return not any(0x80 <= byte < 0xA0 for byte in content)
    return True


def safe_name(name: str, suffix: str) -> str:
    """The name without folders, control characters and marks that mean something to a shell or a header."""
    base = PurePosixPath(name.replace("\\", "/")).name
    stem, _, given = base.rpartition(".")
    if _SAME.get(given.lower(), given.lower()) != suffix:
        stem = base
    cleaned = re.sub(r"[^\w \-().,&+]", "_", stem).strip(" ._")[:_LONGEST_NAME]
    return f"{cleaned or 'document'}.{suffix}"
