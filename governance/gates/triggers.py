"""What the database itself holds of the duties around a decision, the application's own SQL included.

Beside it, the migration `held_by_the_database` lets a degree or lifecycle move only by a decision and keeps
locked months locked; `money_held_by_the_database` keeps a frozen plan, the entries of a locked month and what was
validated; `plans_held_by_the_database` lets a frozen plan change only to what an approved change asked for.
"""

import pgtrigger

# Whoever acts for somebody must stand in for them on that day, there. Expects the measure's row in `m`, the acting
# person in `acting` and the one for whom they act in `principal`.
_STANDS_IN = """
IF principal IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM hierarchy_deputy
    WHERE principal_id = principal AND deputy_id = acting
    AND (at_time AT TIME ZONE (SELECT time_zone FROM tenancy_organization WHERE id = NEW.organization_id))::date
        BETWEEN first_day AND last_day
    AND (ended_at IS NULL OR ended_at > at_time)
    AND (node_id IS NULL OR node_id IN (SELECT unnest(path) FROM hierarchy_node WHERE id = m.package_id))
) THEN
    RAISE EXCEPTION 'cat4: nobody acts for another without standing in for them';
END IF;
"""

_OF_A_DECISION = """
SELECT owner_id, sponsor_id, controller_id, package_id INTO m FROM measures_measure WHERE id = NEW.measure_id;
acting := NEW.decided_by_id;
principal := NEW.on_behalf_of_id;
at_time := NEW.decided_at;
"""

_DUTIES = """
IF NEW.outcome = 'return' THEN
    RETURN NEW;
END IF;
IF m.owner_id IN (acting, principal) THEN
    RAISE EXCEPTION 'cat4: the owner of a measure does not decide on it';
END IF;
IF acting = m.sponsor_id AND NOT (NEW.outcome = 'advance' AND NEW.to_doi = 4 AND principal IS NULL)
OR principal = m.sponsor_id AND NOT (NEW.outcome = 'advance' AND NEW.to_doi = 4) THEN
    RAISE EXCEPTION 'cat4: the sponsor of a measure decides only gate 4';
END IF;
IF principal = m.sponsor_id AND acting = m.controller_id THEN
    RAISE EXCEPTION 'cat4: the controller of a measure does not act for its sponsor';
END IF;
IF NEW.outcome IN ('advance', 'change') AND EXISTS (
    SELECT 1 FROM governance_gaterequest
    WHERE id = NEW.request_id AND (requested_by_id IN (acting, principal) OR on_behalf_of_id IN (acting, principal))
) THEN
    RAISE EXCEPTION 'cat4: who asked for a gate does not pass it';
END IF;
IF NEW.outcome = 'change' AND m.controller_id IN (acting, principal) THEN
    RAISE EXCEPTION 'cat4: the controller of a measure confirms a changed plan and does not decide on it';
END IF;
IF m.controller_id IN (acting, principal)
    AND (NEW.outcome IN ('hold', 'resume', 'cancel') OR NEW.outcome = 'advance' AND NEW.to_doi = 3) THEN
    RAISE EXCEPTION 'cat4: the controller of a measure advises its committee and does not decide for it';
END IF;
IF NEW.outcome = 'advance' AND NEW.to_doi = 5 AND COALESCE(principal, acting) IS DISTINCT FROM m.controller_id THEN
    RAISE EXCEPTION 'cat4: only the controller of a measure signs its closure';
END IF;
IF NEW.outcome = 'advance' AND NEW.to_doi = 5 AND (EXISTS (
    SELECT 1 FROM measures_effectmonth WHERE measure_id = NEW.measure_id AND reported_by_id IN (acting, principal)
) OR EXISTS (
    SELECT 1 FROM measures_correction
    WHERE measure_id = NEW.measure_id AND returned_at IS NULL AND entered_by_id IN (acting, principal)
)) THEN
    RAISE EXCEPTION 'cat4: who entered actuals does not sign the closure';
END IF;
RETURN NEW;
"""

_OF_A_CONFIRMATION = """
SELECT owner_id, sponsor_id, controller_id, package_id INTO m FROM measures_measure
WHERE id = (SELECT measure_id FROM governance_gaterequest WHERE id = NEW.request_id);
acting := NEW.person_id;
principal := NEW.on_behalf_of_id;
at_time := NEW.at;
"""

_CONFIRMATIONS = """
IF NEW.kind = 'size_and_timing' AND COALESCE(principal, acting) IS DISTINCT FROM m.controller_id THEN
    RAISE EXCEPTION 'cat4: only the controller of a measure confirms size and timing';
END IF;
IF NEW.kind = 'plan_change' AND COALESCE(principal, acting) IS DISTINCT FROM m.controller_id THEN
    RAISE EXCEPTION 'cat4: only the controller of a measure confirms a changed plan';
END IF;
IF NEW.kind = 'sponsor' AND COALESCE(principal, acting) IS DISTINCT FROM m.sponsor_id THEN
    RAISE EXCEPTION 'cat4: only the sponsor of a measure approves as sponsor';
END IF;
IF NEW.kind = 'hand_over' AND (m.owner_id IN (acting, principal) OR m.sponsor_id IN (acting, principal)) THEN
    RAISE EXCEPTION 'cat4: owner and sponsor of a measure do not accept its hand-over';
END IF;
IF principal = m.controller_id AND acting IN (m.owner_id, m.sponsor_id) THEN
    RAISE EXCEPTION 'cat4: owner and sponsor of a measure do not act for its controller';
END IF;
IF principal IN (m.owner_id, m.sponsor_id) AND acting = m.controller_id THEN
    RAISE EXCEPTION 'cat4: the controller of a measure does not act for its owner or sponsor';
END IF;
IF principal = m.sponsor_id AND acting = m.owner_id THEN
    RAISE EXCEPTION 'cat4: the owner of a measure does not approve it for its sponsor';
END IF;
RETURN NEW;
"""

