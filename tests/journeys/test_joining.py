"""From an invitation over a passkey to the end: a new person, and the admin who lets them in and out."""

from playwright.sync_api import Page, expect

from arportal.stores.models import Role
from tests.journeys.flaws import flaws_on_the_way
from tests.journeys.steps import press
from tests.whole import only_whole

SECRET = "a long enough secret"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@only_whole("desk/people/test_people_pages.py::test_accepting")
def test_it_works(visit, debtor, world):
    admin, new = visit(Role.ADMIN), visit()
    found = []
    link = invited(admin, debtor.name)
    found += flaws_on_the_way(admin)
    with_passkeys(new)
    new.goto(link)
    found += flaws_on_the_way(new)
    accept(new)
    add_passkey(new, found)
    sign_in_by_passkey(new)
    only_sees(new, debtor, world)
    admin.goto("/s/demo/people/")
    admin.get_by_role("link", name="Nora New").click()
    press(admin, "Deactivate")
    expect(admin.get_by_text("Nora New is signed out")).to_be_visible()
    new.goto("/s/demo/companies/")
    expect(new.get_by_role("heading", name="Sign in")).to_be_visible()
    assert found == []


def invited(admin: Page, company: str) -> str:
    admin.goto("/s/demo/people/invite/")
    admin.get_by_label("E-mail address").fill("nora@example.com")
    admin.get_by_label("Role").select_option("Viewer")
    admin.get_by_label("Sees").select_option("families")
    admin.get_by_label("Companies", exact=True).fill(company)
    press(admin, "Invite")
    return admin.get_by_label("Link to pass on").input_value()


def with_passkeys(page: Page) -> None:
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def accept(new: Page) -> None:
    new.get_by_label("Your name").fill("Nora New")
    new.get_by_label("Password", exact=True).fill(SECRET)
    new.get_by_label("Password again").fill(SECRET)
    press(new, "Accept")
    expect(new.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def add_passkey(new: Page, found: list[str]) -> None:
    new.goto("/accounts/2fa/")
    found += flaws_on_the_way(new)
    new.goto("/accounts/2fa/webauthn/add/")
    new.get_by_label("Password").fill(SECRET)
    found += flaws_on_the_way(new)
    press(new, "Confirm")
    new.get_by_label("Passwordless").check()
    found += flaws_on_the_way(new)
    press(new, "Add")
    expect(new.get_by_role("heading", name="Recovery Codes")).to_be_visible()
    found += flaws_on_the_way(new)


def sign_in_by_passkey(new: Page) -> None:
    new.goto("/s/demo/")
    new.locator("summary", has_text="Account menu").click()
    press(new, "Sign out")
    new.goto("/accounts/login/")
    press(new, "Sign in with a passkey")
    expect(new.get_by_role("heading", name="Overview", level=1)).to_be_visible()


def only_sees(new: Page, debtor, world) -> None:
    new.goto("/s/demo/companies/")
    expect(new.get_by_role("link", name=debtor.name).first).to_be_visible()
    companies = {each["companyId"] for each in world.get("/companies", limit=50)}
    other = next(iter(companies - {debtor.company_id}))
    expect(new.locator("tbody tr[id]")).to_have_count(1)
    assert new.goto(f"/s/demo/companies/{other}/").status == 404
    assert new.goto("/s/demo/people/").status == 403
