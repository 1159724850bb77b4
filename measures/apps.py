from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "measures"
    # Lowest first, as the contracts in pyproject.toml order them.
    capabilities = ("facts", "status", "core", "money", "evidence", "overrides", "findings", "schedule", "desk")

    def ready(self) -> None:
        from cat4.notices import visibility
        from hierarchy.people import successions

        from .core.actions.successions import SOURCE, SUCCESSION
        from .core.selectors.measures import visible_measures

        successions.register(SOURCE, SUCCESSION)
        visibility.register(visible_measures)
