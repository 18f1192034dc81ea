// A wait that is counted down where a page says when a store has room again; the page does its work without it.

const ends = new WeakMap();

// "45 seconds", "2 minutes", as the server says it.
const words = (seconds) => {
  const [count, unit] = seconds < 60 ? [seconds, "second"] : [Math.round(seconds / 60), "minute"];
  const style = { style: "unit", unit, unitDisplay: "long" };
  return new Intl.NumberFormat(document.documentElement.lang || "en", style).format(count);
};
// Said aloud once, when it is over, not every second.
const end = (count) => {
  const sentence = count.closest("[data-over]");
  if (!sentence) return;
  sentence.textContent = sentence.dataset.over;
  const said = sentence.parentElement.querySelector("[aria-live]");
  if (said) said.textContent = sentence.dataset.over;
};
const tick = () => {
  for (const count of document.querySelectorAll("[data-countdown]")) {
    if (!ends.has(count)) ends.set(count, Date.now() + 1000 * Number(count.dataset.countdown));
    const left = Math.ceil((ends.get(count) - Date.now()) / 1000);
    if (left > 0) count.textContent = words(left);
    else end(count);
  }
};
setInterval(tick, 1000);
document.addEventListener("DOMContentLoaded", tick);
