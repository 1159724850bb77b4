"""The gate rules: versions, what differs, the draft, its dry run and its publication."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from cat4.api.fields import Input, MoneyField, NoInput, Reason, Reference
from cat4.api.views import Resource, changes, reads
from governance.rulebook.models import DryRunFinding, RuleSet
from governance.rulebook.selectors import book_numbered, book_of, draft_to_read, rule_sets, rules_in_force
from governance.rules.book import Entry, Right, RuleBook, StepManner
from governance.rules.catalog import face_of, is_constitutive
from governance.rules.comparison import differences, new_fields
from governance.rules.constants import Approver, Basis, Decider, Manner, RuleKind, Step
from measures.constants import EffectKind, EvidenceClass

from .actions.drafts import discard_draft, open_draft, publish_draft, set_frame, write_step
from .actions.trials import start_dry_run
from .selectors import dry_run_board, names_in, visible_findings


class RuleSetLine(serializers.Serializer):
    """A version of the gate rules; unpublished, it is the draft."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    author = Reference()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()
    published_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField(help_text="Of the draft's edits")


class _EntryFields(serializers.Serializer):
    rule = serializers.CharField(allow_blank=True, default="", help_text="Empty for an own rule that is new")
    kind = serializers.ChoiceField(choices=RuleKind.choices)
    applies = serializers.BooleanField(default=True)
    text = serializers.CharField(allow_blank=True, default="", max_length=200, help_text="Of an own rule")
    approver = serializers.ChoiceField(choices=Approver.choices, allow_blank=True, default="")
    person_id = serializers.UUIDField(allow_null=True, default=None)
    evidence_class = serializers.ChoiceField(choices=EvidenceClass.choices, allow_blank=True, default="")
    needed = serializers.IntegerField(default=1, help_text="How many people")
    turn = serializers.IntegerField(default=0, help_text="A lower one confirms first; 0: any time")
    limits = serializers.DictField(child=serializers.CharField(), default=dict)


class RuleEntryAnswer(_EntryFields):
    """A rule at a step. `is_constitutive` ones apply whatever a version says."""

    step = serializers.ChoiceField(choices=Step.choices)
    title = serializers.SerializerMethodField(help_text="In words")
    is_constitutive = serializers.SerializerMethodField()

    def get_title(self, entry: Entry) -> str:
        return face_of(entry).text

    def get_is_constitutive(self, entry: Entry) -> bool:
        return is_constitutive(entry)


class EntryInput(Input, _EntryFields):
    """A rule of the code by its name, or an own one."""


class _RightFields(serializers.Serializer):
    decider = serializers.ChoiceField(choices=Decider.choices)
    measure_kind = serializers.ChoiceField(choices=EffectKind.choices, allow_blank=True, default="")
    basis = serializers.ChoiceField(choices=Basis.choices, default=Basis.ANNUAL_EFFECT.value)
    up_to = MoneyField(allow_null=True, default=None)
    person_id = serializers.UUIDField(allow_null=True, default=None)
    committee_id = serializers.UUIDField(allow_null=True, default=None)


class RightAnswer(_RightFields):
    """Who decides a step, for a kind, up to an amount in the reporting currency at plan rate."""

    step = serializers.ChoiceField(choices=Step.choices)


class RightInput(Input, _RightFields):
    """Who decides."""


class _MannerFields(serializers.Serializer):
    manner = serializers.ChoiceField(choices=Manner.choices)
    from_amount = MoneyField(
        allow_null=True, default=None, help_text="A year, in the reporting currency; below it the chair alone"
    )


class MannerAnswer(_MannerFields):
    """How a committee decides a step; without an amount always in that manner."""

    step = serializers.ChoiceField(choices=Step.choices)


class MannerInput(Input, _MannerFields):
    """How a committee decides."""


class BookAnswer(serializers.Serializer):
    """Everything that a version says."""

    number = serializers.IntegerField()
    gates = serializers.ListField(child=serializers.IntegerField())
    answer_days = serializers.IntegerField(allow_null=True)
    expiry_days = serializers.IntegerField(allow_null=True)
    rules = RuleEntryAnswer(source="entries", many=True)
    rights = RightAnswer(many=True)
    manners = MannerAnswer(many=True)
    new_inputs = serializers.SerializerMethodField(help_text="By gate: how many fields a person fills anew")
    new_fields = serializers.SerializerMethodField(help_text="By gate: these fields, in words")

    def get_new_inputs(self, book: RuleBook) -> dict[str, int]:
        return {gate: len(fields) for gate, fields in new_fields(book).items()}

    def get_new_fields(self, book: RuleBook) -> dict[str, tuple[str, ...]]:
        return new_fields(book)


class DifferenceAnswer(serializers.Serializer):
    """What one version has and the other has not, or has otherwise."""

    step = serializers.CharField(help_text="Empty: of the version as a whole")
    change = serializers.ChoiceField(choices=[(word, word) for word in ("added", "removed", "changed")])
    what = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()


class ComparisonAsked(Input):
    """Two versions by number; 0 are the rules of the code."""

    before = serializers.IntegerField(min_value=0)
    after = serializers.IntegerField(min_value=0)


class FrameInput(Input):
    """Which degrees are gates, and how long people have."""

    gates = serializers.ListField(child=serializers.IntegerField(min_value=1, max_value=5))
    answer_days = serializers.IntegerField(allow_null=True)
    expiry_days = serializers.IntegerField(allow_null=True)


