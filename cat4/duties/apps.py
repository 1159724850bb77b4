from django.apps import AppConfig

from cat4.capabilities import load


class DutiesConfig(AppConfig):
    name = "cat4.duties"
    label = "duties"

    def ready(self) -> None:
        load("duties")
