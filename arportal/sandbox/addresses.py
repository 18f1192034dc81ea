"""Addresses as invoices and orders carry them."""

from typing import Any

from arportal.sandbox.models import Company, User


def address(company: Company, person: User | None) -> dict[str, Any]:
    return {
        "city": company.city,
        "state": company.state,
        "country": company.country,
        "street1": company.street1,
        "street2": company.street2,
        "zipCode": company.zip_code,
        "lastName": person.last_name if person else "",
        "firstName": person.first_name if person else "",
        "customFields": {},
    }
