"""The addresses of webhooks, in the store's."""

from django.urls import path

from arportal.desk.settings import webhooks

webhook_pages = [
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.add_webhook, name="add_webhook"),
    path("webhooks/<uuid:webhook_id>/", webhooks.webhook, name="webhook"),
    path("webhooks/<uuid:webhook_id>/edit/", webhooks.edit_webhook, name="edit_webhook"),
    path("webhooks/<uuid:webhook_id>/pause/", webhooks.pause_webhook, name="pause_webhook"),
    path("webhooks/<uuid:webhook_id>/resume/", webhooks.resume_webhook, name="resume_webhook"),
    path("webhooks/<uuid:webhook_id>/test/", webhooks.test_webhook, name="test_webhook"),
    path("webhooks/<uuid:webhook_id>/secret/", webhooks.rotate_webhook_secret, name="rotate_webhook_secret"),
    path("webhooks/<uuid:webhook_id>/delete/", webhooks.delete_webhook, name="delete_webhook"),
    path("webhooks/<uuid:webhook_id>/again/", webhooks.send_webhooks_again, name="send_webhooks_again"),
    path("webhooks/messages/<int:message_id>/", webhooks.webhook_message, name="webhook_message"),
    path(
        "webhooks/messages/<int:message_id>/again/",
        webhooks.resend_webhook_message,
        name="resend_webhook_message",
    ),
]
