"""What an admin has set for a company, and the ways to its forms."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from arportal.desk.companies.history import administered
from arportal.desk.companies.page import get_company_or_404
from arportal.desk.format.statuses import BUYER_ROLE_WORDS
from arportal.desk.forms.extra_field_forms import extra_fields_of
from arportal.desk.site.pages import DeskRequest, page
from arportal.mirror.models import Buyer, Company, CompanyMethod, CreditTerms
from arportal.mirror.sync.credit_terms import CREDIT, TERMS, switched_off
from arportal.receivables.companies.edit_company import EditCompany
from arportal.stores.access import Permission
from arportal.stores.models import Membership

MOST = 200


@dataclass(frozen=True, slots=True)
class Person:
    user_id: int
    name: str
    email: str
    role: str | Promise


@page(Permission.ADMINISTER_COMPANY)
def company_administration(request: DeskRequest, company_id: int) -> HttpResponse:
    company = get_company_or_404(request, company_id)
    actor = request.actor
    seen = Company.objects.visible_to(actor)
    off = switched_off(request.store.pk)
    context = {
        "company": company,
        "parent": seen.filter(api_id=company.parent_id or 0).first(),
        "subsidiaries": seen.filter(parent_id=company_id).order_by("name", "api_id")[:MOST],
        "terms": CreditTerms.objects.visible_to(actor).filter(api_id=company_id).first(),
        "credit_is_off": CREDIT in off,
        "terms_are_off": TERMS in off,
        "methods": CompanyMethod.objects.visible_to(actor).filter(company_id=company_id).order_by("title"),
        "address": address(company),
        "extra_fields": own_fields(company),
        "people": people(actor, company_id),
        "history": administered(actor, company),
    }
    return render(request, "administration/page.html", context)


def address(company: Company) -> list[str]:
    """The lines of the company's own address."""
    values = EditCompany.known(company) or {}
    lines = [
        values.get("address_line1"),
        values.get("address_line2"),
        " ".join(part for part in (values.get("zip_code"), values.get("city")) if part),
        ", ".join(part for part in (values.get("state"), values.get("country")) if part),
    ]
    return [line for line in lines if line]


def own_fields(company: Company) -> list[tuple[str, str]]:
    """The merchant's own fields of a company with their labels; "" for one that it does not have."""
    values = {field.get("fieldName"): field.get("fieldValue") for field in company.extra_fields}
    return [
        (str(field.raw.get("labelName") or field.name), str(values.get(field.name) or ""))
        for field in extra_fields_of(company.store, "companies")
    ]


def people(actor: Membership, company_id: int) -> list[Person]:
    """Those who buy for the company."""
    buyers = Buyer.objects.visible_to(actor).filter(company_id=company_id).order_by("name", "api_id")[:MOST]
    return [
        Person(buyer.api_id, str(buyer), buyer.email, BUYER_ROLE_WORDS.get(buyer.role, str(buyer.role)))
        for buyer in buyers
    ]
