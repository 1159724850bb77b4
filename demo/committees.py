"""The committees at work: a cadence, one meeting with signed minutes, the next on its way, a question in circulation.

All four meet on the fourth Thursday of the month, one after the other. In September Operations decides, Procurement
only hears how its measures stand, Commercial meets a week later, and Overheads calls its meeting off.
"""

from collections.abc import Iterator
from datetime import date, time

from cat4 import clock
from cat4.accounts.actor import Actor
from governance.committees.actions.circulations import open_circulation, vote_by_circulation
from governance.committees.actions.closing import close_meeting
from governance.committees.actions.meetings import (
    cancel_meeting,
    lock_due_papers,
    move_meeting,
    plan_meetings,
    put_motion,
)
from governance.committees.actions.minutes import sign_minutes
from governance.committees.actions.resolving import ConditionAsk
from governance.committees.actions.sessions import (
    Seen,
    add_minute_note,
    decide_item,
    start_meeting,
    take_attendance,
)
from governance.committees.models.meetings import AgendaItem, Meeting
from hierarchy.committees.actions.committees import edit_committee, seat_member
from hierarchy.constants import Cadence, SeatRole

from .company import COMMITTEE_OF, Company, reload_actors
from .dates import TODAY
from .people import PASSWORD
from .steps import Dated

_TIMES = {"Operations": time(10), "Procurement": time(13), "Commercial": time(14, 30), "Overheads": time(16)}
_SEATS = {"anders": SeatRole.DEPUTY, "viktor": SeatRole.MEMBER, "nina": SeatRole.MEMBER}
_HELD = date(2026, 9, 24)
_MOVED_TO = date(2026, 10, 1)
_MOTIONS = ("Weekly report from Brno until the line transfer is stable", "Second shift in Brno already in November")
_HEARD = {
    "Procurement": "Suppliers hold their prices until the end of the year. Nothing has to be decided before October.",
    "Commercial": "Sales asks for the new list prices before the trade fair. Ines Halloran puts it into circulation.",
}


def committee_steps(company: Company, admin: Actor) -> Iterator[Dated]:
    """What the committees do, day by day."""
    told = _Told(company)
    yield Dated(date(2026, 8, 28), 0, "procedure", lambda: _set_procedure(company, admin))
    yield Dated(date(2026, 9, 1), 0, "plan", lambda: plan_meetings(date(2026, 9, 1)))
    yield Dated(date(2026, 9, 17), 1, "motions", told.put_motions)
    yield Dated(date(2026, 9, 22), 8, "papers", lock_due_papers)
    yield Dated(date(2026, 9, 18), 1, "cancelled", told.call_off)
    yield Dated(date(2026, 9, 23), 1, "moved", told.move)
    yield Dated(_HELD, 1, "meeting", told.meet_at_its_time)
    yield Dated(_HELD, 2, "meeting", lambda: told.hear("Procurement", _HEARD["Procurement"]))
    yield Dated(date(2026, 9, 25), 1, "minutes", lambda: told.sign("Operations", "Procurement"))
    yield Dated(_MOVED_TO, 1, "meeting", lambda: told.hear("Commercial", _HEARD["Commercial"]))
    yield Dated(date(2026, 10, 2), 1, "minutes", lambda: told.sign("Commercial"))
    yield Dated(date(2026, 10, 13), 8, "circulation", told.circulate)
    yield Dated(TODAY, 0, "plan", lambda: plan_meetings(TODAY))


def _set_procedure(company: Company, admin: Actor) -> None:
    for program in COMMITTEE_OF:
        committee_id = company.ids[f"committee {program}"]
        edit_committee(
            admin,
            committee_id,
            quorum_percent=60,
            cadence=Cadence.MONTHLY,
            cadence_weekday=3,
            cadence_week=4,
            cadence_from=date(2026, 9, 1),
            meets_at=_TIMES[program],
            place="Board room, Vienna",
        )
        for key, role in _SEATS.items():
            seat_member(admin, committee_id, user_id=company.person(key), role=role)
    reload_actors(company)


