// The pill that says how old the figures are follows an open page; it is quiet when nobody looks.

const EVERY = 60_000;
const SLOWEST = 16 * EVERY;
const pill = document.getElementById("freshness");
const look = () => ["is-stale", "is-broken"].find((name) => pill.querySelector(`summary.${name}`)) ?? "";
const words = () => pill.querySelector(".words").textContent;
let pause = EVERY;
let lookedAt = Date.now();
let before = "";

const isBusy = () => document.hidden || pill.open || pill.contains(document.activeElement);
const lookIfDue = () => {
  if (isBusy() || Date.now() - lookedAt < pause) return;
  lookedAt = Date.now();
  before = look();
  htmx.trigger(pill, "desk:look");
};
const slowDown = (event) => {
  event.stopPropagation();
  pause = Math.min(pause * 2, SLOWEST);
};

if (pill) {
  setInterval(lookIfDue, EVERY / 12);
  document.addEventListener("visibilitychange", lookIfDue);
  // A failure here is no failure of what the person does: no message, no reload, only fewer questions. Signed out
  // meanwhile, there are none any more, and what is typed on the page stays there.
  pill.addEventListener("htmx:sendError", slowDown);
  pill.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr } = event.detail;
    const isSignedOut = new URL(xhr.responseURL).pathname.startsWith("/accounts/");
    event.stopPropagation();
    event.detail.isError = false;
    event.detail.shouldSwap = xhr.status === 200 && !isSignedOut;
    if (isSignedOut) pause = Infinity;
    else if (xhr.status === 200) pause = EVERY;
    else slowDown(event);
  });
  // Read out only when it turns better or worse, not every minute.
  pill.addEventListener("htmx:afterSwap", () => {
    if (look() !== before) document.getElementById("freshness-said").textContent = words();
  });
}
