"""What a PDF holds beside its pages, read object by object: scripts, programs, forms that run, other files.

Names that are written with escapes and objects inside object streams are read as viewers read them. It is read
in a process of its own, `python -m measures.evidence.pdf_content < file`, so that a file which takes too much
time or memory ends that process and nothing else. The process knows neither settings nor database.
"""

import resource
import sys
import unicodedata
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Stream

from .kinds import Unfit, kind_without_pdf
from .pdf_process import Judgement

_CPU_SECONDS = 8
_MEMORY = 768 * 1024 * 1024
_MOST_OBJECTS = 300_000
_MOST_VALUES = 5_000_000
# A PDF inside a PDF is read too; one inside that isn't taken.
_DEEPEST = 1
_ACTIONS = {"/JavaScript", "/Launch", "/ImportData"}
_SCRIPTS = {"/JS", "/JavaScript", "/OnInstantiate"}
_PLAYERS = {"/RichMedia", "/Movie"}
# How the names of attached files may end, and which content each stands for.
_ATTACHED = {
    "xml": "text", "csv": "text", "txt": "text", "json": "text", "pdf": "pdf", "png": "png", "jpg": "jpg",
    "jpeg": "jpg", "xlsx": "xlsx", "docx": "docx", "pptx": "pptx",
}  # fmt: skip
# Markup that a browser runs or draws, whatever its name ends with.
_RUN_BY_BROWSERS = (b"<script", b"w3.org/1999/xhtml", b"w3.org/2000/svg", b"<html", b"<?xml-stylesheet")


def judged(content: bytes, depth: int = 0) -> Judgement:
    """What a PDF holds, read in this process and without bounds of time and memory."""
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            return _judged_objects(pdf, depth)
    except pikepdf.PasswordError:
        return Judgement.LOCKED
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return Judgement.DAMAGED


def _judged_objects(pdf: pikepdf.Pdf, depth: int) -> Judgement:
    if len(pdf.objects) > _MOST_OBJECTS:
        return Judgement.TOO_MUCH
    for count, value in enumerate(_values(pdf)):
        if count >= _MOST_VALUES:
            return Judgement.TOO_MUCH
        if isinstance(value, Dictionary | Stream) and (found := _active(value) or _carried(value, depth)):
            return found
    return Judgement.PLAIN


def _values(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every composite value of the file, used or not: those that stand alone, and what is written inside them."""
    for top in (pdf.trailer, *pdf.objects):
        ahead = [top]
        while ahead:
            value = ahead.pop()
            yield value
            if isinstance(value, Array):
                inner: Any = list(value)
            elif isinstance(value, Dictionary | Stream):
                inner = [part for _, part in value.items()]
            else:
                continue
            ahead += [part for part in inner if isinstance(part, pikepdf.Object) and not part.is_indirect]


def _active(value: Any) -> Judgement | None:
    """What runs when the file is opened or somebody clicks, by one dictionary; None for nothing."""
    keys = set(value.keys())
    if keys & _SCRIPTS or _name_of(value, "/S") in _ACTIONS:
        return Judgement.SCRIPT
    if _name_of(value, "/Subtype") in _PLAYERS:
        return Judgement.PLAYER
    return Judgement.FORM if "/XFA" in keys else None


def _carried(value: Any, depth: int) -> Judgement | None:
    """A file that a dictionary attaches and that isn't taken; None where it attaches none or a fit one."""
    names: list[str] = []
    files: list[Any] = []
    if isinstance(attached := value.get("/EF"), Dictionary):
        names = [str(name) for key in ("/UF", "/F") if isinstance(name := value.get(key), pikepdf.String)]
        files = [file for _, file in attached.items()]
        if "/RF" in value:
            return Judgement.ATTACHMENT
    elif isinstance(value, Stream) and _name_of(value, "/Type") == "/EmbeddedFile":
        files = [value]
    fit = all(isinstance(file, Stream) and _is_taken(names, file.read_bytes(), depth) for file in files)
    return None if fit else Judgement.ATTACHMENT


def _name_of(value: Any, key: str) -> str:
    found = value.get(key)
    return str(found) if isinstance(found, pikepdf.Name) else ""


def _is_taken(names: list[str], content: bytes, depth: int) -> bool:
    """Whether an attached file is one that would be taken by itself, and none that its name would run."""
    kind = _attached_kind(content, depth)
    return bool(kind) and all(_ending_fits(name, kind) for name in names)


def _ending_fits(name: str, kind: str) -> bool:
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Zl", "Zp") for sign in name):
        return False
    return _ATTACHED.get(name.rstrip(" .").rpartition(".")[2].lower()) == kind


def _attached_kind(content: bytes, depth: int) -> str:
    """The kind as `_ATTACHED` has it; empty for what isn't taken."""
    if content.startswith(b"%PDF-"):
        return "pdf" if depth < _DEEPEST and judged(content, depth + 1) == Judgement.PLAIN else ""
    try:
        kind = kind_without_pdf(content, "")
    except Unfit:
        return ""
    if kind not in ("csv", "txt"):
        return kind
    plain = content.replace(b"\0", b"").lower()
    return "" if any(mark in plain for mark in _RUN_BY_BROWSERS) else "text"


def _main() -> None:
    """Judge the file on standard input within bounds of this process, and write what was found."""
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = judged(sys.stdin.buffer.read())
    except MemoryError:
        found = Judgement.TOO_MUCH
    sys.stdout.write(found)


if __name__ == "__main__":
    _main()
