"""Every public address there is."""

from __future__ import annotations

from django.urls import path, re_path

from bot.gateway import media_views, sms_views, telegram_views, views, webchat, webchat_views, widget_file
from bot.gateway.health import health

urlpatterns = [
    path("", views.demo_page),
    path("static/<str:name>", views.static_file),
    path("widget.js", widget_file.widget_file),
    path("health", health),
    re_path(r"^media/(?P<media_id>[0-9a-f]{32})$", media_views.picture),
    path("webhooks/rest/webhook", views.rest_webhook),
    path("webhooks/sms/webhook", sms_views.sms_webhook),
    path("webhooks/sms/status", sms_views.sms_status),
    path("webhooks/webchat/words", webchat_views.words),
    path("webhooks/webchat/session", webchat_views.session),
    path("webhooks/webchat/messages", webchat_views.messages),
    path(webchat.PHOTO_PATH.lstrip("/"), webchat_views.photos),
    path("webhooks/webchat/events", webchat_views.events),
    path("webhooks/webchat/end", webchat_views.end),
    path("webhooks/telegram/webhook", telegram_views.telegram_webhook),
]
handler400 = views.bad_request
handler404 = views.not_found
handler500 = views.server_error
