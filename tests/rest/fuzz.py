"""Random requests made of the OpenAPI document, many of them about things that are there, by schemathesis."""

import random
import warnings
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import orjson
from hypothesis import HealthCheck, Phase, given, seed, settings

from arportal.mirror.models import Buyer, Company, Invoice, Order, Payment, Receipt
from arportal.receivables.models import Change
from arportal.rest.documentation import document
from arportal.stores.models import Membership
from tests.rest.in_process import ADDRESS, session

OFTEN = 0.7
# Field of a body or parameter → the model whose API id it is.
NAMED = {
    "company_id": Company,
    "parent_id": Company,
    "invoice_id": Invoice,
    "credit_id": Invoice,
    "payment_id": Payment,
    "receipt_id": Receipt,
    "order_id": Order,
    "buyer_id": Buyer,
}
OF_LISTS = {
    "companies": Company,
    "invoices": Invoice,
    "payments": Payment,
    "receipts": Receipt,
    "orders": Order,
    "buyers": Buyer,
}


@dataclass
class Fuzz:
    """`failures`: operation → what was wrong, the first of each; `statuses`: of all answers."""

    actor: Membership
    token: str
    seed: int
    failures: dict[str, str] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.session, self.headers = session(), {"Authorization": f"Bearer {self.token}"}
        self.dice = random.Random(self.seed)
        models = {*NAMED.values()}
        self.ids = {
            model: list(model.objects.visible_to(self.actor).values_list("api_id", flat=True)[:40])
            for model in models
        }

    @property
    def count(self) -> int:
        return self.statuses.total()

    def run(self, each: int) -> None:
        """So many requests of each operation, with valid parameters and, half as many, with invalid ones."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import schemathesis.openapi
            from schemathesis import GenerationMode

            schema = schemathesis.openapi.from_dict(orjson.loads(document()))
            for result in schema.get_all_operations():
                operation = result.ok()
                modes = [(GenerationMode.POSITIVE, each)]
                if operation.query or operation.body:
                    modes.append((GenerationMode.NEGATIVE, max(each // 2, 1)))
                for mode, count in modes:
                    self._ask(operation, operation.as_strategy(generation_mode=mode), count)

    def _ask(self, operation: Any, cases: Any, count: int) -> None:
        @seed(self.seed)
        @settings(
            max_examples=count,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate,),
        )
        @given(case=cases)
        def ask(case: Any) -> None:
            self._send(operation, case)

        ask()

    def _send(self, operation: Any, case: Any) -> None:
        from schemathesis.checks import not_a_server_error
        from schemathesis.core.failures import Failure, FailureGroup
        from schemathesis.specs.openapi.checks import (
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
            status_code_conformance,
        )

        checks = [
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_headers_conformance,
            response_schema_conformance,
        ]
        self._about_what_is_there(case)
        response = case.call(base_url=ADDRESS, session=self.session, headers=self.headers)
        self.statuses[response.status_code] += 1
        try:
            case.validate_response(response, checks=checks)
        except (Failure, FailureGroup) as failure:
            told = f"{failure}\n{case.as_curl_command()}\n{response.content[:500]!r}"
            self.failures.setdefault(operation.label, told)

    def _about_what_is_there(self, case: Any) -> None:
        """Ids at random are of nothing: most of the code would never be met."""
        if "store" in case.path_parameters:
            case.path_parameters["store"] = self.actor.store.slug
        part = case.operation.path.split("/")[5] if case.operation.path.count("/") > 5 else ""
        if "id" in case.path_parameters and self._often():
            case.path_parameters["id"] = self._of(OF_LISTS.get(part, Company))
        if "change_id" in case.path_parameters and self._often():
            change = Change.objects.order_by("?").first()
            if change is not None:
                case.path_parameters["change_id"] = str(change.pk)
        if isinstance(case.body, dict):
            for name, model in NAMED.items():
                if name in case.body and self._often():
                    case.body[name] = self._of(model)

    def _often(self) -> bool:
        return self.dice.random() < OFTEN

    def _of(self, model: Any) -> int:
        return self.dice.choice(self.ids[model] or [1])
