"""Every address of the console."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from bot.console import plain, privacy, views
from bot.console.sign_in import SignIn

handler400 = "bot.console.problems.bad_request"
handler403 = "bot.console.problems.forbidden"
handler404 = "bot.console.problems.not_found"
handler500 = "bot.console.problems.server_error"

urlpatterns = [
    path("", views.conversations, name="conversations"),
    path("conversations/<slug:key>", views.conversation, name="conversation"),
    path("conversations/<slug:key>/reveal", privacy.reveal, name="reveal"),
    path("privacy", privacy.privacy, name="privacy"),
    path("privacy/find", privacy.find_person, name="find_person"),
    path("privacy/purge", privacy.purge, name="purge"),
    path("privacy/people/<slug:key>", privacy.person, name="person"),
    path("privacy/people/<slug:key>/download", privacy.download_person, name="download_person"),
    path("privacy/people/<slug:key>/delete", privacy.delete_person, name="delete_person"),
    path("sign-in", SignIn.as_view(), name="sign_in"),
    path("sign-out", LogoutView.as_view(), name="sign_out"),
    path("language", login_not_required(set_language), name="language"),
    path("health", plain.health, name="health"),
    path("static/<str:name>", plain.static_file, name="static_file"),
]
