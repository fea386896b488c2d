"""Every address of the console."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import path
from django.views.i18n import set_language

from bot.console import articles, grading, plain, topics, views
from bot.console.sign_in import SignIn

handler400 = "bot.console.problems.bad_request"
handler403 = "bot.console.problems.forbidden"
handler404 = "bot.console.problems.not_found"
handler500 = "bot.console.problems.server_error"

urlpatterns = [
    path("", views.conversations, name="conversations"),
    path("conversations/<slug:key>", views.conversation, name="conversation"),
    path("topics", topics.unanswered, name="topics"),
    path("topics/<int:pk>", topics.topic, name="topic"),
    path("topics/<int:pk>/decide", topics.decide, name="topic_decide"),
    path("topics/<int:pk>/draft", topics.topic_draft, name="topic_draft"),
    path("grading", grading.overview, name="grading"),
    path("grading/draw", grading.draw, name="grading_draw"),
    path("grading/<str:week>", grading.turn, name="grading_turn"),
    path("grading/<str:week>/<int:pk>", grading.grade, name="grading_grade"),
    path("knowledge", articles.articles, name="knowledge"),
    path("knowledge/<slug:name>", articles.article, name="article"),
    path("sign-in", SignIn.as_view(), name="sign_in"),
    path("sign-out", LogoutView.as_view(), name="sign_out"),
    path("language", login_not_required(set_language), name="language"),
    path("health", plain.health, name="health"),
    path("static/<str:name>", plain.static_file, name="static_file"),
]
