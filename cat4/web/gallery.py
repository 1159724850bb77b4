"""The gallery: every component in every state, for people who write pages and for the accessibility tests.

Its figures are invented and fixed; it reads no organization, so it is public, but only outside production.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace as Fixture
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from cat4.web import bars, charts, formats, month_bars, timeline

MILLION = Decimal(1_000_000)
EUR_M = charts.millions("EUR")
KEUR = charts.thousands("EUR")
ORGANIZATION = Fixture(name="Alderbrook Group", slug="alderbrook", currency="EUR")
ACTOR = Fixture(name="Clara Weiss", is_admin=False)


@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once per state; 404 in production."""
    if not (settings.DEBUG or settings.CAT4_DEMO):
        raise Http404
    if getattr(request, "organization", None) is None:
        request.organization, request.actor = ORGANIZATION, ACTOR  # type: ignore[attr-defined]
    return render(request, "web/gallery.html", fixtures())


def fixtures() -> dict[str, Any]:
    """What the page shows, component by component."""
    return {**_shell(), **_marks(), **_decisions(), **_lists(), **_charts(), **_forms(), "german": _german()}


class GalleryForm(forms.Form):
    """One field per kind of control."""

    name = forms.CharField(label="Name", help_text="One line that a stranger understands.")
    forecast = forms.DecimalField(label="October forecast", help_text="Last forecast 260. Plan 380.")
    due_on = forms.DateField(label="Next milestone M5, expected", help_text="Baseline 30 Nov 2026.")
    month = forms.CharField(label="Month", required=False, widget=forms.TextInput(attrs={"type": "month"}))
    owner = forms.ChoiceField(label="Follow-up by", choices=[("es", "Emil Sandor"), ("yd", "Yusuf Demir")])
    why = forms.CharField(label="Why did the forecast change?", widget=forms.Textarea(attrs={"rows": 3}))
    needs_decision = forms.BooleanField(label="I need a decision from the committee", required=False)
    evidence = forms.FileField(label="Evidence", required=False, help_text="PDF or spreadsheet, at most 25 MB.")
    kind = forms.ChoiceField(
        label="Effect", choices=[("r", "Recurring"), ("o", "One-off")], widget=forms.RadioSelect, initial="r"
    )


class FilterForm(forms.Form):
    """The text search and one select of a list."""

    q = forms.CharField(label="Name, ID or owner", required=False, widget=forms.TextInput(attrs={"type": "search"}))
    state = forms.ChoiceField(label="State", required=False, choices=[("", "Any"), ("open", "Open")])


def _shell() -> dict[str, Any]:
    return {
        "memberships": [
            Fixture(
                organization_name="Alderbrook Group",
                slug="alderbrook",
                role_label="Portfolio manager",
                is_current=True,
                ends_on=None,
            ),
            Fixture(
                organization_name="Kestrel Rail",
                slug="kestrel",
                role_label="Consultant, read and comment",
                is_current=False,
                ends_on=date(2026, 12, 31),
            ),
        ],
        "ledger_line": "Ledger intact. 18,422 entries, checked 15 Oct 2026, 06:00",
        "tabs": [
            Fixture(label="All measures", href="#tabs", is_current=True, count=40),
            Fixture(label="On time, money at risk", href="#tabs", count=3, is_hot=True),
            Fixture(label="My programs", href="#tabs"),
        ],
        "first_steps": [
            Fixture(
                title="Name your structure",
                text="Portfolio “Margin 2027”, program “Supply chain”.",
                state="done",
                action_url="#first",
                action_label="Change",
            ),
            Fixture(
                title="Set who decides",
                text="A measure needs an owner, a sponsor, a controller and a committee.",
                state="now",
                action_url="#first",
                action_label="Set committee",
            ),
            Fixture(
                title="Add the first measure",
                text="Name, one sentence, plan for the run-rate.",
                state="",
                action_label="Add measure",
                reason="Set who decides first.",
            ),
        ],
    }


def _marks() -> dict[str, Any]:
    return {
        "statuses": ["green", "amber", "red", None],
        "moves": [
            {"month": date(2026, 8, 1), "implementation": "up", "potential": "down"},
            {"month": date(2026, 8, 1), "implementation": "steady", "potential": "steady"},
        ],
        "degrees": range(6),
        "degree_amounts": [Decimal(0), 7 * MILLION, 17 * MILLION, 41 * MILLION, 19 * MILLION, 23 * MILLION],
        "due_days": [7, 10, 14, 16],
        "steps": [
            Fixture(degree=0, name="Defined", note="12 Nov 2025", state="done"),
            Fixture(degree=1, name="Identified", note="9 Dec 2025", state="done"),
            Fixture(degree=2, name="Detailed", note="3 Feb 2026", state="done"),
            Fixture(degree=3, name="Decided", note="19 Mar 2026", state="now"),
            Fixture(degree=4, name="Implemented", note="3 checks open", state="next"),
            Fixture(degree=5, name="Closed", note="due 30 Jun 2027", state=""),
        ],
        "figures": [
            Fixture(label="Target", value="115.0", note="run-rate by Dec 2028", href="#figures"),
            Fixture(label="Identified", value="107.3", note="38 measures", href="#figures", delta="+1.8", is_gain=True),
            Fixture(
                label="Forecast", value="101.3", note="at completion", href="#figures", delta="−1.3", is_gain=False
            ),
            Fixture(label="Forecast gap", value="−13.7", note="to target", href="#figures", is_bad=True),
        ],
        "facts": [("Owner", "Clara Weiss"), ("Controller", "Lucia Moretti"), ("Package", None)],
        "amounts": [Decimal(4_800_000), Decimal(-864_000), Decimal(0), None],
        "instant": datetime(2026, 10, 6, 9, 12, tzinfo=UTC),
    }


