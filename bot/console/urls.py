"""Every address of the console."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from bot.console import (
    account_pages,
    articles,
    audit_pages,
    correcting,
    exports,
    grading,
    list_views,
    numbers,
    openid_pages,
    own_account,
    plain,
    privacy,
    proposals,
    reviewing,
    saved_views,
    topics,
)
from bot.console.conversation import conversation
from bot.console.sign_in import SignIn, SignInCode, sign_out

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
    path("conversations/<slug:key>", conversation, name="conversation"),
    path("conversations/<slug:key>/reveal", privacy.reveal, name="reveal"),
    path("privacy", privacy.privacy, name="privacy"),
    path("privacy/find", privacy.find_person, name="find_person"),
    path("privacy/purge", privacy.purge, name="purge"),
    path("privacy/people/<slug:key>", privacy.person, name="person"),
    path("privacy/people/<slug:key>/download", privacy.download_person, name="download_person"),
    path("privacy/people/<slug:key>/delete", privacy.delete_person, name="delete_person"),
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
    path("sign-in/code", SignInCode.as_view(), name="sign_in_code"),
    path("sign-in/openid", openid_pages.start, name="openid_start"),
    path("sign-in/openid/done", openid_pages.done, name="openid_done"),
    path("sign-out", sign_out, name="sign_out"),
    path("account", own_account.own_account, name="own_account"),
    path("account/password", own_account.own_password, name="own_password"),
    path("account/second-factor", own_account.own_second_factor, name="own_second_factor"),
    path("accounts", account_pages.account_list, name="account_list"),
    path("accounts/add", account_pages.account_add, name="account_add"),
    path("accounts/<int:number>", account_pages.account, name="account"),
    path("accounts/<int:number>/change", account_pages.account_change, name="account_change"),
    path("audit", audit_pages.audit_log, name="audit_log"),
    path("audit/check", audit_pages.audit_check, name="audit_check"),
    path("audit/file", audit_pages.audit_file, name="audit_file"),
    path("numbers", numbers.numbers_page, name="numbers"),
    path("numbers/export/<str:form>", exports.export_numbers, name="export_numbers"),
    path("numbers/conversations/<str:form>", exports.export_conversations, name="export_conversations"),
    path("report/<str:month>", numbers.report_page, name="report"),
    path("language", login_not_required(set_language), name="language"),
    path("health", plain.health, name="health"),
    path("static/<str:name>", plain.static_file, name="static_file"),
]