class StepInput(Input):
    """Everything that the draft says about a step."""

    rules = EntryInput(many=True)
    rights = RightInput(many=True)
    manner = MannerInput(allow_null=True, default=None, help_text="Left out, it stays as it is")


class DryRunAnswer(serializers.Serializer):
    """How far a dry run is, and what it found."""

    id = serializers.UUIDField(source="run.pk")
    done = serializers.IntegerField(source="run.done")
    total = serializers.IntegerField(source="run.total")
    requested_at = serializers.DateTimeField(source="run.requested_at")
    finished_at = serializers.DateTimeField(source="run.finished_at", allow_null=True)
    is_running = serializers.BooleanField()
    is_outdated = serializers.BooleanField()
    measures = serializers.IntegerField(help_text="That would newly stop or wait")


class DryRunFindingAnswer(serializers.Serializer):
    """A measure that would newly stop at a rule, and whose turn it is."""

    id = serializers.UUIDField()
    measure = Reference()
    step = serializers.ChoiceField(choices=Step.choices)
    rule = serializers.CharField()
    text = serializers.CharField()
    value = serializers.CharField()
    supplier = serializers.CharField()
    is_waiting = serializers.BooleanField()


class RuleSetList(Resource):
    """The organization's own versions, the newest first."""

    @reads("list_rule_sets", RuleSetLine(many=True))
    def get(self, request: Request) -> Response:
        return self.page(rule_sets(), RuleSetLine)


class RulesInForce(Resource):
    """What holds now."""

    pagination_class = None

    @reads("get_rules_in_force", BookAnswer)
    def get(self, request: Request) -> Response:
        return Response(BookAnswer(rules_in_force()).data)


class RuleSetDetail(Resource):
    """One version by its number; 0 are the rules of the code."""

    @reads("get_rule_set", BookAnswer)
    def get(self, request: Request, number: int) -> Response:
        return Response(BookAnswer(book_numbered(number)).data)


class RuleSetComparison(Resource):
    """Two versions side by side."""

    pagination_class = None

    @reads("compare_rule_sets", DifferenceAnswer(many=True), parameters=[ComparisonAsked])
    def get(self, request: Request) -> Response:
        asked = self.asked(ComparisonAsked)
        before, after = book_numbered(asked["before"]), book_numbered(asked["after"])
        names = names_in(before, after)
        found = differences(before, after, lambda pk: names.get(pk, ""))
        return Response(DifferenceAnswer(found, many=True).data)


class RuleDraft(Resource):
    """The draft: begin it, say which degrees are gates, throw it away."""

    @changes("open_rule_draft", NoInput, RuleSetLine)
    def post(self, request: Request) -> Response:
        self.given(NoInput)
        return self.one(open_draft(self.actor), RuleSetLine)

    @changes("set_rule_frame", FrameInput, BookAnswer, versioned=True)
    def patch(self, request: Request) -> Response:
        saved = set_frame(self.actor, expected_version=self.expected_version, **self.given(FrameInput))
        return self._book(saved)

    @changes("discard_rule_draft", None, None, status=204, versioned=True)
    def delete(self, request: Request) -> Response:
        discard_draft(self.actor, expected_version=self.expected_version)
        return Response(status=204)

    def _book(self, rule_set: RuleSet) -> Response:
        return self.one(_DraftBook(rule_set), BookAnswer)


class _DraftBook:
    """A draft's book with the draft's version, for the ETag."""

    def __init__(self, rule_set: RuleSet) -> None:
        self.version, self._book = rule_set.version, book_of(rule_set)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._book, name)


class RuleStep(Resource):
    """What the draft says about a step."""

    @changes("write_rule_step", StepInput, BookAnswer, versioned=True)
    def put(self, request: Request, step: str) -> Response:
        given = self.given(StepInput)
        saved = write_step(
            self.actor,
            step,
            entries=[Entry(step=step, **row) for row in given["rules"]],
            rights=[Right(step=step, **row) for row in given["rights"]],
            manner=StepManner(step, **given["manner"]) if given["manner"] else None,
            expected_version=self.expected_version,
        )
        return self.one(_DraftBook(saved), BookAnswer)


class RulePublication(Resource):
    """Put the draft into force."""

    @changes("publish_rules", Reason, RuleSetLine, versioned=True)
    def post(self, request: Request) -> Response:
        given = self.given(Reason)
        published = publish_draft(self.actor, reason=given["reason"], expected_version=self.expected_version)
        return self.one(published, RuleSetLine)


class RuleDryRun(Resource):
    """Try the draft on every open measure; look how far it is."""

    @reads("get_dry_run", DryRunAnswer)
    def get(self, request: Request) -> Response:
        return Response(DryRunAnswer(self.board).data)

    @changes("start_dry_run", NoInput, DryRunAnswer, status=202)
    def post(self, request: Request) -> Response:
        self.given(NoInput)
        start_dry_run(self.actor)
        return Response(DryRunAnswer(self.board).data, status=202)

    @property
    def board(self) -> Any:
        found = dry_run_board(draft_to_read())
        if found is None:
            raise Http404("The draft was not tried yet.")
        return found


class DryRunFindings(Resource):
    """What the dry run found on measures that the caller sees."""

    @reads("list_dry_run_findings", DryRunFindingAnswer(many=True))
    def get(self, request: Request) -> Response:
        return self.page(self._found(), DryRunFindingAnswer)

    def _found(self) -> QuerySet[DryRunFinding]:
        board = dry_run_board(draft_to_read())
        return visible_findings(self.actor, board.run) if board else DryRunFinding.objects.none()
