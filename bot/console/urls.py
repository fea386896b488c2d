"""Every address of the console."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from bot.console import list_views, plain, saved_views, views
from bot.console.sign_in import SignIn

handler400 = "bot.console.problems.bad_request"
handler403 = "bot.console.problems.forbidden"
handler404 = "bot.console.problems.not_found"
handler500 = "bot.console.problems.server_error"

urlpatterns = [
    path("", list_views.inbox, name="inbox"),
    path("conversations", list_views.conversations, name="conversations"),
    path("views", saved_views.saved_views, name="saved_views"),
    path("views/<int:number>/rename", saved_views.rename, name="rename_view"),
    path("views/<int:number>/delete", saved_views.delete, name="delete_view"),
    path("conversations/<slug:key>", views.conversation, name="conversation"),
    path("sign-in", SignIn.as_view(), name="sign_in"),
    path("sign-out", LogoutView.as_view(), name="sign_out"),
    path("language", login_not_required(set_language), name="language"),
    path("health", plain.health, name="health"),
    path("static/<str:name>", plain.static_file, name="static_file"),
]
