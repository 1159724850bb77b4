"""Every change that the API offers: who may, who may not, and what is bad input."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.api.committee_cases import COMMITTEE_CASES

MONTHS = {"2026-09": "110.00"}
LINE = {
    "name": "Energy", "kind": "ebitda_cost", "recurrence": "recurring", "certainty": "hard",
    "legal_entity_id": "{entity}", "account_id": "{account}", "currency": "EUR",
}  # fmt: skip
PROOF = {
    "first_month": "2026-08", "last_month": "2026-09", "unit": "t", "price_before": "10", "volume_before": "1000",
    "rate_before": "1", "price_after": "9", "volume_after": "900", "rate_after": "1.1", "source": "SAP MM",
}  # fmt: skip
UNKNOWN = "00000000-0000-7000-8000-000000000000"


@dataclass(frozen=True)
class Case:
    """One operation. `bad` is a body and the fields that the answer must name."""

    name: str
    method: str
    path: str
    body: dict[str, Any] | None
    allowed: str
    denied: str
    bad: tuple[dict[str, Any], set[str]] | None = None
    status: int = 200
    expect: dict[str, Any] = field(default_factory=dict)
    versioned: bool = False
    # What the scene must lose first.
    first: tuple[str, str] | None = None

    def __str__(self) -> str:
        return self.name


RIGHT = {"decider": "pmo"}
CASES = [
    Case(
        "open_rule_draft", "post", "/gate-rules/draft/", {}, "admin", "pmo", ({"gates": [3]}, {"gates"}),
        expect={"number": 1, "published_at": None}, first=("delete", "/gate-rules/draft/"),
    ),
    Case(
        "set_rule_frame", "patch", "/gate-rules/draft/", {"gates": [3, 5], "answer_days": 3, "expiry_days": None},
        "admin", "chair", ({"gates": [1], "answer_days": 0, "expiry_days": 1}, {"gates", "answer_days"}),
        expect={"gates": [3, 5], "expiry_days": None}, versioned=True,
    ),
    Case(
        "write_rule_step", "put", "/gate-rules/draft/steps/gate_1/",
        {
            "rules": [{"kind": "A", "text": "Legal release", "approver": "person", "person_id": "{chair}"}],
            "rights": [RIGHT, {"decider": "body", "committee_id": "{committee}", "up_to": "500.00"}],
        },
        "admin", "pmo",
        ({"rules": [], "rights": [{"decider": "sponsor"}], "manner": {"manner": "body"}}, {"rights", "manner"}),
        expect={"number": 1}, versioned=True,
    ),
    Case(
        "publish_rules", "post", "/gate-rules/draft/publication/", {"reason": "Four gates"}, "admin", "controller",
        ({"reason": " "}, {"reason"}), expect={"number": 1, "reason": "Four gates"}, versioned=True,
    ),
    Case("start_dry_run", "post", "/gate-rules/draft/dry-run/", {}, "admin", "owner", status=202, expect={"done": 0}),
    Case("discard_rule_draft", "delete", "/gate-rules/draft/", None, "admin", "owner", status=204, versioned=True),
    Case(
        "change_organization", "patch", "/organization/", {"name": "Alder Holding"}, "admin", "pmo",
        ({"name": " ", "currency": "EURO", "time_zone": "Vienna", "fiscal_year_start": 13, "locale": "xx"},
         {"currency", "name"}),
        expect={"name": "Alder Holding"}, versioned=True,
    ),
    Case(
        "name_deputy", "post", "/deputies/",
        {
            "principal_id": "{chair}", "deputy_id": "{pmo}", "first_day": "2026-10-15", "last_day": "2026-10-20",
            "reason": "Leave", "node_id": "{package}",
        },
        "admin", "owner",
        ({"principal_id": "{chair}", "deputy_id": "{chair}", "first_day": "2026-10-15", "last_day": "2026-10-14",
          "reason": ""}, {"reason"}),
        201, {"reason": "Leave", "last_day": "2026-10-20"},
    ),
    Case(
        "end_deputy", "post", "/deputies/{deputy}/end/", {}, "member", "owner", ({"why": "x"}, {"why"}),
        expect={"reason": "Leave"},
    ),
    Case(
        "create_node", "post", "/nodes/", {"parent_id": "{project}", "name": "New package"}, "pmo", "owner",
        ({"parent_id": "{project}", "name": "", "level": 2}, {"level"}), 201, {"name": "New package", "level": 4},
    ),
    Case(
        "edit_node", "patch", "/nodes/{package}/", {"name": "Renamed"}, "pmo", "reader",
        ({"name": " "}, {"name"}), expect={"name": "Renamed", "version": 2}, versioned=True,
    ),
    Case(
        "move_node", "post", "/nodes/{other}/move/", {"parent_id": "{second_project}"}, "pmo", "owner",
        ({"parent_id": "{package}"}, {"parent_id"}), expect={"name": "Second package"}, versioned=True,
    ),
    Case(
        "retire_node", "post", "/nodes/{other}/retire/", {"reason": "Empty"}, "pmo", "admin",
        ({}, {"reason"}), expect={"name": "Second package"}, versioned=True,
    ),
    Case(
        "restore_node", "post", "/nodes/{retired}/restore/", {}, "pmo", "owner",
        ({"reason": "no"}, {"reason"}), expect={"retired_at": None},
    ),
    Case(
        "set_exchange_rates", "post", "/exchange-rates/",
        {"kind": "plan", "source": "Budget", "rates": [{"currency": "usd", "month": "2026-01", "rate": "0.9"}]},
        "admin", "pmo",
        ({"kind": "plan", "rates": [{"currency": "USD", "month": "2026-02", "rate": "0.9"}]}, {"USD 2026-02"}),
    ),
    Case(
        "import_reference_rates", "post", "/exchange-rates/ecb/", {"file": "quotes", "currencies": "USD"},
        "admin", "pmo", ({"file": "file"}, {"file"}),
        expect={"last_quote": "2026-09-30", "counts": {"new": 2, "changed": 0, "unchanged": 0, "locked": 0}},
    ),
    Case(
        "set_node_defaults", "patch", "/nodes/{package}/defaults/", {"sponsor_id": "{sponsor}"}, "pmo", "owner",
        ({"owner_id": "{owner}"}, {"owner_id"}), expect={"version": 2}, versioned=True,
    ),
    Case(
        "set_targets", "put", "/nodes/{package}/targets/",
        {"targets": [{"fiscal_year": 2027, "kind": "in_year", "effect": "capex", "amount": "-100.00"}]}, "pmo", "owner",
        ({"targets": [{"fiscal_year": 2050, "kind": "in_year", "amount": "1"}]}, {"ebitda_in_year_2050"}),
        expect={
            "targets": [
                {
                    "fiscal_year": 2027, "effect": "capex", "kind": "in_year", "amount": "-100.00",
                    "allocated": "0.00", "not_allocated": "-100.00", "is_over_allocated": False,
                }
            ]
        },
    ),
    Case(
        "create_measure", "post", "/measures/",
        {
            "package_id": "{package}", "name": "Retender steel", "kind": "ebitda_cost", "owner_id": "{owner}",
            "description": "Bundle the volumes of both plants and tender them again.", "business_reason": "Prices",
            "target_amount": "1200.50",
        },
        "owner", "reader",
        (
            {
                "package_id": "{package}", "name": "", "kind": "magic", "description": "x", "business_reason": "y",
                "target_amount": "12.345", "decide_by": "soon", "owner_id": "me",
            },
            {"name", "kind", "target_amount", "decide_by", "owner_id"},
        ),
        201, {"name": "Retender steel", "doi": 0, "target_amount": "1200.50"},
    ),
    Case(
        "edit_measure", "patch", "/measures/{draft}/",
        {"name": "Better name", "target_amount": None, "enables_id": "{decided}"}, "owner", "controller",
        ({"doi": 5, "lifecycle": "closed", "governable": True}, {"doi", "lifecycle", "governable"}),
        expect={"name": "Better name", "target_amount": None, "version": 2}, versioned=True,
    ),
    Case(
        "move_measure", "post", "/measures/{draft}/move/", {"package_id": "{other}"}, "pmo", "owner",
        ({"package_id": "M"}, {"package_id"}), expect={"code": "M-1"}, versioned=True,
    ),
    Case(
        "check_overlap", "post", "/measures/{draft}/overlap-check/", {"resolution": "None: no other on 400"}, "owner",
        "sponsor", ({"resolution": ""}, {"resolution"}), expect={"overlap_resolution": "None: no other on 400"},
        versioned=True,
    ),
    Case(
        "confirm_forecast", "post", "/measures/{decided}/forecast-confirmation/", {}, "owner", "sponsor",
        ({"month": "2026-09"}, {"month"}), expect={"code": "M-3"},
    ),
    Case(
        "withdraw_override", "post", "/measures/{detailed}/status-overrides/withdrawal/",
        {"kind": "potential", "reason": "It arrived."}, "sponsor", "controller",
        ({"kind": "mood", "reason": ""}, {"kind", "reason"}), expect={"code": "M-2"},
    ),
    Case(
        "resolve_finding", "post", "/findings/{finding}/resolution/",
        {"resolution": "explained", "reason": "Booked centrally."}, "owner", "sponsor",
        ({"resolution": "magic", "reason": ""}, {"resolution", "reason"}),
        expect={"resolution": "explained", "reason": "Booked centrally.", "version": 2}, versioned=True,
    ),
    Case(
        "override_status", "post", "/measures/{draft}/status-overrides/",
        {"kind": "potential", "value": "g", "reason": "Contract signed", "expires_on": "2026-11-01"}, "sponsor",
        "controller",
        ({"kind": "mood", "value": "blue", "reason": "", "expires_on": "x"}, {"kind", "value", "reason", "expires_on"}),
        201, {"code": "M-1"},
    ),
    Case(
        "propose_baseline", "post", "/measures/{draft}/baselines/",
        {"type": "budget", "period": "FY 2026", "source": "SAP", "amount": "100.00", "currency": "EUR"}, "owner",
        "controller", ({"type": "guess", "amount": "1e3x"}, {"type", "period", "source", "amount", "currency"}), 201,
        {"number": 2, "amount": "100.00", "approved_by": None},
    ),
    Case(
        "approve_baseline", "post", "/baselines/{baseline}/approval/", {}, "controller", "owner",
        ({"amount": "1"}, {"amount"}), expect={"number": 1},
    ),
    Case(
        "add_effect_line", "post", "/measures/{draft}/effect-lines/",
        {**LINE, "annual_amount": "1200.00", "start_month": "2026-10"}, "owner", "controller",
        (
            {**LINE, "currency": "euro", "annual_amount": "NaN", "start_month": "2026-13", "ramp_months": 500},
            {"currency", "annual_amount", "start_month", "ramp_months"},
        ),
        201, {"name": "Energy", "annual_amount": "1200.00", "start_month": "2026-10"},
    ),
    Case(
        "edit_effect_line", "patch", "/effect-lines/{line}/", {"name": "Steel grades"}, "owner", "member",
        ({"validated": "1.00"}, {"validated"}), expect={"name": "Steel grades"}, versioned=True,
    ),
    Case("remove_effect_line", "delete", "/effect-lines/{line}/", None, "owner", "reader", status=204),
    Case(
        "set_plan_months", "put", "/effect-lines/{line}/plan/", {"months": MONTHS}, "owner", "controller",
        ({"months": {"2026-09": "1.005", "S": "1", "2026-10": True}}, {"months.2026-09", "months.S", "months.2026-10"}),
        expect={"name": "Steel"}, versioned=True,
    ),
    Case(
        "revise_forecast", "put", "/effect-lines/{decided_line}/forecast/", {"months": MONTHS, "reason": "New price"},
        "owner", "controller", ({"months": {}, "reason": ""}, {"months", "reason"}), expect={"name": "Steel"},
        versioned=True,
    ),
    Case(
        "set_period_amounts", "put", "/effect-lines/{decided_line}/periods/",
        {"series": "forecast", "cadence": "quarterly", "amounts": {"2026-10": "330.00"}, "reason": "New price"},
        "owner", "controller",
        ({"series": "actual", "cadence": "weekly", "amounts": {}}, {"series", "cadence", "amounts"}),
        expect={"name": "Steel", "cadence": "quarterly"}, versioned=True,
    ),
    Case(
        "explain_leakage", "post", "/measures/{decided}/leakage/",
        {"line_id": "{decided_line}", "month": "2026-07", "cause": "price", "amount": "40.00", "reason": "Index"},
        "owner", "sponsor",
        (
            {"line_id": "L", "month": "July", "cause": "weather", "amount": "x", "reason": ""},
            {"line_id", "month", "cause", "amount", "reason"},
        ),
        201, {"cause": "price", "amount": "40.00", "version": 1},
    ),
    Case("remove_leakage", "delete", "/leakage/{leakage}/", None, "controller", "sponsor", status=204),
    Case(
        "enter_proof", "post", "/effect-lines/{decided_line}/proofs/", PROOF, "owner", "sponsor",
        (
            {**PROOF, "first_month": "2026", "price_before": "-1", "rate_after": "NaN", "saved": "1"},
            {"saved"},
        ),
        201, {"price": "900", "volume": "1000", "fx": "-810", "proved": "1090", "version": 1},
    ),
    Case(
        "edit_proof", "patch", "/proofs/{proof}/", {"unit": "kg"}, "controller", "reader",
        ({"volume_after": "1.0001"}, {"volume_after"}), expect={"unit": "kg", "version": 2}, versioned=True,
    ),
    Case("remove_proof", "delete", "/proofs/{proof}/", None, "owner", "reader", status=204),
    Case(
        "report_actuals", "put", "/effect-lines/{decided_line}/actuals/", {"months": MONTHS}, "owner", "controller",
        ({"months": {"2027-01": "5.00"}}, {"months"}), expect={"name": "Steel"}, versioned=True,
    ),
    Case(
        "validate_actuals", "post", "/effect-lines/{decided_line}/actuals/validation/",
        {"months": {"2026-08": "90.00"}, "comment": "Booked"}, "controller", "owner",
        ({"months": {"2026-07": "90.00"}}, {"months"}), expect={"name": "Steel"},
    ),
    Case(
        "return_actuals", "post", "/effect-lines/{decided_line}/actuals/return/",
        {"months": ["2026-08"], "reason": "Wrong account"}, "controller", "owner",
        ({"months": ["August"], "reason": ""}, {"months.0", "reason"}), expect={"name": "Steel"},
    ),
    Case(
        "add_milestone", "post", "/measures/{draft}/milestones/",
        {"name": "Contract signed", "baseline_on": "2027-01-15", "is_critical": True}, "owner", "controller",
        ({"name": "", "baseline_on": "2027-02-30"}, {"name", "baseline_on"}), 201,
        {"name": "Contract signed", "forecast_on": "2027-01-15"},
    ),
    Case(
        "edit_milestone", "patch", "/milestones/{milestone}/", {"name": "Tender sent"}, "owner", "reader",
        ({"actual_on": "2026-10-01"}, {"actual_on"}), expect={"name": "Tender sent", "version": 2}, versioned=True,
    ),
    Case("remove_milestone", "delete", "/milestones/{milestone}/", None, "owner", "reader", status=204),
    Case(
        "revise_milestone", "put", "/milestones/{milestone}/forecast/",
        {"forecast_on": "2027-01-10", "reason": "Supplier late"}, "owner", "sponsor",
        ({"forecast_on": "later"}, {"forecast_on", "reason"}),
        expect={"forecast_on": "2027-01-10", "baseline_on": "2026-12-01"}, versioned=True,
    ),
    Case(
        "complete_milestone", "post", "/milestones/{milestone}/completion/", {"actual_on": "2026-10-14"}, "owner",
        "controller", ({"actual_on": "2026-12-24"}, {"actual_on"}), expect={"actual_on": "2026-10-14"}, versioned=True,
    ),
    Case(
        "add_dependency", "post", "/dependencies/",
        {"predecessor_id": "{before}", "successor_id": "{unlinked}", "kind": "SS", "lag_days": -3}, "owner", "sponsor",
        (
            {"predecessor_id": "{unlinked}", "successor_id": "{unlinked}", "kind": "XX", "lag_days": "soon"},
            {"kind", "lag_days"},
        ),
        201, {"kind": "SS", "lag_days": -3, "note": ""},
    ),
    Case(
        "edit_dependency", "patch", "/dependencies/{dependency}/", {"lag_days": 5}, "owner", "reader",
        ({"lag_days": 100_000}, {"lag_days"}), expect={"lag_days": 5, "version": 2}, versioned=True,
    ),
    Case("remove_dependency", "delete", "/dependencies/{dependency}/", None, "owner", "controller", status=204),
    Case(
        "state_deviation_cause", "put", "/deviations/{deviation}/cause/",
        {"cause_class": "supplier", "cause": "The supplier failed its audit."}, "owner", "chair",
        ({"cause_class": "weather", "cause": "Rain."}, {"cause_class"}),
        expect={"cause_class": "supplier", "version": 2}, versioned=True,
    ),
    Case(
        "add_deviation_option", "post", "/deviations/{deviation}/options/",
        {
            "title": "Stay", "outcome": "accept", "effect_in_year": "600.00", "effect_run_rate": "600.00",
            "effective_on": "2026-11-01",
        },
        "owner", "chair", ({"title": "Stay"}, {"effect_in_year", "effect_run_rate", "effective_on"}), 201,
        {"title": "Stay", "one_time_cost": "0.00"},
    ),
    Case("remove_deviation_option", "delete", "/deviation-options/{option}/", None, "owner", "chair", status=204),
    Case(
        "add_counter_measure", "post", "/deviations/{deviation}/counter-measures/",
        {"text": "Tender again.", "responsible_id": "{owner}", "due_on": "2026-11-02"}, "owner", "chair",
        ({"text": "Tender.", "responsible_id": UNKNOWN, "due_on": "2026-11-02"}, {"responsible_id"}), 201,
        {"text": "Tender again.", "origin": "proposed"},
    ),
    Case(
        "complete_counter_measure", "post", "/counter-measures/{counter}/done/", {"note": "Three bids are in."},
        "owner", "chair", ({"note": " "}, {"note"}), expect={"done_on": "2026-10-15", "note": "Three bids are in."},
    ),
    Case(
        "decide_deviation", "post", "/deviations/{deviation}/decisions/",
        {"outcome": "re_scope", "reason": "The second line comes later.", "due_on": "2026-11-02"}, "chair", "owner",
        ({"outcome": "re_scope", "reason": "Later."}, {"due_on"}), 201, {"outcome": "re_scope"},
    ),
    Case(
        "answer_ripple", "post", "/ripple-answers/{answer}/", {"kind": "contest", "reason": "Nobody asked us."},
        "owner", "sponsor", ({"kind": "absorb"}, {"counter_measure"}), expect={"kind": "contest"},
    ),
    Case(
        "answer_enabler", "post", "/enabler-answers/{fallen}/", {"kind": "contest", "reason": "It comes anyway."},
        "owner", "sponsor", ({"kind": "absorb"}, {"counter_measure"}), expect={"kind": "contest"},
    ),
    Case(
        "take_pull_forward", "post", "/pull-forwards/{offer}/taking/", {}, "owner", "reader",
        ({"possible_on": "2026-11-01"}, {"possible_on"}), expect={"taken": True, "possible_on": "2026-11-16"},
    ),
    Case(
        "decline_pull_forward", "post", "/pull-forwards/{offer}/declining/", {"reason": "No crew"}, "owner", "reader",
        ({"reason": 5.5, "taken": True}, {"taken"}), expect={"taken": False},
    ),
    Case(
        "accept_hand_off", "post", "/milestones/{handed}/hand-off/acceptance/", {}, "member", "owner",
        ({"actual_on": "2026-10-01"}, {"actual_on"}), expect={"actual_on": "2026-11-02"}, versioned=True,
    ),
    Case(
        "refuse_hand_off", "post", "/milestones/{handed}/hand-off/refusal/", {"reason": "Two bolts missing"},
        "member", "pmo", ({"reason": " "}, {"reason"}),
        expect={"handed_over_on": None, "refused_because": "Two bolts missing", "actual_on": None}, versioned=True,
    ),
    Case(
        "add_risk", "post", "/measures/{draft}/risks/",
        {"title": "Strike", "likelihood": "medium", "amount": "-5.00", "owner_id": "{owner}"}, "owner", "controller",
        ({"title": "", "likelihood": "maybe", "amount": "much"}, {"title", "likelihood", "amount"}), 201,
        {"title": "Strike", "amount": "-5.00"},
    ),
    Case(
        "edit_risk", "patch", "/risks/{risk}/", {"response": "Second source"}, "owner", "reader",
        ({"likelihood": None}, {"likelihood"}), expect={"response": "Second source", "version": 2}, versioned=True,
    ),
    Case("remove_risk", "delete", "/risks/{risk}/", None, "owner", "controller", status=204),
    Case(
        "upload_document", "post", "/measures/{draft}/documents/",
        {"file": "file", "title": "Protocol", "purpose": "background"}, "controller", "reader",
        ({"file": "file", "title": "", "purpose": "fun"}, {"title", "purpose"}), 201,
        {"title": "Protocol", "file_name": "protocol.pdf", "content_type": "application/pdf"},
    ),
    Case(
        "attach_document", "put", "/documents/{document}/lines/", {"line_ids": ["{line}"]}, "controller", "reader",
        ({"line_ids": [UNKNOWN]}, {"line_ids"}), expect={"title": "Offer"},
    ),
    Case(
        "withdraw_document", "post", "/documents/{document}/withdrawal/", {"reason": "Outdated"}, "owner", "reader",
        ({"why": "Outdated"}, {"why"}), expect={"title": "Offer"},
    ),
    Case(
        "ask_for_proof_pack", "post", "/proof-packs/", {"with_files": True}, "reader", "owner",
        ({"node_id": UNKNOWN, "first_month": "1999-01"}, {"node_id", "first_month"}), 201, {"state": "queued"},
    ),
    Case(
        "request_gate", "post", "/gate-requests/",
        {
            "measure_id": "{draft}", "kind": "hold", "hold_reason": "budget", "comment": "None left",
            "resume_on": "2027-01-01",
        },
        "owner", "controller",
        ({"measure_id": "{draft}", "kind": "hold", "hold_reason": "mood"}, {"hold_reason"}), 201,
        {"kind": "hold", "state": "submitted", "from_doi": 1},
    ),
    Case(
        "request_plan_change", "post", "/measures/{planned}/plan-changes/",
        {
            "reason": "Later", "plan_version": 0, "close_by": "2027-12-31",
            "lines": [{"line_id": "{planned_line}", "months": {"2026-12": "80.00"}}],
        },
        "owner", "controller",
        (
            {
                "reason": "", "lines": [{"line_id": "{planned_line}", "annual_amount": "12.00"}], "dates": [{}],
                "implement_by": "soon",
            },
            {"reason", "lines.0.start_month", "dates.0.milestone_id", "dates.0.baseline_on", "implement_by"},
        ),
        201, {"kind": "change", "state": "submitted", "from_doi": 3},
    ),
    Case(
        "withdraw_gate_request", "post", "/gate-requests/{gate}/withdrawal/", {"reason": "Not ready"}, "owner",
        "controller", ({}, {"reason"}), expect={"state": "withdrawn"},
    ),
    Case(
        "give_approval", "post", "/gate-requests/{gate}/approvals/", {"kind": "size_and_timing", "comment": "Checked"},
        "controller", "owner", ({"kind": "hand_over"}, {"kind"}), 201,
        {"kind": "size_and_timing", "granted": True},
    ),
    Case(
        "decide_gate", "post", "/decisions/", {"request_id": "{hold}", "outcome": "hold", "reason": "Agreed"}, "chair",
        "pmo", ({"request_id": "{hold}", "outcome": "resume", "reason": "x"}, {"outcome"}), 201,
        {"outcome": "hold", "reason": "Agreed", "number": 41},
    ),
    Case(
        "lock_period", "post", "/periods/", {"month": "2026-08", "reason": "Late"}, "controller", "owner",
        ({"month": "2026-10"}, {"month"}), 201, {"month": "2026-08", "state": "locked"},
    ),
    Case(
        "advance_period", "post", "/periods/2026-08/advance/", {"reason": "Two come late"}, "controller", "owner",
        ({}, {"reason"}), expect={"month": "2026-08", "state": "submitted", "submit_by": "2026-09-07"},
    ),
    Case(
        "step_back_period", "post", "/periods/2026-09/step-back/", {"reason": "An invoice came"}, "pmo", "owner",
        ({}, {"reason"}), expect={"month": "2026-09", "state": "open"},
    ),
    Case(
        "nudge_person", "post", "/periods/2026-08/nudges/", {"person_id": "{owner}"}, "controller", "owner",
        ({"person_id": "{chair}"}, {"person_id"}), expect={"measures": 2},
    ),
    Case(
        "hand_in_month", "post", "/measures/{decided}/handed-months/", {"month": "2026-08"}, "owner", "controller",
        ({"month": "2026-11"}, {"month"}), 201, {"month": "2026-08", "nothing": False},
    ),
    Case(
        "enter_correction", "post", "/measures/{decided}/corrections/",
        {"line_id": "{decided_line}", "corrects": "2026-07", "amount": "-5.00", "reason": "Credit note"}, "owner",
        "controller",
        (
            {"line_id": "{decided_line}", "corrects": "2026-09", "amount": "0.00", "reason": "Credit note"},
            {"corrects", "amount"},
        ),
        201, {"corrects": "2026-07", "month": "2026-08", "amount": "-5.00", "validated_at": None},
    ),
    Case(
        "validate_correction", "post", "/corrections/{correction}/validation/", {}, "controller", "owner",
        ({"amount": "1.00"}, {"amount"}), expect={"amount": "10.00", "returned_at": None},
    ),
    Case(
        "return_correction", "post", "/corrections/{correction}/return/", {"reason": "No invoice"}, "controller",
        "owner", ({}, {"reason"}), expect={"return_reason": "No invoice", "validated_at": None},
    ),
    Case(
        "start_report_rebuild", "post", "/report-rebuilds/", {}, "admin", "pmo", ({"node": "all"}, {"node"}), 202,
        {"done": 0, "finished_at": None},
    ),
    *(Case(*facts) for facts in COMMITTEE_CASES),
]  # fmt: skip
