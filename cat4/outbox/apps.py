from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import import_string

from cat4.capabilities import load


class OutboxConfig(AppConfig):
    name = "cat4.outbox"
    label = "outbox"

    def ready(self) -> None:
        # Shared tasks belong to the application that is loaded; without ours they'd go to Celery's default one.
        import_string(settings.TASK_APPLICATION)
        load("consumers")
