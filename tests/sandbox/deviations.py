"""Where the sandbox knowingly differs from the published schema, and the contract number that says why."""

import re
from dataclasses import dataclass

LIVE, DOCUMENTED = "live", "documented"


@dataclass(frozen=True)
class Deviation:
    """Operations and path (both regular expressions, * stands for an index), part of the complaint, the reason.

    `forms`: in which of the sandbox's forms it differs, the one seen in real answers or the documented one.
    """

    operations: str
    path: str
    complaint: str
    contract: str
    reason: str
    forms: tuple[str, ...] = (LIVE, DOCUMENTED)

    def covers(self, form: str, operation: str, path: str, complaint: str) -> bool:
        return (
            form in self.forms
            and re.fullmatch(self.operations, operation) is not None
            and re.fullmatch(self.path, path) is not None
            and self.complaint in complaint
        )


EMPTY = "is shorter than 1 character"

DEVIATIONS = [
    Deviation(
        "I[12]",
        r"data/(\*/)?(external(Customer)?Id|orderNumber|purchaseOrderNumber)",
        EMPTY,
        "X-1",
        "unknown",
        (DOCUMENTED,),
    ),
    Deviation(
        "I[12]",
        r"data/(\*/)?(external(Customer)?Id|purchaseOrderNumber)",
        'null is not of type "string"',
        "seen live",
        "unknown",
        (LIVE,),
    ),
    Deviation(
        "I[12]", r"data/(\*/)?orderNumber", 'not of type "string"', "seen live", "a number, or null", (LIVE,)
    ),
    Deviation(
        "I[12]",
        r"data/.*/costLines/\*/amount/value",
        'not of type "string"',
        "seen live",
        "orders leave numbers among the texts",
        (LIVE,),
    ),
    Deviation("I[12]", r"data/(\*/)?details", '"type" is a required', "seen live", "no type", (LIVE,)),
    Deviation("O1", r"data/\*/bcOrderId", 'not of type "integer"', "X-16", "text in lists", (LIVE,)),
    Deviation("O[12]", r"data/(\*/)?poNumber", 'null is not of type "string"', "1.2 Order", "none", (LIVE,)),
    Deviation(
        "I[12]", r"data/.*Address(es/\*)?/street2", EMPTY, "X-51", "most addresses have no second line"
    ),
    Deviation("I[12]", r"data/.*/shipments", "less than 1 item", "X-1", "an invoice without shipments"),
    Deviation("I[12]", r"data/.*/lineItems/\*/comments", EMPTY, "X-1", "a line without comment"),
    Deviation("I[12]", r"data/.*/quantity", 'not of type "string"', "X-1, rule 13", "orders leave numbers"),
    Deviation(
        "I[12]", r"data/.*/unitDiscount/value", 'not of type "string"', "X-1, rule 13", "orders leave 0"
    ),
    Deviation(
        "I[12]",
        r"data/(\*/)?(created|updated)At",
        'not of type "string"',
        "X-22",
        "numbers, as elsewhere",
        (LIVE,),
    ),
    Deviation("Y[12]", r"data/.*memo", EMPTY, "X-1", "memo may be empty"),
    Deviation("Y1", r"data/.*/transactions/\*", "memo", "X-29", "card transactions have no memo"),
    Deviation("Y7", r"data/\*/rawTransaction", 'not of type "string"', "X-30", "nothing raw is kept"),
    Deviation("R[1-6]", r"data/.*(memo|referenceNumber)", EMPTY, "X-1, rule 28", "the memo was empty"),
    Deviation("O[1-4]", r"data/(\*/)?cartId", 'not of type "integer"', "X-18", "cart ids are uuids"),
    Deviation(
        "O[12]",
        r"data/(\*/)?money",
        'not of type "array"',
        "X-14",
        "an object unless money_shape says so",
        (LIVE,),
    ),
    Deviation("O[12]", r"data/(\*/)?extraInfo", 'not of type "array"', "X-21", "an object", (LIVE,)),
    Deviation("O1", r"data/\*/companyId", 'not of type "integer"', "1.2 Order", "guests have no company"),
    Deviation(
        "O[34]",
        r"data",
        'not of type "array"',
        "X-8",
        "an object unless order_data_as_array says so",
        (LIVE,),
    ),
    Deviation(
        "C[12]", r"data/(\*/)?catalog(Id|Name)", 'not of type "string"', "1.2 Company", "null as observed"
    ),
    Deviation(
        "C[12]",
        r"data/(\*/)?companyStatus",
        "is not",
        "X-23",
        "a number unless company_strings says so",
        (LIVE,),
    ),
    Deviation(
        "C[12]",
        r"data/(\*/)?(created|updated)At",
        'not of type "string"',
        "X-23",
        "numbers, the same",
        (LIVE,),
    ),
    Deviation(
        "C[12]", r"data/(\*/)?parentCompany/id", 'not of type "integer"', "1.2 Company", "no parent is null"
    ),
    Deviation("C2", r"data/bcGroupId", 'not of type "string"', "X-25", "a number everywhere"),
    Deviation("H[12]", r"data/(\*/)?(created|updated)At", "date-time", "1.2 Channel", "Unix seconds as text"),
    Deviation(
        "C[12]",
        r"data/(\*/)?(created|updated)At",
        'is not a "time"',
        "2.8",
        "Unix seconds, as its own example has them",
        (DOCUMENTED,),
    ),
    Deviation("U5", r"data/errMsg", "oneOf", "2.4 D", "the alternatives of the schema overlap"),
]
