"""What the database itself holds of meetings: signed minutes stand, and nobody votes on their own measure."""

import pgtrigger

_HELD = """
IF EXISTS (SELECT 1 FROM governance_meeting WHERE id = {meeting} AND state IN ({states})) THEN
    RAISE EXCEPTION 'cat4: the meeting is over, its records stand';
END IF;
RETURN {row};
"""

_OWN = """
IF EXISTS (
    SELECT 1 FROM {table} subject JOIN measures_measure measure ON measure.id = subject.measure_id
    WHERE subject.id = NEW.{column} AND NEW.member_id IN (measure.owner_id, measure.sponsor_id, measure.controller_id)
) THEN
    RAISE EXCEPTION 'cat4: owner, sponsor and controller of a measure do not vote on it';
END IF;
IF EXISTS (
    SELECT 1 FROM {table} subject JOIN governance_conflictdeclaration declared
        ON declared.subject_kind = subject.subject_kind AND declared.subject_id = subject.subject_id
    WHERE subject.id = NEW.{column} AND declared.member_id = NEW.member_id
) THEN
    RAISE EXCEPTION 'cat4: who declared a conflict of interest does not vote';
END IF;
RETURN NEW;
"""


def held_by_signature(meeting: str, *states: str) -> pgtrigger.Trigger:
    """Rows of a meeting can't be added, changed or removed once it is in one of `states`.

    `meeting` is the column with the meeting's id, or a sub-select in which `{row}` stands for the row.
    """
    listed = ", ".join(f"'{state}'" for state in states)

    def statement(name: str) -> str:
        source = meeting.format(row=name) if "{row}" in meeting else f"{name}.{meeting}"
        return _HELD.format(meeting=source, states=listed, row=name)

    func = f"IF TG_OP = 'DELETE' THEN {statement('OLD')} END IF; {statement('NEW')}"
    return pgtrigger.Trigger(
        name="held_by_signature",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=func,
    )


def no_own_votes(table: str, column: str) -> pgtrigger.Trigger:
    """Owner, sponsor and controller of the measure that is voted on have no vote, nor has who declared a conflict."""
    return pgtrigger.Trigger(
        name="no_own_votes",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_OWN.format(table=table, column=column),
    )


def held_by_result() -> pgtrigger.Trigger:
    """Votes by circulation are added and changed only while it is open."""
    return pgtrigger.Trigger(
        name="held_by_result",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func="""
IF EXISTS (SELECT 1 FROM governance_circulation WHERE id = NEW.circulation_id AND state <> 'open') THEN
    RAISE EXCEPTION 'cat4: the circulation is settled, its votes stand';
END IF;
RETURN NEW;
""",
    )


def again_with_reason() -> pgtrigger.Trigger:
    """What was voted on and not carried is voted on again in the same meeting only with a reason."""
    return pgtrigger.Trigger(
        name="again_with_reason",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        func="""
IF NEW.again = '' AND EXISTS (
    SELECT 1 FROM governance_lostvote WHERE item_id = NEW.item_id AND outcome = NEW.outcome
) THEN
    RAISE EXCEPTION 'cat4: a second vote on the same matter needs its reason';
END IF;
RETURN NEW;
""",
    )