def _decisions() -> dict[str, Any]:
    return {
        "checks": [
            Fixture(state="ok", rule="Milestones M1 to M4 done", note="Last one on 28 Sep 2026"),
            Fixture(
                state="no",
                rule="Recovery plan for the forecast shortfall",
                note="Clara Weiss, by 22 Oct",
                action_url="#gate",
                action_label="Write plan",
                is_primary=True,
            ),
            Fixture(
                state="wait",
                rule="September actuals validated",
                note="Lucia Moretti, submitted 9 days ago",
                action_url="#gate",
                action_label="Remind",
                is_post=True,
            ),
        ],
        "choices": [
            Fixture(
                value="advance",
                label="Advance",
                facts=[("Run-rate, kEUR", "1,980"), ("Effect 2027", "1,155")],
                text="Second supplier. Sensor platform M4 moves 30 days.",
            ),
            Fixture(value="hold", label="Hold", facts=[("Run-rate, kEUR", "1,450")], text="Comes back on 19 Nov."),
            Fixture(value="cancel", label="Cancel measure", facts=[("Run-rate, kEUR", "300")], text="The gap grows."),
        ],
    }


def _lists() -> dict[str, Any]:
    return {
        "agenda": [
            Fixture(
                title="Heat recovery furnace 2", href="#list", sub="Committee, 22 Oct", tag="Gate 2 to 3", tag_kind="i"
            ),
            Fixture(
                title="Cable harness near-shoring",
                href="#list",
                sub="No decision for 16 days",
                tag="Escalated",
                tag_kind="r",
                is_current=True,
            ),
            Fixture(title="PCB volume bundling", href="#list", sub="PRO-021, Hanna Okafor", value="2,750"),
            Fixture(title="Sensor platform", sub="No page to open"),
        ],
        "cause": Fixture(title="Line 4 transfer Brno to Győr", href="#ripple", status="red", tag="M3, 21 days late"),
        "effects": [
            Fixture(title="Győr hall 2 ramp-up, M2", href="#ripple", shift="+21 days", amount="−225", is_loss=True),
            Fixture(title="List price corridor DACH, M5", shift="0 days", amount="0"),
        ],
        "entries": [
            Fixture(
                at=datetime(2026, 10, 15, 9, 12, tzinfo=UTC),
                who="Clara Weiss",
                number=18422,
                hash="9f3c…21ab",
                what="changed the forecast for Dec 2026 from 330 to 310 kEUR.",
            ),
            Fixture(
                at=datetime(2026, 10, 8, 6, 0, tzinfo=UTC),
                who="System",
                number=18377,
                hash="4d20…b8e1",
                what="opened a deviation: forecast at completion 18% below plan.",
            ),
        ],
        "chips": [Fixture(name="DoI", value="0 to 5", remove_url="#filter"), Fixture(name="Unit", value="Brno")],
        "bulk": [
            Fixture(label="Ask for update", name="action", value="ask"),
            Fixture(label="Export", name="action", value="export"),
        ],
        "matrix": _matrix(),
    }


def _matrix() -> list[Fixture]:
    def cell(potential: str, count: int, plan: str = "", miss: str = "", tone: str = "mid") -> Fixture:
        return Fixture(potential=potential, count=count, plan=plan, miss=miss, href="#matrix", tone=tone, is_trap=False)

    trap = cell("red", 3, "9.3", "−1.9", "hi")
    trap.is_trap = True
    return [
        Fixture(
            status="green",
            name="On track",
            cells=[cell("green", 11, "26.0", tone="lo"), cell("amber", 3, "11.5", "−0.8"), trap],
        ),
        Fixture(
            status="amber",
            name="Late",
            cells=[cell("green", 4, "10.2"), cell("amber", 3, "12.6", "−1.2"), cell("red", 0)],
        ),
        Fixture(
            status="red",
            name="Very late",
            cells=[
                cell("green", 1, "1.7"),
                cell("amber", 3, "11.1", "−1.4", "hi"),
                cell("red", 1, "2.2", "−0.8", "hi"),
            ],
        ),
    ]


