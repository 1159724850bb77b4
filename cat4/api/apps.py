from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "cat4.api"
    label = "api"
