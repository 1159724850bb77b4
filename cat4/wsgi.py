"""The WSGI application, for cat4/server.py or any other server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cat4.settings")

application = get_wsgi_application()

from cat4.heap import freeze_heap  # noqa: E402
from cat4.tenancy.checks import refuse_unsafe_role  # noqa: E402  (needs the loaded apps)

refuse_unsafe_role()
freeze_heap()
