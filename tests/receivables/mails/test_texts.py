"""A store's own texts of mails."""

import pytest

from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.texts import newest_text, save_text
from arportal.receivables.models import Mail, MailText
from arportal.stores.models import Activity

STATEMENT, REMINDER = Mail.Kind.STATEMENT, Mail.Kind.REMINDER


def test_the_newest_of_the_store_and_kind_counts(controller, store, other_store):
    save_text(controller, STATEMENT, " Old ", "Old text")
    save_text(controller, STATEMENT, "Ours", "{balance}")
    values = {"subject": "Theirs", "text": "Theirs", "saved_by": controller}
    MailText.objects.create(store=other_store, kind=STATEMENT, **values)
    MailText.objects.create(store=store, kind=REMINDER, **values)
    text = newest_text(store, STATEMENT)
    assert (text.subject, text.text) == ("Ours", "{balance}")
    told = Activity.objects.filter(kind=Activity.Kind.TEXT).latest("pk")
    assert told.details == {"after": {"subject": "Ours", "text": "{balance}"}}


def test_one_alone_cannot_be_empty_and_both_bring_ours_back(controller, store):
    for subject, text, field in (("", "Text", "subject"), ("Subject", " ", "text")):
        with pytest.raises(Invalid) as refused:
            save_text(controller, STATEMENT, subject, text)
        assert refused.value.fields == {field: ["It cannot be empty."]}
    save_text(controller, STATEMENT, "", "")
    assert newest_text(store, STATEMENT).text == ""
