from django.apps import AppConfig

from cat4.capabilities import load


class WebConfig(AppConfig):
    name = "cat4.web"
    label = "web"

    def ready(self) -> None:
        load("seams")
