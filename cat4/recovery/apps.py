from django.apps import AppConfig


class RecoveryConfig(AppConfig):
    name = "cat4.recovery"
    label = "recovery"
