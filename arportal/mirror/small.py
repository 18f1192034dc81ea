"""What has no updatedAt to follow: methods, channels, extra fields, and every company's credit and terms."""

import datetime as dt

from arportal import b2b
from arportal.b2b.errors import Refused
from arportal.mirror import store as rows
from arportal.mirror.models import Company, CompanyMethod, CreditTerms, SyncPass, Watermark
from arportal.stores.models import Store

SETUP_EVERY = dt.timedelta(hours=1)
# Credit and terms take two requests a company: each pass reads those companies that were read longest ago.
COMPANIES_A_PASS = 2


def read_methods(store: Store, client: b2b.Client) -> int:
    """The catalogue, and who may use what; the latter is read whole only when its first page shows a change."""
    changed = rows.save_methods(store, client.methods.list())
    mark, _created = Watermark.objects.get_or_create(store=store, resource="enabled methods")
    page = client.methods.page_enabled(limit=200)
    newest = max((each.updated_at for each in page.items if each.updated_at), default=None)
    enabled = CompanyMethod.objects.filter(store=store, gone_at=None, is_enabled=True).count()
    if changed or page.total != enabled or newest != mark.updated_at or newest is None:
        changed += rows.save_enabled_methods(store, client.methods.list_enabled())
        mark.updated_at = newest
        mark.save(update_fields=["updated_at"])
    return changed


def read_setup(this: SyncPass, client: b2b.Client) -> int:
    """Channels and extra fields, which change rarely: once an hour."""
    mark, _created = Watermark.objects.get_or_create(store=this.store, resource="setup")
    if mark.reread_at is not None and this.started_at - mark.reread_at < SETUP_EVERY:
        return 0
    changed = rows.save_channels(this.store, client.channels.list())
    for of in (client.invoices, client.orders, client.companies, client.users):
        name = type(of).__name__.lower()
        changed += rows.save_extra_fields(this.store, name, list(of.extra_fields()))
    mark.reread_at = this.started_at
    mark.save(update_fields=["reread_at"])
    return changed


def read_credit_terms(store: Store, client: b2b.Client, how_many: int = COMPANIES_A_PASS) -> None:
    for company_id in _longest_unread(store, how_many):
        read_credit_terms_of(store, client, company_id)


def read_credit_terms_of(store: Store, client: b2b.Client, company_id: int) -> None:
    try:
        credit = client.credit.get(company_id)
    except Refused:
        credit = None  # The store has company credit switched off.
    rows.save_credit_terms(store, company_id, credit, client.credit.terms(company_id))


def _longest_unread(store: Store, how_many: int) -> list[int]:
    companies = Company.objects.filter(store=store, gone_at=None)
    read = CreditTerms.objects.filter(store=store)
    never = companies.exclude(api_id__in=read.values("api_id")).values_list("api_id", flat=True)[:how_many]
    oldest = read.filter(api_id__in=companies.values("api_id")).order_by("read_at")
    return [*never, *oldest.values_list("api_id", flat=True)][:how_many]
