"""A company's credit and payment terms: K1 to K4 of the contract."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from arportal.sandbox.models import Company
from arportal.sandbox.requests import amounts, params, quirks, refusals
from arportal.sandbox.requests.bodies import fields
from arportal.sandbox.requests.endpoint import Endpoint, success
from arportal.sandbox.resources.methods import DONE, find_company

DAYS = (0, 5, 15, 30, 45, 60)
FLAGS = {"limitPurchases": "limit_purchases", "creditHold": "credit_hold"}


def present_credit(company: Company) -> dict[str, Any]:
    is_told = quirks.get("available_credit") == "number"
    return {
        "creditEnabled": company.credit_enabled,
        "creditCurrency": company.credit_currency,
        "availableCredit": amounts.number(company.available_credit) if is_told else None,
        "limitPurchases": company.limit_purchases,
        "creditHold": company.credit_hold,
    }


def present_terms(company: Company) -> dict[str, Any]:
    """Rule 37: switched off, the store's own terms are shown."""
    days = company.terms_days if company.terms_enabled else quirks.seconds("store_terms_days")
    return {"isEnabled": company.terms_enabled, "paymentTerms": days}


def _flag(body: dict[str, Any], name: str) -> bool:
    if not isinstance(body[name], bool):
        raise refusals.worded(400, f"{name} must be true or false; ", refusals.BAD_REQUEST)
    return bool(body[name])


class Credit(Endpoint):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not quirks.on("store_credit"):
            raise refusals.worded(400, "Store company credit is not enabled", refusals.LOGIC)

    def get(self, request: Request, company_id: int) -> Response:
        return success(present_credit(find_company(company_id)), DONE)

    def put(self, request: Request, company_id: int) -> Response:
        """Rule 36: while the company has no credit, only creditEnabled can be changed."""
        company, body = find_company(company_id), fields(request)
        changes: dict[str, Any] = {
            column: _flag(body, name) for name, column in FLAGS.items() if name in body
        }
        if "creditCurrency" in body:
            if body["creditCurrency"] not in amounts.CURRENCIES:
                raise refusals.worded(400, "Invalid currency code; ", refusals.BAD_REQUEST)
            changes["credit_currency"] = body["creditCurrency"]
        if "availableCredit" in body:
            changes["available_credit"] = amounts.units(body["availableCredit"])
            if changes["available_credit"] is None:
                raise refusals.worded(400, "A valid number is required.; ", refusals.BAD_REQUEST)
        if "creditEnabled" in body:
            company.credit_enabled = _flag(body, "creditEnabled")
        for column, value in changes.items() if company.credit_enabled else ():
            setattr(company, column, value)
        company.touch()
        return success(present_credit(company), DONE)


class Terms(Endpoint):
    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not quirks.on("store_terms"):
            raise refusals.worded(400, "Payment terms are not enabled", refusals.LOGIC)

    def get(self, request: Request, company_id: int) -> Response:
        return success(present_terms(find_company(company_id)), DONE)

    def put(self, request: Request, company_id: int) -> Response:
        company, body = find_company(company_id), fields(request)
        days = params.whole(body.get("paymentTerms"))
        if not isinstance(body.get("isEnabled"), bool):
            raise refusals.worded(400, "Is enabled is required.; ", refusals.BAD_REQUEST)
        if body["isEnabled"] and days not in DAYS:
            words = f"Payment terms value error, must be in {list(DAYS)}; "
            raise refusals.worded(400, words, refusals.BAD_REQUEST)
        company.terms_enabled = body["isEnabled"]
        if company.terms_enabled and days is not None:
            company.terms_days = days
        company.touch()
        return success(present_terms(company), DONE)
