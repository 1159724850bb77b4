"""What the database itself holds of a committee's decisions: above the limit it resolved them, or they were urgent."""

from decimal import Decimal

import pgtrigger

from governance.rules.constants import ALWAYS_BODY, DEFAULT_MANNERS, Manner

# Where an organization says nothing, the manners of the code.
_DEFAULTS = " ".join(
    f"WHEN '{step}' THEN " + ("'infinity'::numeric" if manner == Manner.CHAIR else f"{limit or Decimal(0)}::numeric")
    for step, (manner, limit) in DEFAULT_MANNERS.items()
)

# Expects the step in `step_name` and the measure in `about`. An empty amount is the committee's.
_DECIDED_AS = f"""
IF step_name IS NULL THEN
    RETURN NEW;
END IF;
IF NEW.manner = 'body' THEN
    IF NEW.resolution_kind = 'meeting' AND EXISTS (
        SELECT 1 FROM governance_agendaitem item JOIN governance_meeting meeting ON meeting.id = item.meeting_id
        WHERE item.id = NEW.resolution_id AND item.measure_id = about AND meeting.state = 'in_session'
        AND (
            SELECT count(*) FILTER (WHERE choice = 'for') >= GREATEST(1, count(*) FILTER (WHERE choice = 'against'))
            FROM governance_meetingvote WHERE item_id = item.id AND outcome = NEW.outcome
        )
    ) OR NEW.resolution_kind = 'circulation' AND EXISTS (
        SELECT 1 FROM governance_circulation
        WHERE id = NEW.resolution_id AND measure_id = about AND state = 'carried' AND (
            outcome = NEW.outcome OR EXISTS (
                SELECT 1 FROM governance_circulationvote
                WHERE circulation_id = NEW.resolution_id AND outcome = NEW.outcome AND choice = 'for'
            )
        )
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'cat4: no meeting or circulation of the committee resolved this';
END IF;
SELECT CASE WHEN manner = 'chair' THEN 'infinity'::numeric ELSE COALESCE(from_amount, 0) END INTO body_from
FROM governance_decisionmanner
WHERE step = step_name AND rule_set_id = (
    SELECT id FROM governance_ruleset WHERE published_at IS NOT NULL ORDER BY number DESC LIMIT 1
);
body_from := COALESCE(body_from, CASE step_name {_DEFAULTS} ELSE 'infinity'::numeric END);
IF body_from = 'infinity'::numeric OR abs(NEW.weight) < body_from THEN
    RETURN NEW;
END IF;
IF NEW.manner = 'urgent' AND step_name NOT IN ({", ".join(f"'{step}'" for step in sorted(ALWAYS_BODY))})
    AND btrim(NEW.urgent_reason) <> '' THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION 'cat4: the committee decides this in a meeting or by circulation';
"""  # noqa: S608  # made of the constants of the code alone


def decided_as_a_body_trigger(step: str, measure: str) -> pgtrigger.Trigger:
    """Above the limit of the rules a decision has the committee's resolution behind it, or an urgent mark with reason.

    `step` and `measure` are expressions over the row. By its name it comes after who may decide at all. For
    `Meta.triggers` of decisions with the columns of `DecidedInAManner`. The amount is the one that the row states.
    """
    return pgtrigger.Trigger(
        name="with_the_committee",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("step_name", "text"), ("about", "uuid"), ("body_from", "numeric")],
        func=f"step_name := {step};\nabout := {measure};{_DECIDED_AS}",
    )
