from django.apps import AppConfig


class HierarchyConfig(AppConfig):
    name = "hierarchy"

    def ready(self) -> None:
        from . import successions
        from .actions.duties import SOURCE, hand_over_duty, open_duties

        successions.register(SOURCE, successions.Succession(open_duties, hand_over_duty))