def _charts() -> dict[str, Any]:
    plan = [2, 5, 10, 16, 24, 34, 48, 60, 70, 79, 87, 94, 99, 103, 106, 107]
    actual = [1, 4, 9, 14, 22, 32, 45]
    forecast = [55, 63, 71, 78, 85, 91, 95, 99, 101]
    quarters = [
        charts.Period(
            f"Q{index % 4 + 1} {2025 + index // 4}",
            plan=amount * MILLION,
            actual=actual[index] * MILLION if index < len(actual) else None,
            forecast=forecast[index - len(actual)] * MILLION if index >= len(actual) else None,
            reported=MILLION if index == len(actual) else None,
        )
        for index, amount in enumerate(plan)
    ]
    return {
        "curve": charts.line_chart("Run-rate EBITDA by quarter", quarters, EUR_M, target=115 * MILLION),
        "months": month_bars.bar_chart("Monthly effect 2026", _months(), KEUR),
        "walk": bars.waterfall(_walk(), EUR_M),
        "stages": bars.funnel(_stages(), EUR_M, whole=115 * MILLION),
        "quarter_shifts": bars.shifts(
            [(f"Q{quarter}", thousand * Decimal(1000)) for quarter, thousand in enumerate((-210, -540, -130, 130), 1)],
            KEUR,
        ),
        "plot": _roadmap(),
    }


def _roadmap() -> timeline.Plot:
    def mark(key: str, on: date, was_on: date, look: timeline.Look, label: str) -> timeline.Mark:
        return timeline.Mark(key, on, was_on, look, label, f"{label} against {was_on}", "#road")

    done, moved = date(2026, 8, 14), date(2027, 2, 5)
    line4 = timeline.Lane(
        [
            mark("1", done, done, timeline.Look.DONE, "M1"),
            mark("2", date(2026, 11, 20), date(2026, 10, 22), timeline.Look.LATE, "M2 +21"),
            mark("3", date(2027, 4, 1), date(2027, 4, 1), timeline.Look.PLAN, "M3"),
        ],
        date(2026, 7, 1), date(2027, 4, 1), done,
    )  # fmt: skip
    hall2 = timeline.Lane(
        [mark("4", moved, date(2027, 1, 8), timeline.Look.MOVED, "M1 +20")], date(2026, 9, 1), date(2027, 5, 1)
    )
    link = timeline.Link("2", "4", is_hot=True, words="M1 waits for M2")
    on = timeline.scale(date(2026, 7, 1), timeline.Zoom.MONTHS)
    groups = [timeline.Group("Operations", [line4, hall2])]
    return timeline.plot(groups, [link], on, timeline.Zoom.MONTHS, today=date(2026, 10, 15))


def _months() -> list[month_bars.Month]:
    plan = [-40, 0, 0, 60, 120, 180, 240, 300, 340, 380, 400, 400]
    expected = [-60, 0, 0, 60, 110, 150, 190, 220, 240, 260, 285, 310]
    rests_on = ["validated"] * 8 + ["reported", "forecast", "forecast", "unconfirmed"]
    return [
        month_bars.Month(
            formats.month_of_year(date(2026, index + 1, 1)),
            plan=plan[index] * Decimal(1000),
            **{rests_on[index]: amount * Decimal(1000)},
        )
        for index, amount in enumerate(expected)
    ]


def _walk() -> list[bars.Step]:
    return [
        bars.Step("Target", Decimal(115_000_000), "b-plan", "Dec 2028 run-rate", is_total=True),
        bars.Step("Not identified", Decimal(-7_700_000), "b-open", "no measure yet"),
        bars.Step("Not decided", Decimal(-24_400_000), "f2", "DoI 1 and 2"),
        bars.Step("Being implemented", Decimal(-41_000_000), "f3", "DoI 3"),
        bars.Step("Awaiting closure", Decimal(-19_200_000), "f4", "DoI 4"),
        bars.Step("Confirmed below plan", Decimal(-100_000), "b-neg", "DoI 5"),
        bars.Step("Realised", Decimal(22_600_000), "b-act", "confirmed by controllers", is_total=True),
    ]


def _stages() -> list[bars.Stage]:
    stages = [("107.3", 38), ("100.2", 35), ("82.9", 29), ("42.0", 15), ("22.7", 9)]
    return [
        bars.Stage(degree, "", Decimal(amount) * MILLION, count, "#funnel")
        for degree, (amount, count) in enumerate(stages, start=1)
    ]


def _forms() -> dict[str, Any]:
    typed = {"name": "Discount governance", "forecast": "two", "owner": "es", "kind": "r", "due_on": "2026-11-30"}
    faulty = GalleryForm({f"bad-{name}": value for name, value in typed.items()}, prefix="bad")
    faulty.is_valid()
    empty, search = GalleryForm(prefix="new"), FilterForm(prefix="list")
    return {"form": empty, "faulty_form": faulty, "filter_form": search, "no_errors": {}}


def _german() -> list[str]:
    with formats.display("de"):
        return [
            formats.number(Decimal("1234.5"), 1),
            formats.millions(Decimal(-13_712_345)),
            formats.day(date(2026, 10, 15)),
            formats.month(date(2026, 9, 1)),
        ]
