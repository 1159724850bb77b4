"""Changes to master data. Used entries are retired, never deleted."""

import re
from typing import Any
from uuid import UUID

from django.db import transaction

from cat4 import checks, clock
from cat4.accounts.actor import Actor
from cat4.accounts.selectors import members
from cat4.audit.actions import record
from cat4.checks import Problems
from cat4.editing import accept_only, apply_changes, check_version, naming_duplicates
from cat4.errors import Conflict, Invalid, require
from cat4.tenancy.context import current_organization_id
from hierarchy.constants import MasterKind, Verb
from hierarchy.models.master import MasterRecord
from hierarchy.organization.actions import takes_part
from hierarchy.organization.notices import tell_lead
from hierarchy.policies import may_manage_master

from .selectors.master import MODELS, master_for_write

TAKEN = {
    f"{kind}_code": ("code", f"Another {MasterKind(kind).label.lower()} has this code, perhaps a retired one.")
    for kind in MasterKind.values
}

# What entries of a kind have beside code and name.
_MORE = {MasterKind.LEGAL_ENTITY.value: ("currency", "country"), MasterKind.BUSINESS_UNIT.value: ("lead_id",)}


def editable(kind: str) -> list[str]:
    """The fields of a kind that a person fills in."""
    return ["code", "name", *_MORE.get(kind, ())]


@transaction.atomic
def create_master(actor: Actor, kind: str, *, code: str, name: str, **extra: Any) -> MasterRecord:
    """Add an entry; a legal entity also takes `currency`, which it needs, and `country`, a unit its `lead_id`.

    Raises:
        NotAllowed; Invalid by field; an unknown kind is Invalid on `kind`.
    """
    require(may_manage_master(actor))
    if kind not in MODELS:
        raise Invalid({"kind": f"There is no list {kind}."})
    facts = {"code": code, "name": name, **extra}
    accept_only(facts, editable(kind))
    if kind == MasterKind.LEGAL_ENTITY:
        facts = {"currency": "", "country": "", **facts}
    entry = MODELS[kind](**_checked(facts))
    with naming_duplicates(TAKEN):
        entry.save(force_insert=True)
    summary = f"added the {_word(kind)} {entry.code} {entry.name}"
    change: dict[str, Any] = {"code": [None, entry.code]}
    if facts.get("lead_id"):
        change["lead_id"] = [None, facts["lead_id"]]
    record(actor, Verb.MASTER_CREATED, entry, summary=summary, change=change)
    if "lead_id" in change:
        _tell_lead(actor, entry)
    return entry


@transaction.atomic
def edit_master(
    actor: Actor, kind: str, master_id: UUID, *, expected_version: int | None = None, **changes: Any
) -> MasterRecord:
    """Change any of the fields of `editable(kind)`. Nothing changed writes nothing.

    Raises:
        Http404, NotAllowed, StaleVersion; Invalid by field.
    """
    require(may_manage_master(actor))
    accept_only(changes, editable(kind))
    entry = master_for_write(kind, master_id)
    check_version(entry, expected_version, *editable(kind))
    difference = apply_changes(entry, _checked(changes, kept=getattr(entry, "lead_id", None)))
    if not difference:
        return entry
    entry.version += 1
    with naming_duplicates(TAKEN):
        entry.save()
    record(actor, Verb.MASTER_EDITED, entry, summary=f"edited the {_word(kind)} {entry.code}", change=difference)
    if "lead_id" in difference:
        _tell_lead(actor, entry)
    return entry


def _tell_lead(actor: Actor, unit: MasterRecord) -> None:
    of, event = f"{unit.code} {unit.name}", f"unit:{unit.pk}:lead:{unit.version}"
    tell_lead(actor, getattr(unit, "lead_id", None), of=of, event=event, path="/my-work/")


