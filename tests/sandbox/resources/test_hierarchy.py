"""Parents and subsidiaries (contract C7-C10, rule 38)."""

from itertools import pairwise


def attach(box, child, parent):
    return box.post(f"/companies/{child}/parent", {"parentCompanyId": parent})


def refused(answer):
    body = answer.json()
    assert (answer.status_code, body["status"], body["title"]) == (400, 400, "Parameter Error.")
    return body["errors"]["1"]


def lone(box):
    """Companies that have neither parent nor subsidiary."""
    rows = box.data("/companies", limit=50)
    parents = {row["parentCompany"]["id"] for row in rows}
    return [
        row["companyId"] for row in rows if row["companyId"] not in parents and not row["parentCompany"]["id"]
    ]


def test_it_works(box):
    top, middle, low = lone(box)[:3]
    answer = attach(box, middle, top)
    assert (answer.status_code, answer.json()) == (201, {"data": [], "meta": {"message": "SUCCESS"}})
    attach(box, low, middle)
    answer = box.get(f"/companies/{top}/subsidiaries").json()
    assert "code" not in answer
    assert answer["data"][0]["companyId"] == middle
    assert answer["data"][0]["subsidiaries"][0]["companyId"] == low
    assert box.data(f"/companies/{low}")["parentCompany"]["id"] == middle


def test_the_hierarchy_starts_at_the_top(box):
    top, child = lone(box)[:2]
    attach(box, child, top)
    assert box.get(f"/companies/{child}/hierarchy").json()["data"][0]["companyId"] == top


def test_five_layers_and_no_more(box):
    chain = lone(box)[:6]
    for parent, child in pairwise(chain[:5]):
        assert attach(box, child, parent).status_code == 201
    assert refused(attach(box, chain[5], chain[4])) == "The parent company has reached the maximum layer."


def test_no_circles(box):
    top, child = lone(box)[:2]
    attach(box, child, top)
    assert refused(attach(box, top, child)) == "The parent company is a subsidiary of the current company."
    refused(attach(box, top, top))
    refused(attach(box, top, 77))


def test_detach(box):
    top, child = lone(box)[:2]
    attach(box, child, top)
    answer = box.delete(f"/companies/{top}/subsidiaries/{child}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert refused(box.delete(f"/companies/{top}/subsidiaries/{child}")) == "Invalid child company ID."


def test_an_unknown_company_is_404(box):
    body = {"status": 404, "title": "Parameter Error.", "errors": {"1": "Company does not exist."}}
    for path in ("subsidiaries", "hierarchy"):
        assert box.get(f"/companies/77/{path}").json() == body
