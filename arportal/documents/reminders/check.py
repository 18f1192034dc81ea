"""Asked just before a reminder goes: each of its invoices is read again from the store, and the mail is made anew of
what is still to be said, or dropped with the reason."""

from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b.errors import B2BError
from arportal.documents.branding.letterheads import letterhead_of
from arportal.documents.mails.compose import Composed
from arportal.documents.reminders.compose import details_of, reminder_mail
from arportal.mirror.api.connections import background
from arportal.mirror.api.refresh import refresh_invoices
from arportal.mirror.models import Company, Invoice
from arportal.receivables.changes.errors import in_words
from arportal.receivables.collections.choosing import Choice, Facts, choose
from arportal.receivables.collections.facts import facts_of, sharing_credit
from arportal.receivables.collections.judging import judge_promises
from arportal.receivables.collections.plans import levels_of, plan_of
from arportal.receivables.mails.checks import Answer, Drop, Instead, Later, Send, before_sending
from arportal.receivables.models import Mail

# Seconds until a store that could not be read is asked again.
PAUSE = 300.0


def still_to_be_sent(mail: Mail) -> Answer:
    store, now = mail.store, timezone.now()
    today, currency = store.today(now), str(mail.details["currency"])
    # What somebody paid on another invoice leaves more credit to those that are named.
    others = sharing_credit(store, currency, today, mail.company_id)
    try:
        with background():
            refresh_invoices(store, sorted(others.union(mail.invoice_ids)))
    except B2BError as error:
        words = _("The invoices could not be read again: %(reason)s")
        return Later(words % {"reason": in_words(error)}, PAUSE)
    company = Company.objects.filter(store=store, api_id=mail.company_id, gone_at=None).first()
    plan = plan_of(store, currency)
    if company is None or plan is None or not plan.is_on:
        return Drop(_("The company is gone, or reminders were switched off."))
    judge_promises(store, now, mail.company_id)
    levels = levels_of(plan)
    # As if neither this mail nor the one it replaces had been made: else it would stand in its own way.
    itself = [one for one in (mail.pk, mail.replaces_id) if one is not None]
    facts = facts_of(store, currency, today, [mail.company_id], itself)
    chosen = choose(facts[0] if facts else Facts(mail.company_id, currency, ()), levels, today)
    choice = chosen.only(mail.invoice_ids)
    if not choice.lines:
        return Drop(_reasons(mail, choice))
    if details_of(choice) == mail.details:
        return Send()
    return _anew(mail, choice, reminder_mail(letterhead_of(store), company.name, choice, levels, today))


def _anew(mail: Mail, choice: Choice, composed: Composed) -> Instead:
    reason = _reasons(mail, choice) or _("what is left to pay")
    return Instead(
        _("Its figures have changed: %(what)s") % {"what": reason},
        composed.subject,
        composed.text,
        composed.html,
        choice.invoice_ids,
        details_of(choice),
    )


def _reasons(mail: Mail, choice: Choice) -> str:
    """The number of each invoice that the mail names and the choice does not, and why."""
    reasons = []
    held = {invoice.invoice_id: reason for invoice, reason in choice.held}
    invoices = Invoice.objects.filter(store=mail.store, api_id__in=mail.invoice_ids).order_by("api_id")
    for invoice in invoices.defer("raw"):
        if invoice.api_id in choice.invoice_ids:
            continue
        if invoice.api_id in held:
            words = str(held[invoice.api_id].label)
        elif invoice.gone_at is not None:
            words = _("no longer at the store")
        else:
            words = _("no longer overdue") if invoice.is_owed else _("paid")
        reasons.append(f"{invoice.number}: {words}")
    return "; ".join(reasons)


before_sending(Mail.Kind.REMINDER, still_to_be_sent)
