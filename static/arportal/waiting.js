// Seconds that are counted down where a page says when a store has room again; the page does its work without it.

const ends = new WeakMap();

// Said aloud once, when it is over, not every second.
const end = (count) => {
  const words = count.closest("[data-over]");
  if (!words) return;
  words.textContent = words.dataset.over;
  const said = words.parentElement.querySelector("[aria-live]");
  if (said) said.textContent = words.dataset.over;
};
const tick = () => {
  for (const count of document.querySelectorAll("[data-countdown]")) {
    if (!ends.has(count)) ends.set(count, Date.now() + 1000 * Number(count.textContent));
    const left = Math.ceil((ends.get(count) - Date.now()) / 1000);
    if (left > 0) count.textContent = left;
    else end(count);
  }
};
setInterval(tick, 1000);
document.addEventListener("DOMContentLoaded", tick);
