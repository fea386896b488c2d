from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """What staff see of the record."""

    name = "bot.console"
    label = "console"