class _Told:
    """The meetings of September and the question of Commercial."""

    def __init__(self, company: Company) -> None:
        self.company = company

    def meeting_of(self, program: str) -> Meeting:
        return Meeting.objects.get(committee_id=self.company.ids[f"committee {program}"], slot_on=_HELD)

    def call_off(self) -> None:
        reason = "Two members travel and nothing waits for a decision. The next meeting is on 22 October."
        cancel_meeting(self.company.actors["helena"], self.meeting_of("Overheads").pk, reason=reason)

    def move(self) -> None:
        meeting = self.meeting_of("Commercial")
        later = meeting.starts_at + (_MOVED_TO - _HELD)
        reason = "The figures of the summer quarter come a week later."
        move_meeting(self.company.actors["helena"], meeting.pk, starts_at=later, reason=reason)

    def hear(self, program: str, note: str) -> None:
        """A meeting in which everybody is there and nothing is decided."""
        meeting, helena = self.meeting_of(program), self.company.actors["helena"]
        with clock.at(meeting.starts_at):
            start_meeting(helena, meeting.pk)
            seen = [Seen(self.company.person(key), "present") for key in _SEATS]
            take_attendance(self.company.actors["ines"], meeting.pk, seen=seen)
            add_minute_note(self.company.actors["ines"], meeting.pk, text=note)
            close_meeting(helena, meeting.pk, confirmed=True)

    def put_motions(self) -> None:
        committee_id, ines = self.company.ids["committee Operations"], self.company.actors["ines"]
        put_motion(
            ines,
            committee_id,
            title=_MOTIONS[0],
            text="Scrap and output of the transferred line vary from week to week. The committee hears of it too late.",
        )
        put_motion(
            ines,
            committee_id,
            title=_MOTIONS[1],
            text="It would bring the ramp-up forward by a month and costs 45 kEUR of overtime.",
        )

    def meet_at_its_time(self) -> None:
        with clock.at(self.meeting_of("Operations").starts_at):
            self.meet()

    def meet(self) -> None:
        meeting, helena = self.meeting_of("Operations"), self.company.actors["helena"]
        start_meeting(helena, meeting.pk)
        seen = [
            Seen(self.company.person("anders"), "present"),
            Seen(self.company.person("viktor"), "present"),
            Seen(self.company.person("nina"), "absent"),
        ]
        take_attendance(self.company.actors["ines"], meeting.pk, seen=seen)
        first, second = (AgendaItem.objects.get(meeting=meeting, title=title) for title in _MOTIONS)
        report = ConditionAsk("First weekly report from Brno", date(2026, 10, 30), self.company.person("tomas"))
        decide_item(
            helena, first.pk, outcome="agreed", reason="A late surprise costs more than a page a week.",
            unanimous=True, conditions=[report],
        )  # fmt: skip
        # As many for as against: nothing is decided, and the vote stands in the minutes.
        decide_item(
            helena, second.pk, outcome="agreed", reason="A month earlier is worth the overtime.",
            votes={
                self.company.person("helena"): "for", self.company.person("viktor"): "against",
                self.company.person("anders"): "abstain",
            },
            comments={self.company.person("viktor"): "Not before the works council was heard."},
        )  # fmt: skip
        add_minute_note(
            self.company.actors["ines"], meeting.pk, item_id=second.pk,
            text="The works council has not been heard yet. Viktor Lang brings its answer to the next meeting.",
        )  # fmt: skip
        close_meeting(helena, meeting.pk, confirmed=True)

    def sign(self, *programs: str) -> None:
        for program in programs:
            sign_minutes(self.company.actors["helena"], self.meeting_of(program).pk, password=PASSWORD)

    def circulate(self) -> None:
        question = open_circulation(
            self.company.actors["ines"],
            self.company.ids["committee Commercial"],
            subject_kind="motion",
            title="List prices before the trade fair",
            question="Shall the new list prices be published on 26 October, a week before the trade fair?",
            recommendation="Publish: dealers order at the fair, or last year's prices hold for a season.",
            closes_on=date(2026, 10, 20),
        )
        vote_by_circulation(self.company.actors["anders"], question.pk, choice="for", comment="Dealers expect it.")
