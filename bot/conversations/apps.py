from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ConversationsConfig(AppConfig):
    """The record: who wrote what, what was answered, what was done."""

    name = "bot.conversations"
    label = "conversations"

    def ready(self) -> None:
        """Every migration ends with the search index being kept."""
        from bot.conversations.log_search import keep_triggers

        post_migrate.connect(keep_triggers, sender=self, dispatch_uid="conversations.log_search")
