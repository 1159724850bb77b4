"""Whether a PDF may be stored: it is read in a process of its own, which may end without taking anything along.

`measures/evidence/pdf_content.py` is what runs there; the process that serves never parses a PDF.
"""

import logging
import subprocess
import sys
from enum import StrEnum
from pathlib import Path

from .kinds import Unfit

log = logging.getLogger(__name__)

_CHECKOUT = Path(__file__).resolve().parent.parent.parent
# On a busy machine; a web worker has 30.
_WALL_SECONDS = 15


class Judgement(StrEnum):
    """What was found first."""

    PLAIN = "plain"
    SCRIPT = "script"
    PLAYER = "player"
    FORM = "form"
    ATTACHMENT = "attachment"
    LOCKED = "locked"
    DAMAGED = "damaged"
    TOO_MUCH = "too much"


_SENTENCES = {
    Judgement.SCRIPT: "The PDF contains a script. Print it to a plain PDF and upload that.",
    Judgement.PLAYER: "The PDF contains a film or a program. Print it to a plain PDF and upload that.",
    Judgement.FORM: "The PDF is a form that runs by itself (XFA). Print it to a plain PDF and upload that.",
    Judgement.ATTACHMENT: "A file inside the PDF isn't taken. Invoices in XML are, so are PDF, PNG, JPG, XLSX, "
    "DOCX, PPTX, CSV and TXT. Print it to a plain PDF and upload that.",
    Judgement.LOCKED: "The PDF asks for a password. Upload one that opens without.",
    Judgement.DAMAGED: "The PDF is damaged. Open it, print it to a new PDF and upload that.",
    Judgement.TOO_MUCH: "Reading the PDF takes too much time or memory. Print it to a plain PDF and upload that.",
}


def refuse_unfit_pdf(content: bytes) -> None:
    """Read a PDF in a bounded process of its own.

    Raises:
        Unfit: it runs something, carries a file that isn't taken, or can't be read within the bounds.
    """
    found = _judged_apart(content)
    if found != Judgement.PLAIN:
        raise Unfit(_SENTENCES[found])


def _judged_apart(content: bytes) -> Judgement:
    command = [sys.executable, "-m", "measures.evidence.pdf_content"]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, and nothing of the file in the command
            command, input=content, capture_output=True, cwd=_CHECKOUT, env={}, timeout=_WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Judgement.TOO_MUCH
    try:
        return Judgement(done.stdout.decode("ascii", "replace"))
    except ValueError:
        # Ended by its bounds, or by something that nobody thought of.
        log.warning("a PDF couldn't be read, exit code %s: %s", done.returncode, done.stderr[-500:])
        return Judgement.TOO_MUCH
