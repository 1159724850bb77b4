from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"

    def ready(self) -> None:
        from hierarchy import successions

        from .actions.successions import SOURCE, SUCCESSION

        successions.register(SOURCE, SUCCESSION)