@transaction.atomic
def retire_master(actor: Actor, kind: str, master_id: UUID, *, reason: str = "") -> MasterRecord:
    """Take an entry off the choices; what uses it keeps it.

    Raises:
        Http404, NotAllowed; Conflict when it is retired already.
    """
    require(may_manage_master(actor))
    entry = master_for_write(kind, master_id)
    if entry.retired_at is not None:
        raise Conflict(f"{entry.name} is already retired.", current={"retired_at": entry.retired_at})
    _set_retired(entry, True)
    summary = f"retired the {_word(kind)} {entry.code} {entry.name}"
    change = {"retired": [False, True]}
    record(actor, Verb.MASTER_RETIRED, entry, summary=summary, change=change, reason=reason.strip())
    return entry


@transaction.atomic
def restore_master(actor: Actor, kind: str, master_id: UUID) -> MasterRecord:
    """Put a retired entry back on the choices.

    Raises:
        Http404, NotAllowed; Conflict when it is in use.
    """
    require(may_manage_master(actor))
    entry = master_for_write(kind, master_id)
    if entry.retired_at is None:
        raise Conflict(f"{entry.name} is in use.")
    _set_retired(entry, False)
    summary = f"restored the {_word(kind)} {entry.code} {entry.name}"
    record(actor, Verb.MASTER_RESTORED, entry, summary=summary, change={"retired": [True, False]})
    return entry


def _set_retired(entry: MasterRecord, retired: bool) -> None:
    entry.retired_at = clock.now() if retired else None
    entry.version += 1
    entry.save(update_fields=["retired_at", "version"])


def _word(kind: str) -> str:
    return MasterKind(kind).label.lower()


def _checked(facts: dict[str, Any], *, kept: UUID | None = None) -> dict[str, Any]:
    """The facts as they are stored. `kept` is a lead who may stay even when no longer active."""
    problems, clean = Problems(), dict(facts)
    if "code" in facts:
        clean["code"] = checks.text(problems, "code", facts["code"], label="a code", limit=40, required=True)
    if "name" in facts:
        clean["name"] = checks.text(problems, "name", facts["name"], label="a name", limit=200, required=True)
    if "currency" in facts:
        clean["currency"] = checks.currency(problems, "currency", facts["currency"], any_case=True)
    if "country" in facts:
        clean["country"] = str(facts["country"] or "").strip().upper()
        if not re.fullmatch(r"([A-Z]{2})?", clean["country"]):
            problems.add("country", "A country has two letters, such as AT.")
    if facts.get("lead_id"):
        takes_part(problems, "lead_id", facts["lead_id"], keep=kept)
    problems.stop_if_any()
    return clean


@transaction.atomic
def create_several(actor: Actor, kind: str, *, lines: str) -> list[MasterRecord]:
    """Add entries pasted one per line, columns separated by tabs or semicolons; all or none.

    The lead of a unit is pasted as an email address.

    Raises:
        NotAllowed, Http404; Invalid on `lines` with a sentence for each line that can't be taken.
    """
    require(may_manage_master(actor))
    entries, refused = [], []
    for number, line in enumerate(lines.splitlines(), start=1):
        if not line.strip():
            continue
        cells = [cell.strip() for cell in re.split(r"[\t;]", line)]
        facts: dict[str, Any] = dict(zip(editable(kind), cells, strict=False))
        try:
            if "lead_id" in facts:
                facts["lead_id"] = _member_of_address(facts["lead_id"])
            entries.append(create_master(actor, kind, **{"code": "", "name": "", **facts}))
        except Invalid as error:
            refused.append(f"Line {number}: {' '.join(error.sentences)}")
    if not entries and not refused:
        refused.append("Paste at least one line.")
    if refused:
        raise Invalid({"lines": refused})
    return entries


def _member_of_address(address: str) -> UUID | None:
    """Who has this email address among the members; nobody for an empty cell."""
    if not address:
        return None
    found = members(current_organization_id()).filter(user__email__iexact=address).first()
    if found is None:
        raise Invalid({"lead_id": [f"No member has the address {address}."]})
    return found.user_id
