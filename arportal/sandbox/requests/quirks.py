"""Switches for what the sources disagree on (contract sections 3 and 4), and the store settings that rules read.

The default is the form seen in real answers where one was, and the documented form elsewhere.
"""

from dataclasses import dataclass

ON, OFF = "on", "off"
DELAY_OF_ONE_REQUEST = "sandbox.index_delay"  # where the fault stale_index puts its seconds


@dataclass(frozen=True)
class Quirk:
    """One switch: its default, what it may be (none listed = a whole number), where it comes from."""

    default: str
    choices: tuple[str, ...]
    source: str
    meaning: str

    def accepts(self, value: str) -> bool:
        return value in self.choices if self.choices else value.isascii() and value.isdigit()


_SWITCH = (ON, OFF)
LIVE = "seen live"

QUIRKS = {
    "errors_as_200": Quirk(OFF, _SWITCH, "X-3", "errors come under HTTP 200, the code only in the body"),
    "multi_storefront": Quirk(
        OFF, _SWITCH, "X-6", "several channels; an invoice must name a known channelId"
    ),
    "channel_id_as_int": Quirk(OFF, _SWITCH, "X-7", "channelId of invoices and payments is a number"),
    "order_data_as_array": Quirk(OFF, _SWITCH, "X-8", "one order comes as a list with one entry"),
    "money_shape": Quirk(
        "object", ("object", "array", "json"), "X-14", "how an order describes its currency"
    ),
    "bc_order_id_as_str": Quirk(
        "lists", ("lists", ON, OFF), "X-16", "bcOrderId is a string, in lists or always"
    ),
    "order_extras": Quirk(
        "asked", ("asked", "always"), LIVE, "when lists of orders have extraInfo and extraFields"
    ),
    "extra_info": Quirk("object", ("object", "array"), "X-21", "how an order names its addresses"),
    "options_as_json": Quirk(OFF, _SWITCH, "X-15", "options of products are JSON in a string, in snake case"),
    "order_number_as_int": Quirk(ON, _SWITCH, LIVE, "orderNumber of invoices is a number"),
    "empty_as_null": Quirk(
        ON, _SWITCH, LIVE, 'empty external ids and PO numbers of invoices and orders are null, not ""'
    ),
    "cost_line_amounts": Quirk(
        "mixed",
        ("mixed", "text"),
        LIVE,
        "amounts of cost lines that orders leave: numbers and strings, or strings",
    ),
    "details_type": Quirk(OFF, _SWITCH, LIVE, "details of invoices made from orders have a type"),
    "undocumented_fields": Quirk(
        ON, _SWITCH, LIVE, "invoices have what no document tells of: notAllowedPay, bcId, productId and more"
    ),
    "unknown_route": Quirk(
        "bare",
        ("bare", "enveloped"),
        LIVE,
        "how an address that is none answers: code and message, or envelope B",
    ),
    "group_approves": Quirk(ON, _SWITCH, LIVE, "a company made with a customerGroupId is approved at once"),
    "invoice_ts_as_str": Quirk(OFF, _SWITCH, "X-22", "createdAt and updatedAt of invoices are strings"),
    "company_strings": Quirk(OFF, _SWITCH, "X-23", "companyStatus and times of companies are strings"),
    "receipt_external_blank": Quirk(ON, _SWITCH, "X-26", 'missing external ids of receipts are "", not null'),
    "online_status_locked": Quirk(OFF, _SWITCH, "X-31", "the status of an online payment cannot be changed"),
    "require_payer_customer_id": Quirk(OFF, _SWITCH, "X-36", "replacing a payment demands payerCustomerId"),
    "channels_422": Quirk(OFF, _SWITCH, "X-47", "without several channels /channels answers 422, not 403"),
    "pending_payment": Quirk(
        "both", ("both", "flag", "count"), "rule 5", "isPendingPayment, pendingPaymentCount, or both"
    ),
    "reject_overpayment": Quirk(
        OFF, _SWITCH, "rule 3", "an amount above the open balance is refused with 422"
    ),
    "block_delete_with_payments": Quirk(OFF, _SWITCH, "rule 18", "a paid invoice cannot be deleted"),
    "apply_on": Quirk("created", ("created", "completed"), "rule 21", "when a payment lowers the balances"),
    "refund_receipt": Quirk(
        "new", ("new", "flip"), "rule 29", "a refund adds a receipt or turns the first one"
    ),
    "index_delay_s": Quirk("0", (), "rule 41", "seconds before a new record shows up in lists"),
    "status_after_payment": Quirk("3", ("0", "1", "2", "3"), "rule 31", "status of a new online payment"),
    "auto_invoice_online": Quirk(OFF, _SWITCH, "rule 16", "orders paid online are invoiced at once"),
    "auto_invoice_offline": Quirk(
        OFF, _SWITCH, "rule 16", "orders with an offline method are invoiced at once"
    ),
    "store_credit": Quirk(ON, _SWITCH, "rule 36", "the store offers company credit"),
    "available_credit": Quirk(
        "number", ("number", "null"), LIVE, "availableCredit is a number, or null for every company"
    ),
    "store_terms": Quirk(ON, _SWITCH, LIVE, "the store offers payment terms of companies; if not, 400"),
    "store_terms_days": Quirk("30", (), "rule 10", "the store's own payment terms, in days"),
    "required_order_fields": Quirk(OFF, _SWITCH, "rule 33", "orders have a required extra field"),
}

_defaults = {name: quirk.default for name, quirk in QUIRKS.items()}
_values = dict(_defaults)


class UnknownQuirk(ValueError):
    """A name or value that no quirk knows; the text says which."""


def get(name: str) -> str:
    return _values[name]


def on(name: str) -> bool:
    return _values[name] == ON


def seconds(name: str) -> int:
    return int(_values[name])


def check(name: str, value: str) -> None:
    if name not in QUIRKS:
        raise UnknownQuirk(f"There is no quirk named {name}.")
    if not QUIRKS[name].accepts(value):
        allowed = ", ".join(QUIRKS[name].choices) or "a whole number"
        raise UnknownQuirk(f"{name} must be {allowed}, not {value}.")


def change(values: dict[str, str]) -> None:
    """All or nothing."""
    for name, value in values.items():
        check(name, value)
    _values.update(values)


def set_defaults(values: dict[str, str]) -> None:
    """Change the values and let a reset return to them (the option --set)."""
    change(values)
    _defaults.update(values)


def reset() -> None:
    _values.update(_defaults)
