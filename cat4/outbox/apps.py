from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules, import_string


class OutboxConfig(AppConfig):
    name = "cat4.outbox"
    label = "outbox"

    def ready(self) -> None:
        # Shared tasks belong to the application that is loaded; without ours they'd go to Celery's default one.
        import_string(settings.TASK_APPLICATION)
        autodiscover_modules("consumers")
