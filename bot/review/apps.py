from django.apps import AppConfig


class ReviewConfig(AppConfig):
    """What staff make of the record: verdicts, notes, proposals, grades, and the log of who saw what."""

    name = "bot.review"
    label = "review"
