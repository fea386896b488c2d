"""The console's own tables: about its users. What it shows is the record's (`bot.conversations`) and the reviewers' (`bot.review`)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class SignInAttempt(models.Model):
    """One try to sign in, kept only while it counts (see `throttle`)."""

    account = models.CharField(max_length=150, db_index=True)
    address = models.GenericIPAddressField(db_index=True)
    at = models.DateTimeField(default=timezone.now, db_index=True)


class SavedView(models.Model):
    """A list that somebody comes back to: the query of its address."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="saved_view_once")]


class MadePassword(models.Model):
    """Somebody else made the password an account has, and so knows it. Until its owner has changed it they get no further."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="made_password")


class SecondFactor(models.Model):
    """A user's authenticator app: the secret both know, and the last code that was used, which counts only once."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="second_factor")
    secret_sealed = models.BinaryField()
    confirmed_at = models.DateTimeField(null=True)  # None: shown, but no code of it was given yet
    last_step = models.BigIntegerField(default=0)


class RecoveryCode(models.Model):
    """Gets a user in once without their authenticator app. The code itself is kept nowhere, see `second_factor`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)


class OpenIdAccount(models.Model):
    """Whose account this is at the OpenID provider. Unlike a name or an e-mail address, `subject` never becomes somebody else's."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="openid")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="openid_account_once")]
