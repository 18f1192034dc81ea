"""The recipients of a company's mails: the addresses kept here, or while there are none the company's own e-mail."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arportal.b2b import UserRole
from arportal.mirror.models import Buyer, Company
from arportal.receivables.changes.errors import Invalid
from arportal.receivables.mails.addresses import checked_address, is_usable
from arportal.receivables.models import CompanyAddress
from arportal.stores.access import Permission, require
from arportal.stores.activity import Kind, record
from arportal.stores.models import Membership


def recipients_of(company: Company) -> list[str]:
    return recipients_of_each(company.store_id, [company])[company.api_id]


def recipients_of_each(store_id: int, companies: Iterable[Company]) -> dict[int, list[str]]:
    """Company id → addresses, of companies of the store; none where there is no usable one."""
    by_id = {company.api_id: company for company in companies}
    rows = CompanyAddress.objects.filter(store_id=store_id, company_id__in=by_id, removed_at=None)
    kept: dict[int, list[str]] = defaultdict(list)
    for company_id, address in rows.order_by("pk").values_list("company_id", "address"):
        kept[company_id].append(address)
    return {
        api_id: kept[api_id] or [address for address in [company.email.strip()] if is_usable(address)]
        for api_id, company in by_id.items()
    }


def kept_addresses(company: Company) -> list[CompanyAddress]:
    rows = CompanyAddress.objects.filter(
        store_id=company.store_id, company_id=company.api_id, removed_at=None
    )
    return list(rows.select_related("added_by__user").order_by("pk"))


def offered(company: Company) -> list[tuple[str, str]]:
    """Addresses that the store knows, with whose they are: the company's own, and its buyers' who are admins."""
    buyers = Buyer.objects.filter(
        store_id=company.store_id, company_id=company.api_id, gone_at=None, role=UserRole.ADMIN
    )
    known = [(company.email.strip(), _("the company's e-mail"))]
    known += [(buyer.email.strip(), buyer.name) for buyer in buyers.order_by("name", "api_id")[:20]]
    taken = {row.address.lower() for row in kept_addresses(company)}
    fresh = {address.lower(): (address, whose) for address, whose in reversed(known) if is_usable(address)}
    return [fresh[key] for key in reversed(fresh) if key not in taken]


def add_address(actor: Membership, company: Company, address: str) -> CompanyAddress:
    """Raises NotAllowed, Invalid."""
    require(actor, Permission.SEND_MAIL, company_id=company.api_id)
    new = CompanyAddress(
        store=actor.store, company_id=company.api_id, address=checked_address(address), added_by=actor
    )
    try:
        with transaction.atomic():
            new.save()
            _record(actor, company, _("Mail address added: %(address)s"), new.address)
    except IntegrityError as twice:
        raise Invalid({"address": [_("This address is there already.")]}) from twice
    return new


def remove_address(actor: Membership, company: Company, address_id: int) -> None:
    """Removing one twice does no harm. Raises NotAllowed."""
    require(actor, Permission.SEND_MAIL, company_id=company.api_id)
    rows = CompanyAddress.objects.filter(store=actor.store, company_id=company.api_id, removed_at=None)
    with transaction.atomic():
        row = rows.select_for_update().filter(pk=address_id).first()
        if row is not None:
            rows.filter(pk=row.pk).update(removed_by=actor, removed_at=timezone.now())
            _record(actor, company, _("Mail address removed: %(address)s"), row.address)


def _record(actor: Membership, company: Company, words: str, address: str) -> None:
    record(actor, Kind.MAIL, words % {"address": address}, company_id=company.api_id)
