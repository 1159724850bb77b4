from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"

    def ready(self) -> None:
        from cat4.notices import visibility
        from hierarchy import successions

        from .actions.successions import SOURCE, SUCCESSION
        from .selectors.measures import visible_measures

        successions.register(SOURCE, SUCCESSION)
        visibility.register(visible_measures)
