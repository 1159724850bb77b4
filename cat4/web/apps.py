from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "cat4.web"
    label = "web"
