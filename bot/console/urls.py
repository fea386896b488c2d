"""Every address of the console."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from bot.console import correcting, plain, proposals, reviewing, views
from bot.console.conversation import conversation
from bot.console.sign_in import SignIn

handler400 = "bot.console.problems.bad_request"
handler403 = "bot.console.problems.forbidden"
handler404 = "bot.console.problems.not_found"
handler500 = "bot.console.problems.server_error"

urlpatterns = [
    path("", views.conversations, name="conversations"),
    path("conversations/<slug:key>", conversation, name="conversation"),
    path("conversations/<slug:key>/visits/<int:visit>/mark", reviewing.mark, name="visit_mark"),
    path("conversations/<slug:key>/visits/<int:visit>/assign", reviewing.assign, name="visit_assign"),
    path("conversations/<slug:key>/visits/<int:visit>/tag", reviewing.tag, name="visit_tag"),
    path("conversations/<slug:key>/visits/<int:visit>/untag", reviewing.untag, name="visit_untag"),
    path("conversations/<slug:key>/visits/<int:visit>/note", reviewing.note, name="visit_note"),
    path("conversations/<slug:key>/turns/<int:turn>/verdict", reviewing.verdict, name="turn_verdict"),
    path("conversations/<slug:key>/turns/<int:turn>/correct", correcting.correct, name="turn_correct"),
    path("proposals", proposals.proposals, name="proposals"),
    path("proposals/<int:proposal>/decide", proposals.decide, name="proposal_decide"),
    path("sign-in", SignIn.as_view(), name="sign_in"),
    path("sign-out", LogoutView.as_view(), name="sign_out"),
    path("language", login_not_required(set_language), name="language"),
    path("health", plain.health, name="health"),
    path("static/<str:name>", plain.static_file, name="static_file"),
]
