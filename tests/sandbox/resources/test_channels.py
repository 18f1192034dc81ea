"""Channels (contract H1, H2, X-6, X-47)."""


def test_it_works(box):
    box.quirk(multi_storefront="on")
    assert [(row["id"], row["channelId"]) for row in box.data("/channels")] == [(31, 1), (32, 604)]
    assert box.data("/channels/604")["name"] == "Trade counter"


def test_a_channel_goes_by_its_bigcommerce_id(box):
    box.quirk(multi_storefront="on")
    answer = box.get("/channels/31")
    assert (answer.status_code, answer.json()) == (404, {"code": 404, "message": "Channel does not exist"})


def test_with_one_storefront_there_are_none(box):
    answer = box.get("/channels")
    assert (answer.status_code, answer.json()) == (
        403,
        {"code": 403, "message": "Multi storefront is not enabled"},
    )


def test_an_older_store_says_422(box):
    box.quirk(channels_422="on")
    answer = box.get("/channels/1")
    assert (answer.status_code, answer.json()["data"]) == (422, {"errMsg": "Multi storefront is not enabled"})
