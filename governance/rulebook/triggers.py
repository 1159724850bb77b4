"""Database triggers of rule sets: only a draft is written."""

import pgtrigger

_PART_OF_A_DRAFT = """
IF EXISTS (
    SELECT 1 FROM governance_ruleset
    WHERE published_at IS NOT NULL AND id IN (
        CASE WHEN TG_OP = 'INSERT' THEN NEW.rule_set_id ELSE OLD.rule_set_id END,
        CASE WHEN TG_OP = 'DELETE' THEN OLD.rule_set_id ELSE NEW.rule_set_id END
    )
) THEN
    RAISE EXCEPTION 'cat4: a published version of the gate rules does not change';
END IF;
IF TG_OP = 'DELETE' THEN
    RETURN OLD;
END IF;
RETURN NEW;
"""


def part_of_a_draft_trigger() -> pgtrigger.Trigger:
    """Rows of a published version of the rules stay. For the tables of its parts."""
    return pgtrigger.Trigger(
        name="part_of_a_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
        func=_PART_OF_A_DRAFT,
    )
