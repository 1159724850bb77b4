"""The addresses inside `/o/<slug>/`; the prefix is taken off before they are resolved.

Those of an app stand in its `urls.py` and `urls_api.py`, and are found there.
"""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.urls import URLResolver, include, path
from django.utils.module_loading import module_has_submodule


def _of_apps(module: str, prefix: str = "") -> list[URLResolver]:
    """What the project's own apps have in `module`, in the order of INSTALLED_APPS."""
    own = [config for config in apps.get_app_configs() if Path(config.path).parent == settings.BASE_DIR]
    found = [config.name for config in own if config.module and module_has_submodule(config.module, module)]
    return [path(prefix, include(f"{name}.{module}")) for name in found]


urlpatterns = [
    path("api/v1/", include("cat4.api.urls")),
    path("api/v1/", include("cat4.notices.api.urls")),
    *_of_apps("urls_api", "api/v1/"),
    path("accounts/", include("cat4.accounts.urls")),
    path("", include("cat4.web.urls")),
    path("", include("cat4.notices.urls")),
    *_of_apps("urls"),
]

handler500 = "cat4.web.failures.server_error"
