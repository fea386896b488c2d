from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    """The record: who wrote what, what was answered, what was done."""

    name = "bot.conversations"
    label = "conversations"
