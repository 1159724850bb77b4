"""What the API takes of documents."""

from rest_framework import serializers

from cat4.api.fields import Input
from measures.constants import DocumentPurpose, EvidenceClass


class DocumentUpload(Input):
    """A file and what it proves."""

    file = serializers.FileField()
    title = serializers.CharField(max_length=200)
    purpose = serializers.ChoiceField(choices=DocumentPurpose.choices)
    evidence_class = serializers.ChoiceField(choices=EvidenceClass.choices, allow_blank=True, required=False)
    milestone_id = serializers.UUIDField(required=False)
    line_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, help_text="Effect lines that it is evidence for"
    )
    again_because = serializers.CharField(
        allow_blank=True, required=False, help_text="Needed for a file that was withdrawn from this measure before"
    )


class DocumentAttach(Input):
    """All the effect lines that a document is evidence for."""

    line_ids = serializers.ListField(child=serializers.UUIDField())


class DocumentWithdraw(Input):
    """Why it proves nothing any more."""

    reason = serializers.CharField()