_DECLARED = [("m", "record"), ("acting", "uuid"), ("principal", "uuid"), ("at_time", "timestamptz")]


def own_confirmations_trigger() -> pgtrigger.Trigger:
    """Each confirmation is given by its own person, or by a deputy who may. For `GateApproval.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="own_confirmations",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=_DECLARED,
        func=_OF_A_CONFIRMATION + _STANDS_IN + _CONFIRMATIONS,
    )


def separate_duties_trigger() -> pgtrigger.Trigger:
    """The owner decides nothing of their own measure, the sponsor only gate 4; the controller, who entered
    no actual, signs a closure; who asked for a gate doesn't pass it. A deputy is bound by what binds the person
    for whom they act, and by what binds themselves. For `GateDecision.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="separate_duties",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=_DECLARED,
        func=_OF_A_DECISION + _STANDS_IN + _DUTIES,
    )


_CLOSED_BY_SIGNATURE = """
SELECT number, person_id, needs_second INTO s FROM governance_closuresignature
WHERE request_id = NEW.request_id AND position = 1 ORDER BY number DESC LIMIT 1;
IF s.person_id IS DISTINCT FROM NEW.decided_by_id THEN
    RAISE EXCEPTION 'cat4: a closure is decided by the signature of its controller';
END IF;
IF s.needs_second AND NOT EXISTS (
    SELECT 1 FROM governance_closuresignature
    WHERE request_id = NEW.request_id AND position = 2 AND number > s.number
) THEN
    RAISE EXCEPTION 'cat4: this closure needs a second signature';
END IF;
RETURN NEW;
"""


_RESIDUAL = """
SELECT owner_id, sponsor_id, controller_id INTO m FROM measures_measure WHERE id = NEW.measure_id;
IF NEW.decided_by_id IN (m.owner_id, m.sponsor_id, m.controller_id)
    OR NEW.on_behalf_of_id IN (m.owner_id, m.sponsor_id, m.controller_id)
    OR EXISTS (
        SELECT 1 FROM governance_gaterequest WHERE id = NEW.request_id AND (
            requested_by_id IN (NEW.decided_by_id, NEW.on_behalf_of_id)
            OR on_behalf_of_id IN (NEW.decided_by_id, NEW.on_behalf_of_id)
        )
    )
THEN
    RAISE EXCEPTION 'cat4: a residual is accepted by the committee, not by who owns, sponsors, controls or asked';
END IF;
RETURN NEW;
"""


def signed_closure_trigger() -> pgtrigger.Trigger:
    """No closure without its signatures; by its name it comes after who may decide at all. For `GateDecision.Meta`."""
    return pgtrigger.Trigger(
        name="signed_closure",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__outcome="advance", new__to_doi=5),
        declare=[("s", "record")],
        func=_CLOSED_BY_SIGNATURE,
    )


def residual_trigger() -> pgtrigger.Trigger:
    """A residual is accepted by somebody apart. For `GateDecision.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="residual_apart",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__outcome="residual"),
        declare=[("m", "record")],
        func=_RESIDUAL,
    )


_REOPENING = """
SELECT controller_id, doi INTO m FROM measures_measure WHERE id = NEW.measure_id;
SELECT requested_by_id, on_behalf_of_id INTO r FROM governance_gaterequest WHERE id = NEW.request_id;
kind := NEW.cause->>'kind';
row_key := NEW.cause->>'key';
IF kind = 'sustain' AND EXISTS (
    SELECT 1 FROM governance_sustainresult
    WHERE measure_id = NEW.measure_id AND id::text = row_key AND outcome = 'reversal'
) OR kind = 'evidence' AND EXISTS (
    SELECT 1 FROM measures_document
    WHERE measure_id = NEW.measure_id AND id::text = row_key AND withdrawn_at IS NOT NULL
) OR kind = 'correction' AND EXISTS (
    SELECT 1 FROM measures_correction
    WHERE measure_id = NEW.measure_id AND id::text = row_key AND validated_at IS NOT NULL
) OR kind = 'enabler' AND EXISTS (
    SELECT 1 FROM measures_measure WHERE enables_id = NEW.measure_id AND id::text = row_key AND lifecycle <> 'closed'
) THEN
    RETURN NEW;
END IF;
first_word := COALESCE(r.on_behalf_of_id, r.requested_by_id);
second_word := COALESCE(NEW.on_behalf_of_id, NEW.decided_by_id);
IF kind = 'agreed' AND m.controller_id IN (first_word, second_word)
    AND r.requested_by_id NOT IN (NEW.decided_by_id, second_word) AND first_word NOT IN (NEW.decided_by_id, second_word)
    AND EXISTS (
        SELECT 1 FROM hierarchy_committeemember
        WHERE user_id IN (first_word, second_word) AND user_id <> m.controller_id AND role IN ('chair', 'deputy')
    )
THEN
    RETURN NEW;
END IF;
RAISE EXCEPTION 'cat4: a closed measure is reopened for a cause, or controller and chair both agree';
"""


def reopening_trigger() -> pgtrigger.Trigger:
    """A reopening has a cause that exists, or the words of controller and chair. For `GateDecision.Meta.triggers`."""
    return pgtrigger.Trigger(
        name="reopened_for_cause",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Q(new__outcome="reopen"),
        declare=[
            ("m", "record"),
            ("r", "record"),
            ("kind", "text"),
            ("row_key", "text"),
            ("first_word", "uuid"),
            ("second_word", "uuid"),
        ],
        func=_REOPENING,
    )
