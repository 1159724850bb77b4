from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DutiesConfig(AppConfig):
    name = "cat4.duties"
    label = "duties"

    def ready(self) -> None:
        autodiscover_modules("duties")
