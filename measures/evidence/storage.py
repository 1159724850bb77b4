"""Where evidence lies, and the way into it: what isn't fit to be stored doesn't get there.

A file is `files/<organization>/<uuid>` below the state directory, outside every web root. It leaves only
through a view that asks the policy.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import IO
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage

from cat4.tenancy.ids import new_id

from .file_names import safe_name
from .kinds import TYPES, Unfit, is_pdf, kind_without_pdf
from .pdf_process import refuse_unfit_pdf


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
    key = _write(f"{organization_id}/{new_id()}", content)
    return StoredFile(
        file_name=safe_name(str(upload.name or ""), suffix),
        content_type=TYPES[suffix],
        size=len(content),
        sha256=sha256(content).hexdigest(),
        storage_key=key,
    )


def _write(key: str, content: bytes) -> str:
    """Keep the whole file or nothing: what a full disk cut short is removed."""
    try:
        return str(default_storage.save(key, ContentFile(content)))
    except OSError:
        default_storage.delete(key)
        raise


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
    if is_pdf(content):
        refuse_unfit_pdf(content)
        return "pdf"
    return kind_without_pdf(content, name)
