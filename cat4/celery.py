"""The Celery application: worker and beat are `celery -A cat4 worker` and `celery -A cat4 beat`."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cat4.settings")

app = Celery("cat4")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
