// Keys: / search, j k rows, Enter open, x select, m move, ? help.
const rows = () => [...document.querySelectorAll(".ledger tbody tr[id^=row-]")];
const current = () => document.querySelector(".ledger tbody tr.is-current");

function moveTo(step) {
  const all = rows();
  if (!all.length) return;
  const from = all.indexOf(current());
  const to = Math.min(Math.max(from + step, 0), all.length - 1);
  current()?.classList.remove("is-current");
  all[to].classList.add("is-current");
  all[to].querySelector("a")?.focus({ preventScroll: true });
  all[to].scrollIntoView({ block: "nearest" });
}

const keys = {
  "/": () => document.getElementById("search")?.focus(),
  "?": () => document.getElementById("shortcuts")?.showModal(),
  j: () => moveTo(1),
  k: () => moveTo(-1),
  m: () => current()?.querySelector(".row-actions :is(a, button, summary)")?.focus(),
  x: () => current()?.querySelector("td.pick input")?.click(),
};

// A row that htmx has made anew is still the one a person is at: their focus must not fall back to the top.
let swapped = "";
document.addEventListener("htmx:beforeSwap", (event) => {
  swapped = event.detail.target.closest?.("tr[id^=row-]")?.id ?? "";
});
document.addEventListener("htmx:afterSettle", () => {
  const row = swapped && document.getElementById(swapped);
  swapped = "";
  if (!row || document.activeElement !== document.body) return;
  current()?.classList.remove("is-current");
  row.classList.add("is-current");
  row.querySelector("a")?.focus({ preventScroll: true });
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable]")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
