"""Cookies over https, and what signing out leaves in a browser."""

from tests.whole import only_whole


def test_it_works(clerk, browse, settings):
    settings.COOKIE_PREFIX, settings.SESSION_COOKIE_SECURE = "__Host-", True
    browser = browse(clerk)
    browser.get("/s/demo/preferences/")
    browser.post("/theme/", {"theme": "dark", "next": "/"})
    for name in ("sessionid", "csrftoken"):  # Named when the process starts.
        browser.cookies.pop(name, None)
    assert set(browser.cookies) == {"__Host-theme", "__Host-page_owner"}
    for cookie in browser.cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", ""), cookie
    assert 'data-bs-theme="dark"' in browser.get("/accounts/login/").content.decode()


@only_whole("test_it_works")
def test_signing_out_clears_the_browser(clerk, browse):
    browser = browse(clerk)
    assert "Clear-Site-Data" not in browser.get("/s/demo/").headers
    assert browser.post("/accounts/logout/").headers["Clear-Site-Data"] == '"cache", "storage"'
