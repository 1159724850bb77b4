"""Draws a committee's agenda with its papers, and its minutes, as they are kept: facts in plain texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from cat4.web import formats
from cat4.web.pdf import WIDTH, Sheet

Facts = Mapping[str, Any]
_VOTES = {"for": "for", "against": "against", "abstain": "abstains"}
_SEATS = {"chair": "chair", "deputy": "deputy chair"}


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed the minutes and when, and the hash of what was signed."""

    name: str
    at: datetime
    sha256: str


def agenda_pdf(agenda: Facts, made_at: datetime) -> bytes:
    """The agenda with every paper: what is to be decided, between what, and what the committee has to know first.

    Until the papers lock it is a draft, and says so.
    """
    sheet = Sheet(f"{agenda['committee']}, agenda", made_at, numbered=True)
    locked_at = agenda["locked_at"]
    state = f"Papers locked {formats.moment(_at(locked_at))}." if locked_at else "Draft: changes until the papers lock."
    _head(sheet, agenda, "Agenda", state)
    sheet.heading("To decide")
    for item in agenda["items"]:
        _paper(sheet, item)
    if not agenda["items"]:
        sheet.text("Nothing came before this committee.")
    _sections(sheet, agenda["sections"])
    return sheet.content()


def minutes_pdf(minutes: Facts, signature: Signature | None, made_at: datetime) -> bytes:
    """The minutes as they were signed, or as they stand so far."""
    sheet = Sheet(f"{minutes['committee']}, minutes", made_at, numbered=True)
    _head(sheet, minutes, "Minutes", _held(minutes))
    _attendance(sheet, minutes["attendance"])
    sheet.heading("Decisions")
    for item in minutes["items"]:
        _minuted(sheet, item)
    if not minutes["items"]:
        sheet.text("Nothing was on the agenda.")
    if minutes["notes"]:
        sheet.heading("Notes")
        for note in minutes["notes"]:
            sheet.text(f"{note['text']} {note['author']}")
    if minutes.get("agenda"):
        _sections(sheet, minutes["agenda"])
    sheet.heading("Signature")
    if signature is None:
        sheet.text("Draft, not signed.")
    else:
        sheet.text(f"{signature.name}, {formats.moment(signature.at)}, identity confirmed by password.", bold=True)
        sheet.text(f"SHA-256 of the content {signature.sha256}; the ledger has it too.", grey=True, scale=0.88)
    return sheet.content()


def _at(text: str | datetime) -> datetime:
    return text if isinstance(text, datetime) else datetime.fromisoformat(text)


def _head(sheet: Sheet, facts: Facts, what: str, state: str) -> None:
    sheet.text(f"{facts['organization']}. {what}" if facts.get("organization") else what, grey=True)
    sheet.text(f"{facts['committee']}, {formats.moment(_at(facts['starts_at']))}", bold=True, scale=1.75, gap=0.4)
    sheet.text(" ".join(part for part in (f"{facts['place']}." if facts["place"] else "", state) if part), grey=True)


def _held(minutes: Facts) -> str:
    said = [f"Opened {formats.moment(_at(minutes['started_at']))}."] if minutes["started_at"] else []
    if minutes.get("hours_early"):
        said.append(f"Hours before its time: {minutes['hours_early']}.")
    if minutes["closed_at"]:
        said.append(f"Closed {formats.moment(_at(minutes['closed_at']))}.")
    return " ".join([*said, f"Chaired by {minutes['chaired_by']}."])


def _attendance(sheet: Sheet, seats: Sequence[Facts]) -> None:
    sheet.heading("Attendance")
    for seat in seats:
        by = f" by {seat['represented_by']}" if seat["represented_by"] else ""
        sheet.text(f"{seat['member']}, {_SEATS.get(seat['seat'], 'member')}: {seat['presence']}{by}")


def _sections(sheet: Sheet, sections: Sequence[Facts]) -> None:
    for section in sections:
        sheet.heading(f"{section['title']}" + (f" ({section['sub']})" if section["sub"] else ""))
        for line in section["lines"]:
            sheet.text("   ".join(part for part in (line["text"], line["sub"], line["tag"]) if part))
        if not section["lines"]:
            sheet.text(section["nothing"], grey=True)


