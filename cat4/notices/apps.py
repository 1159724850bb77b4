from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "cat4.notices"
    label = "notices"
