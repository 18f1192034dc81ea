"""Who may ask, and what the others are told (contract 2.2)."""

NO_TOKEN = "Invalid token header. No credentials provided."


def test_it_works(box):
    assert box.get("/companies").status_code == 200


def test_no_token_is_401(box):
    answer = box.ask("GET", "/companies", headers={"X-Store-Hash": "sandbox"})
    assert answer.status_code == 401
    assert answer.json() == {"code": 401, "data": {"errMsg": NO_TOKEN}, "meta": {"message": NO_TOKEN}}


def test_wrong_token_is_403(box):
    answer = box.ask("GET", "/companies", headers={"X-Auth-Token": "guess", "X-Store-Hash": "sandbox"})
    assert answer.status_code == 403
    assert answer.json()["data"]["errMsg"] == "Invalid access token"


def test_wrong_or_missing_store_hash_is_a_server_error(box):
    for headers in ({"X-Store-Hash": "other"}, {}):
        answer = box.ask("GET", "/companies", headers={"X-Auth-Token": "sandbox-token"} | headers)
        assert answer.status_code == 500
        assert answer.json()["code"] == 500


def test_unknown_address_is_404(box):
    assert box.get("/nothing").json()["code"] == 404


def test_wrong_verb_is_405(box):
    assert box.post("/companies/1001/payments", {}).json()["code"] == 405


def test_a_slash_at_the_end_is_tolerated(box):
    assert box.get("/companies/").status_code == 200
