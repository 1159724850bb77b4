from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "cat4.audit"
    label = "audit"
