from django.apps import AppConfig


class HierarchyConfig(AppConfig):
    name = "hierarchy"
    # Lowest first, as the contracts in pyproject.toml order them.
    capabilities = (
        "organization",
        "calendar",
        "master",
        "nodes",
        "people",
        "committees",
        "rates",
        "settings",
        "snapshots",
    )

    def ready(self) -> None:
        from .people import successions
        from .people.actions.duties import SOURCE, hand_over_duty, open_duties

        successions.register(SOURCE, successions.Succession(open_duties, hand_over_duty))
