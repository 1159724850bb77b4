"""What the API shows, to whom, and how lists are narrowed and paged."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from drf_spectacular.generators import SchemaGenerator

from cat4.accounts.models import ApiToken, Membership, User
from cat4.accounts.selectors import token_digest
from cat4.api.throttling import PersonThrottle
from measures.constants import Status, StatusKind
from measures.evidence.storage import discard
from measures.models import Document, Measure, MeasureStatus, MeasureTotals
from tests.api.cases import UNKNOWN
from tests.api.scene import Scene, nothing_changes
from tests.pdf_files import page_pdf
from tests.world import World

LISTS = {
    "list_nodes": ("/nodes/", "name", "Measure package of Alder"),
    "list_legal_entities": ("/legal-entities/", "code", "E1"),
    "list_business_units": ("/business-units/", "code", "U1"),
    "list_functions": ("/functions/", "code", "F1"),
    "list_accounts": ("/accounts/", "code", "400"),
    "list_committees": ("/committees/", "name", "Commercial committee"),
    "list_exchange_rates": ("/exchange-rates/", "currency", "CHF"),
    "list_rate_sets": ("/rate-sets/", "source", "Treasury"),
    "list_measures": ("/measures/", "code", "M-1"),
    "list_baselines": ("/measures/{draft}/baselines/", "number", 1),
    "list_effect_lines": ("/measures/{draft}/effect-lines/", "name", "Steel"),
    "list_forecast_revisions": ("/measures/{decided}/forecast-revisions/", "reason", "Index clause"),
    "list_status_changes": ("/measures/{detailed}/status-history/", "reasons", ["M5 comes 6 working days late."]),
    "list_status_overrides": ("/measures/{detailed}/status-overrides/", "reason", "Signed."),
    "list_corrections": ("/measures/{decided}/corrections/", "reason", "Late invoice"),
    "list_leakage": ("/measures/{decided}/leakage/", "reason", "Fewer tons"),
    "list_milestones": ("/measures/{draft}/milestones/", "name", "Tender out"),
    "list_risks": ("/measures/{draft}/risks/", "title", "Supplier fails"),
    "list_findings": ("/findings/", "code", "no_account"),
    "list_measure_findings": ("/measures/{draft}/findings/", "sentence", "Steel recurs, but names no account."),
    "list_documents": ("/measures/{draft}/documents/", "title", "Offer"),
    "list_notices": ("/notices/", "subject", "M-1 Steel was returned"),
    "list_meetings": ("/meetings/?state=planned", "place", "Room 29"),
    "list_committee_decisions": ("/committee-decisions/", "title", "Weekly report"),
    "list_circulations": ("/circulations/?state=open", "title", "New list prices"),
    "list_committee_papers": ("/committee-papers/", "title", "Hotels in Lviv"),
    "list_conditions": ("/conditions/?state=open", "text", "First report"),
    "list_document_openings": ("/documents/{document}/openings/", "at", "2026-10-01T11:00:00+02:00"),
    "list_ledger": ("/ledger/", "sequence", 1),
    "list_proof_packs": ("/proof-packs/", "state", "failed"),
    "list_gate_requests": ("/gate-requests/", "kind", "hold"),
}
ONES = {
    "get_notice": "/notices/{notice}/",
    "get_node": "/nodes/{package}/",
    "get_move_consequences": "/nodes/{package}/move-consequences/",
    "get_targets": "/nodes/{package}/targets/",
    "get_node_defaults": "/nodes/{package}/defaults/",
    "get_rate_set": "/rate-sets/{rate_set}/",
    "get_measure": "/measures/{draft}/",
    "get_effect_line": "/effect-lines/{line}/",
    "get_money": "/measures/{decided}/money/",
    "get_leakage": "/leakage/{leakage}/",
    "get_proof": "/proofs/{proof}/",
    "get_milestone": "/milestones/{milestone}/",
    "get_risk": "/risks/{risk}/",
    "get_closure": "/closures/{closure}/",
    "get_proof_pack": "/proof-packs/{pack}/",
    "get_finding": "/findings/{finding}/",
    "get_document": "/documents/{document}/",
    "download_document": "/documents/{document}/content/",
    "get_gate": "/measures/{draft}/gate/",
    "get_consequences": "/measures/{decided}/consequences/?kind=cancel",
    "get_dependency": "/dependencies/{dependency}/",
    "get_dependencies": "/measures/{decided}/dependencies/",
    "preview_slip": "/milestones/{before}/slip-preview/?forecast_on=2027-01-15",
    "list_ripples": "/measures/{decided}/ripples/",
    "get_ripple": "/ripples/{ripple}/",
    "get_meeting": "/meetings/{meeting}/",
    "get_minutes": "/meetings/{signed}/minutes/",
    "download_committee_paper": "/committee-papers/{committee_paper}/content/",
    "download_agenda": "/meetings/{session}/agenda-file/",
    "download_minutes": "/meetings/{session}/minutes-file/",
    "get_circulation": "/circulations/{circulation}/",
    "get_condition": "/conditions/{condition}/",
    "get_gate_request": "/gate-requests/{gate}/",
    "get_node_figures": "/nodes/{package}/figures/",
    "list_node_cover": "/nodes/{package}/cover/",
    "list_node_years": "/nodes/{package}/years/",
    "list_node_months": "/nodes/{package}/months/",
    "list_node_matrix": "/nodes/{package}/matrix/",
}
OTHERS = {
    "get_notice_preferences": "/notices/preferences/",
    "get_organization": "/organization/",
    "get_calendar": "/calendar/",
    "list_people": "/people/",
    "list_periods_of_line": "/effect-lines/{decided_line}/periods/",
    "list_proofs": "/effect-lines/{decided_line}/proofs/",
    "list_reopen_causes": "/measures/{draft}/reopen-causes/",
    "get_forecast_as_of": "/measures/{decided}/forecast/?at=2026-10-10T00:00:00Z",
    "list_rule_sets": "/gate-rules/",
    "get_rules_in_force": "/gate-rules/in-force/",
    "get_rule_set": "/gate-rules/1/",
    "compare_rule_sets": "/gate-rules/comparison/?before=0&after=1",
    "get_dry_run": "/gate-rules/draft/dry-run/",
    "list_dry_run_findings": "/gate-rules/draft/dry-run/findings/",
    "list_deputies": "/deputies/",
    "list_decisions": "/decisions/",
    "list_plan_versions": "/measures/{planned}/plan-versions/",
    "list_periods": "/periods/",
    "get_freshness": "/freshness/?by=owner",
    "get_period": "/periods/2026-08/",
    "list_locks": "/locks/",
    "get_comparison": "/comparison/",
    "list_sustain_checks": "/measures/{draft}/sustain-checks/",
    "get_ledger_entry": "/ledger/1/",
    "download_proof_pack": "/proof-packs/{pack}/content/",
    "list_report_rebuilds": "/report-rebuilds/",
    "list_audit_trail": "/audit/",
    "preview_organization": "/organization/preview/",
    "find_milestones": "/milestones/search/?q=hall",
    "list_deviations": "/deviations/?kind=money",
    "get_deviation": "/deviations/{deviation}/",
    "get_counter_measure": "/counter-measures/{counter}/",
    "list_ripple_answers": "/ripple-answers/",
    "list_enabler_answers": "/enabler-answers/",
    "list_pull_forwards": "/pull-forwards/",
    "list_hand_offs": "/hand-offs/",
    "list_blockers": "/blockers/",
}


def read(scene: Scene, path: str, persona: str = "reader") -> Any:
    response = scene.call(persona, "get", path)
    assert response.status_code == 200, response.content
    return response.json()


def test_every_read_of_the_document_is_tested_here() -> None:
    document = SchemaGenerator(urlconf="cat4.urls_organization").get_schema(request=None, public=True)
    reading = {path["get"]["operationId"] for path in document["paths"].values() if "get" in path}
    assert {*LISTS, *ONES, *OTHERS} == reading


@pytest.mark.parametrize("name", LISTS)
def test_a_list_shows_the_rows_of_this_organization_only(scene: Scene, foreign: Scene, name: str) -> None:
    path, key, value = LISTS[name]
    answer = read(scene, path)
    assert answer.keys() == {"next", "previous", "results"}
    assert value in [row[key] for row in answer["results"]]
    ids = {row["id"] for row in answer["results"]}
    assert not ids & set(foreign.ids.values())


@pytest.mark.parametrize("name", ONES)
def test_one_object_is_shown_and_a_foreign_or_unknown_one_is_not_found(scene: Scene, foreign: Scene, name: str) -> None:
    path = ONES[name]
    with nothing_changes(scene.world):
        assert scene.call("reader", "get", path).status_code == 200
    assert scene.call("reader", "get", foreign.fill(path)).status_code == 404
    before, _, rest = path.partition("{")
    answer = scene.call("reader", "get", f"{before}{UNKNOWN}{rest.partition('}')[2]}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("part", ["baselines", "effect-lines", "milestones", "risks", "documents", "gate"])
def test_the_parts_of_a_foreign_measure_are_not_found(scene: Scene, foreign: Scene, part: str) -> None:
    assert scene.call("pmo", "get", f"/measures/{foreign.ids['draft']}/{part}/").status_code == 404


@pytest.mark.parametrize("path", [*ONES.values(), *OTHERS.values(), *(path for path, *_ in LISTS.values())])
def test_a_read_needs_a_member(scene: Scene, twin: World, path: str) -> None:
    assert scene.send(Client(), "get", path).status_code == 401
    client = Client()
    client.force_login(twin.people["admin"])
    assert scene.send(client, "get", path).status_code == 404


def test_a_member_without_any_role_sees_the_lists_but_no_measure(scene: Scene) -> None:
    guest = User.objects.create(email="guest@alder.example", name="Guest")
    Membership.objects.create(user=guest, organization=scene.world.organization)
    scene.world.people["guest"] = guest
    assert read(scene, "/measures/", "guest")["results"] == []
    assert read(scene, "/nodes/", "guest")["results"] == []
    assert read(scene, "/gate-requests/", "guest")["results"] == []
    assert read(scene, "/decisions/", "guest")["results"] == []
    assert len(read(scene, "/accounts/", "guest")["results"]) == 1
    assert scene.call("guest", "get", "/measures/{draft}/").status_code == 404


def test_the_organization_says_who_calls_and_under_which_thresholds(scene: Scene) -> None:
    answer = read(scene, "/organization/", "controller")
    assert (answer["slug"], answer["currency"], answer["first_month"]) == ("alder", "EUR", "2024-01")
    assert answer["thresholds"]["closure_share"] == "0.95"
    assert answer["caller"]["name"] == "Controller Alder"
    assert [grant["role"] for grant in answer["caller"]["grants"]] == ["controller"]
    assert "key" not in answer["caller"]


def test_people_are_the_active_members(scene: Scene) -> None:
    Membership.objects.filter(user=scene.world.people["member"]).update(is_active=False)
    names = [person["name"] for person in read(scene, "/people/")]
    assert "Owner Alder" in names
    assert "Member Alder" not in names
    assert names == sorted(names)


def test_a_measure_comes_with_statuses_reasons_sums_and_an_etag(scene: Scene) -> None:
    with scene.world.inside():
        measure = Measure.objects.get(code="M-1")
        MeasureStatus.objects.create(
            measure=measure, kind=StatusKind.POTENTIAL, value=Status.AMBER, reasons=["FAC is 85 % of plan."],
            since=date(2026, 9, 1), computed_at=datetime(2026, 10, 1, tzinfo=UTC),
        )  # fmt: skip
        MeasureTotals.objects.create(
            measure=measure, as_of=date(2026, 10, 15), plan_run_rate=Decimal("1200"), computed_at=measure.created_at
        )
    response = scene.call("reader", "get", "/measures/{draft}/")
    answer = response.json()
    assert response["ETag"] == 'W/"1"'
    statuses = {each["kind"]: each for each in answer["statuses"]}
    assert statuses.keys() == {"implementation", "potential", "cost"}
    assert (statuses["potential"]["value"], statuses["potential"]["reasons"]) == ("a", ["FAC is 85 % of plan."])
    assert (statuses["cost"]["value"], statuses["cost"]["override"]) == ("n", None)
    assert answer["totals"]["plan_run_rate"] == "1200.00"
    assert answer["trend"] == {
        "month": None, "implementation": "steady", "potential": "steady", "cost": "steady",
        "share": "0.0000", "share_before": None, "share_trend": "steady",
    }  # fmt: skip
    assert answer["owner"] == {"id": scene.ids["owner"], "name": "Owner Alder"}
    assert answer["missing_fields"] == []
    assert answer["enables"] is None
    scene.call("owner", "patch", "/measures/{draft}/", {"enables_id": "{decided}"}, if_match='W/"1"')
    assert read(scene, "/measures/{draft}/")["enables"] == {"id": scene.ids["decided"], "code": "M-3"}
    assert read(scene, "/measures/?potential=a")["results"][0]["id"] == scene.ids["draft"]
    assert read(scene, "/measures/?potential=r")["results"] == []


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("doi=3", ["M-3", "M-5"]),
        ("lifecycle=active", ["M-1", "M-2", "M-3", "M-4", "M-5"]),
        ("lifecycle=cancelled", []),
        ("package_id={package}&doi=2", ["M-2"]),
        ("package_id={other}", []),
        ("node_id={project}&q=m-4", ["M-4"]),
        ("owner_id={owner}&doi=1", ["M-1"]),
        ("owner_id={sponsor}", []),
        ("q=measure m-2", ["M-2"]),
        ("q=%25", []),
    ],
)
def test_measures_are_narrowed(scene: Scene, query: str, codes: list[str]) -> None:
    assert [row["code"] for row in read(scene, f"/measures/?{query}")["results"]] == codes


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("level=1", ["Portfolio of Alder"]),
        ("parent_id={project}", ["Measure package of Alder", "Second package"]),
        ("parent_id={project}&retired=true", ["Measure package of Alder", "Second package", "Retired package"]),
    ],
)
def test_nodes_are_narrowed(scene: Scene, query: str, names: list[str]) -> None:
    assert [row["name"] for row in read(scene, f"/nodes/?{query}")["results"]] == names


@pytest.mark.parametrize("query", ["state=submitted&kind=hold", "measure_id={decided}"])
def test_requests_are_narrowed(scene: Scene, query: str) -> None:
    (found,) = read(scene, f"/gate-requests/?{query}")["results"]
    assert (found["id"], found["state"], found["approvals"]) == (scene.ids["hold"], "submitted", [])


def test_decisions_and_locks_are_listed(scene: Scene) -> None:
    body = {"request_id": "{hold}", "outcome": "hold", "reason": "Agreed"}
    assert scene.call("chair", "post", "/decisions/", body).status_code == 201
    (decision,) = read(scene, "/decisions/?measure_id={decided}&outcome=hold")["results"]
    assert decision["decided_by"]["name"] == "Chair Alder"
    assert all(result["passed"] for result in decision["rule_results"])
    assert read(scene, "/decisions/?measure_id={draft}")["results"] == []
    assert scene.call("controller", "post", "/periods/", {"month": "2026-08", "reason": "Late"}).status_code == 201
    months = [row["month"] for row in read(scene, "/periods/")["results"]]
    assert "2026-08" in months


def test_the_gate_names_every_rule_and_who_can_supply_what_is_missing(scene: Scene) -> None:
    rules = {rule["rule"]: rule for rule in read(scene, "/measures/{draft}/gate/")}
    assert rules["baseline_approved"]["passed"] is False
    assert rules["baseline_approved"]["supplier"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("doi=7", "doi"),
        ("doi=three", "doi"),
        ("owner_id=me", "owner_id"),
        ("colour=red", "colour"),
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=many", "limit"),
        ("limit=²", "limit"),
        ("cursor=cD1ub3RhbmlkCg==", "cursor"),
        ("cursor=@@@", "cursor"),
        ("cursor=x", "cursor"),
        ("q=%00", "q"),
    ],
)
def test_a_filter_that_makes_no_sense_is_named(scene: Scene, query: str, field: str) -> None:
    response = scene.call("reader", "get", f"/measures/?{query}")
    assert response.status_code == 422
    assert response.json()["errors"].keys() == {field}


def test_pages_follow_each_other_without_gap_or_repetition_while_rows_are_added(scene: Scene) -> None:
    with scene.world.inside():
        for number in range(6, 10):
            scene.world.measure(f"M-{number}")
    address, codes = "/measures/?limit=2", []
    for turn in range(10):
        page = read(scene, address)
        codes += [row["code"] for row in page["results"]]
        assert len(page["results"]) <= 2
        if page["next"] is None:
            break
        assert page["next"].startswith("http://testserver/o/alder/api/v1/measures/?")
        address = page["next"].partition("/api/v1")[2]
        if turn == 0:
            with scene.world.inside():
                scene.world.measure("M-10")
    assert codes == [f"M-{number}" for number in range(1, 11)]


def test_a_page_of_measures_costs_the_same_queries_however_long_it_is(scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            read(scene, "/measures/")
        return len(captured)

    few = queries()
    with scene.world.inside():
        for number in range(50, 70):
            scene.world.measure(f"M-{number}")
    assert queries() == few


def test_a_document_comes_with_its_name_and_type_and_is_not_shown_in_place(scene: Scene) -> None:
    response = scene.call("reader", "get", "/documents/{document}/content/")
    assert b"".join(response.streaming_content) == page_pdf("Offer")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'attachment; filename="offer.pdf"'
    assert response["X-Content-Type-Options"] == "nosniff"


def test_a_document_whose_file_is_lost_is_not_found(scene: Scene) -> None:
    with scene.world.inside():
        discard(Document.objects.get().storage_key)
    assert scene.call("reader", "get", "/documents/{document}/content/").status_code == 404


def test_the_list_of_organizations_holds_those_that_the_person_may_enter(world: World, twin: World) -> None:
    client = Client()
    assert client.get("/api/v1/organizations/").status_code == 401
    client.force_login(world.people["owner"])
    Membership.objects.create(user=world.people["owner"], organization=twin.organization, title="Consultant")
    found = client.get("/api/v1/organizations/").json()["results"]
    assert [(each["slug"], each["url"]) for each in found] == [
        ("alder", "/o/alder/api/v1/"),
        ("twin", "/o/twin/api/v1/"),
    ]


def test_a_token_knows_only_its_own_organization(world: World, twin: World) -> None:
    Membership.objects.create(user=world.people["owner"], organization=twin.organization)
    membership = Membership.objects.get(user=world.people["owner"], organization=world.organization)
    ApiToken.objects.create(membership=membership, name="ERP", digest=token_digest("key"))
    headers = {"Authorization": "Bearer key"}
    found = Client().get("/api/v1/organizations/", headers=headers).json()["results"]
    assert [each["slug"] for each in found] == ["alder"]
    refused = Client().get("/api/v1/organizations/", headers={"Authorization": "Bearer other"})
    assert (refused.status_code, refused["WWW-Authenticate"]) == (401, "Bearer")


@pytest.fixture
def three_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(PersonThrottle, "rate", "3/minute")


def test_who_calls_too_often_is_told_when_to_come_back(scene: Scene, three_calls: None) -> None:
    assert [scene.call("reader", "get", "/accounts/").status_code for _ in range(4)] == [200, 200, 200, 429]
    response = scene.call("reader", "get", "/accounts/")
    assert response.json()["code"] == "throttled"
    assert 0 < int(response["Retry-After"]) <= 60
    assert scene.call("owner", "get", "/accounts/").status_code == 200


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_address_that_is_none_is_a_problem_and_no_page(scene: Scene, method: str) -> None:
    answer = scene.call("pmo", method, "/no-such-thing/", *([{}] if method == "post" else []))
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank", "title": "There is no such address", "status": 404, "code": "not_found",
    }  # fmt: skip
