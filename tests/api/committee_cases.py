"""The changes of committees that the API offers, as cases."""

from __future__ import annotations

from typing import Any

# Name, method, path, body, who may, who may not, bad input, status, what the answer holds.
COMMITTEE_CASES: list[tuple[Any, ...]] = [
    (
        "call_meeting", "post", "/meetings/",
        {"committee_id": "{committee}", "starts_at": "2026-10-28T09:00:00Z", "reason": "Urgent"}, "pmo", "member",
        ({"committee_id": "{committee}", "starts_at": "2026-10-01T09:00:00Z", "reason": ""}, {"reason"}), 201,
        {"state": "planned", "slot_on": None, "reason": "Urgent"},
    ),
    (
        "move_meeting", "post", "/meetings/{meeting}/move/",
        {"starts_at": "2026-10-30T09:00:00Z", "reason": "Travel"}, "chair", "pmo",
        ({"starts_at": "later", "reason": "Travel"}, {"starts_at"}), 200, {"reason": "Travel", "place": "Room 29"},
    ),
    (
        "cancel_meeting", "post", "/meetings/{meeting}/cancellation/", {"reason": "Holidays"}, "chair", "pmo",
        ({}, {"reason"}), 200, {"state": "cancelled", "reason": "Holidays"},
    ),
    (
        "start_meeting", "post", "/meetings/{due_meeting}/opening/", {}, "chair", "pmo",
        ({"now": True}, {"now"}), 200, {"state": "in_session"},
    ),
    (
        "take_attendance", "put", "/meetings/{session}/attendance/",
        {"seen": [{"member_id": "{member}", "presence": "absent"}]}, "pmo", "member",
        ({"seen": [{"member_id": "{member}", "presence": "asleep"}]}, {"seen.0.presence"}), 200,
        {"state": "in_session"},
    ),
    (
        "add_minute_note", "post", "/meetings/{session}/notes/", {"text": "Heard", "item_id": "{item}"}, "pmo", "owner",
        ({"text": ""}, {"text"}), 201, {"text": "Heard"},
    ),
    (
        "close_meeting", "post", "/meetings/{session}/closing/", {"confirmed": True}, "chair", "pmo",
        ({"now": True}, {"now"}), 200, {"state": "closed"},
    ),
    (
        "reopen_meeting", "post", "/meetings/{closed}/reopening/", {"reason": "An item was missed"}, "chair", "pmo",
        ({}, {"reason"}), 200, {"state": "in_session"},
    ),
    (
        "vote_on_item", "post", "/agenda-items/{item}/votes/", {"choice": "against"}, "member", "pmo",
        ({"choice": "maybe"}, {"choice"}), 201, {"choice": "against", "outcome": "agreed"},
    ),
    (
        "decide_item", "post", "/agenda-items/{item}/decision/",
        {
            "outcome": "agreed", "reason": "Closer", "unanimous": True,
            "conditions": [{"text": "Book a room", "due_on": "2026-11-02", "responsible_id": "{pmo}"}],
        },
        "chair", "member", ({"outcome": "hold", "reason": "Closer", "unanimous": True}, {"outcome"}), 201,
        {"outcome": "agreed", "number": 41, "reason": "Closer"},
    ),
    (
        "put_motion", "post", "/motions/", {"committee_id": "{committee}", "title": "Meet in Graz"}, "pmo", "owner",
        ({"committee_id": "{committee}", "title": ""}, {"title"}), 201, {"title": "Meet in Graz"},
    ),
    (
        "attach_paper", "post", "/committee-papers/",
        {"subject_kind": "motion", "subject_id": "{motion}", "file": "file", "title": "Hotels"}, "pmo", "member",
        ({"subject_kind": "song", "subject_id": "{motion}", "file": "file"}, {"subject_kind"}), 201,
        {"title": "Hotels", "file_name": "protocol.pdf", "subject_kind": "motion"},
    ),
    (
        "withdraw_motion", "post", "/motions/{motion}/withdrawal/", {"reason": "Settled otherwise"}, "pmo", "owner",
        ({}, {"reason"}), 200, {"title": "Meet in Lviv"},
    ),
    (
        "declare_conflict", "post", "/conflict-declarations/",
        {"subject_kind": "motion", "subject_id": "{motion}", "reason": "My brother runs the hotel"}, "member", "pmo",
        ({"subject_kind": "motion", "subject_id": "{motion}", "reason": ""}, {"reason"}), 201,
        {"reason": "My brother runs the hotel"},
    ),
    (
        "open_circulation", "post", "/circulations/",
        {"committee_id": "{committee}", "question": "Meet in Graz?", "closes_on": "2026-10-20"}, "pmo", "owner",
        ({"committee_id": "{committee}", "question": "Meet?", "closes_on": "2026-10-01"}, {"closes_on"}), 201,
        {"state": "open", "subject_kind": "motion", "outcome": "agreed"},
    ),
    (
        "vote_by_circulation", "post", "/circulations/{circulation}/votes/", {"choice": "for"}, "member", "pmo",
        ({"choice": "maybe"}, {"choice"}), 201, {"choice": "for"},
    ),
    (
        "confirm_circulation", "post", "/circulations/{carried}/confirmation/", {"reason": "Carried by all"}, "chair",
        "member", ({"reason": ""}, {"reason"}), 201, {"outcome": "agreed", "number": 41},
    ),
    (
        "withdraw_circulation", "post", "/circulations/{circulation}/withdrawal/", {"reason": "Too early"}, "pmo",
        "owner", ({}, {"reason"}), 200, {"state": "withdrawn"},
    ),
    (
        "fulfil_condition", "post", "/conditions/{condition}/fulfilment/", {"note": "Sent"}, "owner", "pmo",
        ({"note": ""}, {"note"}), 200, {"state": "fulfilled", "note": "Sent"},
    ),
    (
        "accept_condition", "post", "/conditions/{reported}/acceptance/", {}, "pmo", "owner", ({"now": True}, {"now"}),
        200, {"state": "accepted"},
    ),
    (
        "refuse_condition", "post", "/conditions/{reported}/refusal/", {"reason": "Not enough"}, "chair", "member",
        ({}, {"reason"}), 200, {"state": "open", "answer": "Not enough"},
    ),
]  # fmt: skip
