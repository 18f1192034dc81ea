"""What a list shows at every width of screen."""

from arportal.stores.models import Role
from tests.whole import only_whole, whole_or

WIDTHS = (360, 390, 768, 1024, 1280, 1366, 1440, 1920)
# From this width on names have room, on smaller screens they share it.
WIDE = 1280
LISTS = (
    "invoices/",
    "payments/?status=all",
    "receipts/",
    "receipts/lines/",
    "orders/",
    "companies/",
)
# How many figures, which are all of one width, fit beside each other where the company's name stands.
ROOM = """() => {
    const names = [...document.querySelectorAll("#list tbody:last-of-type tr:first-child td")];
    const heads = [...document.querySelectorAll("#list thead tr > *")];
    const at = heads.findIndex(each => each.innerText.trim() === "Company");
    const room = names[at].firstElementChild, ruler = document.createElement("span");
    ruler.textContent = "0".repeat(100);
    ruler.style.cssText = "position: absolute; white-space: nowrap";
    room.append(ruler);
    const fits = room.clientWidth / (ruler.getBoundingClientRect().width / 100);
    ruler.remove();
    return fits;
}"""
SPILLING = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
TOTALS_ARE_IN_VIEW = """[...document.querySelectorAll("#list .sum")]
    .every(total => total.getBoundingClientRect().bottom <= innerHeight)"""


@only_whole("test_amounts_stay_within_the_form_of_a_payment")
def test_names_figures_and_totals_have_room(visit):
    page = visit(Role.CONTROLLER)
    narrow, spilling, hidden = [], [], []
    for path in LISTS:
        page.goto(f"/s/demo/{path}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate(SPILLING):
                spilling.append((path, width))
            if width >= WIDE and page.evaluate(ROOM) < 16:
                narrow.append((path, width, page.evaluate(ROOM)))
            if not page.evaluate(TOTALS_ARE_IN_VIEW):
                hidden.append((path, width))
    assert (narrow, spilling, hidden) == ([], [], [])


def test_amounts_stay_within_the_form_of_a_payment(visit, form_url, world):
    """Up to twice the usual size of type on a small laptop, which leaves 640 pixels."""
    page, spilling = visit(Role.CONTROLLER), []
    waiting = next(
        each["id"] for each in world.get("/ip/payments", limit=250)
        if each["moduleName"] == "payments_offline" and each["processingStatus"] == 1
    )  # fmt: skip
    for path in whole_or((form_url, f"/s/demo/payments/{waiting}/edit/"), (form_url,)):
        page.goto(path)
        for width in whole_or((640, 683, 768, 900, 1024), (640, 1024)):
            page.set_viewport_size({"width": width, "height": 800})
            edge = page.locator(".panel:has(input.amount)").bounding_box()
            field = page.locator("input.amount").last.bounding_box()
            if field["x"] + field["width"] > edge["x"] + edge["width"] - 8:
                spilling.append((path, width))
    assert spilling == []