def _paper(sheet: Sheet, item: Facts) -> None:
    position = f"{item['position']}. " if item["position"] else ""
    sheet.pdf.ln(sheet.unit * 0.4)
    sheet.text(f"{position}{item['title']}", bold=True)
    sheet.text(item["summary"])
    paper = item["paper"]
    if paper.get("recommendation"):
        sheet.text(f"Recommended: {paper['recommendation']}")
    for option in paper.get("options", ()):
        facts = ", ".join(f"{term} {value}" for term, value in option["facts"])
        sheet.text("  ".join(part for part in (f"- {option['label']}", facts, option["text"]) if part))
    for sentence in item["missing"]:
        sheet.text(f"Missing: {sentence}", grey=True)
    for attached in item["files"]:
        late = ", late" if attached["is_late"] else ""
        sheet.text(f"Attached{late}: {attached['title']}, SHA-256 {attached['sha256']}", grey=True)


def _minuted(sheet: Sheet, item: Facts) -> None:
    sheet.pdf.ln(sheet.unit * 0.4)
    sheet.text(f"{item['position']}. {item['title']}", bold=True)
    sheet.text(item["summary"], grey=True)
    for vote in item.get("votes_not_carried", ()):
        result = "Tied" if vote["result"] == "tied" else "Not carried"
        sheet.text(f"{result} on “{vote['outcome']}”: {_count(vote['quorum'])}.")
        _again(sheet, vote)
        _votes(sheet, vote["votes"])
    decision = item["decision"]
    if decision is None:
        sheet.text("Not decided: it goes to the next meeting.")
    else:
        _decided(sheet, decision)
    for note in item["notes"]:
        sheet.text(f"Note: {note['text']} {note['author']}")
    for attached in item.get("files", ()):
        late = ", late" if attached["is_late"] else ""
        sheet.text(f"Attached{late}: {attached['title']}, SHA-256 {attached['sha256']}", grey=True)


def _decided(sheet: Sheet, decision: Facts) -> None:
    sheet.text(f"Decision {decision['number']}. {decision['outcome']}: {_count(decision['quorum'])}.", bold=True)
    _again(sheet, decision)
    sheet.text(f"“{decision['reason']}”")
    if decision.get("settles"):
        sheet.text(f"It settles deviation {' and '.join(decision['settles'])}.")
    _taken(sheet, decision.get("taken") or {})
    _votes(sheet, decision["votes"])
    for condition in decision["conditions"]:
        due = formats.day(date.fromisoformat(condition["due_on"]))
        sheet.text(f"Condition: {condition['text']} {condition['responsible']}, by {due}.")
    effective = formats.day(date.fromisoformat(decision["effective_on"]))
    instead = f" It takes the place of decision {decision['supersedes']}." if decision["supersedes"] else ""
    sheet.text(f"In effect from {effective}.{instead}", grey=True)


def _taken(sheet: Sheet, taken: Facts) -> None:
    if taken.get("option"):
        sheet.text(f"Option taken: {taken['option']}. {taken['text']}".rstrip())
    if taken.get("changes"):
        widths = (WIDTH * 0.5, WIDTH * 0.25, WIDTH * 0.25)
        sheet.row(zip(("Money and dates", "Before", "After"), widths, "LRR", strict=True), grey=True)
        for change in taken["changes"]:
            cells = (change["term"], change["before"] or "–", change["after"] or "–")
            sheet.row(zip(cells, widths, "LRR", strict=True))
    for row in taken.get("days", ()):
        sheet.text(f"{row['term']} {row['day']}.")
    if taken.get("gap_owner"):
        sheet.text(f"{taken['gap_owner']} owns the gap.")
    if taken.get("compensates"):
        sheet.text(taken["compensates"])


def _again(sheet: Sheet, vote: Facts) -> None:
    if vote.get("again"):
        sheet.text(f"Voted on again because: “{vote['again']}”")


def _count(quorum: Facts) -> str:
    """`3 for, 1 against, 0 abstained, 4 of 5 took part`."""
    casting = f", casting vote {quorum['casting_vote']}" if quorum.get("casting_vote") else ""
    return (
        f"{quorum['in_favour']} for, {quorum['against']} against, {quorum['abstained']} abstained, "
        f"{quorum['present']} of {quorum['entitled']} took part{casting}"
    )


def _votes(sheet: Sheet, votes: Sequence[Facts]) -> None:
    for vote in votes:
        by = f", represented by {vote['by']}" if vote["by"] else ""
        how = _VOTES.get(vote["vote"], vote["note"] or "no vote")
        said = f": “{vote['comment']}”" if vote.get("comment") else ""
        sheet.text(f"  {vote['member']}{by}: {how}{said}")
