"""What the API says of documents."""

from rest_framework import serializers

from cat4.api.fields import Reference
from measures.constants import DocumentPurpose, EvidenceClass


class DocumentAnswer(serializers.Serializer):
    """Uploaded evidence and its hash."""

    id = serializers.UUIDField()
    measure_id = serializers.UUIDField()
    milestone_id = serializers.UUIDField(allow_null=True)
    title = serializers.CharField()
    purpose = serializers.ChoiceField(choices=DocumentPurpose.choices)
    evidence_class = serializers.ChoiceField(choices=EvidenceClass.choices, allow_blank=True)
    file_name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Reference()
    uploaded_at = serializers.DateTimeField()
    again_because = serializers.CharField(help_text="Why the same file, withdrawn before, was uploaded again")
    withdrawn_at = serializers.DateTimeField(allow_null=True)
    withdrawn_by = Reference(allow_null=True)
    withdraw_reason = serializers.CharField()
    lines = Reference(many=True, help_text="Effect lines that it is evidence for")


class OpeningAnswer(serializers.Serializer):
    """Somebody opened a document."""

    id = serializers.UUIDField()
    person = Reference()
    at = serializers.DateTimeField()
