// Selecting rows over many pages of a list, and where the focus goes when its panel opens or closes.
// Without this script the rows of one page can be selected, and everything that matches.
const bar = () => document.querySelector("form.selection");
const boxes = () => [...document.querySelectorAll("#list tbody td.pick input")];

// `rows` has of each selected row, by its id, the amount it adds: "1234.50 USD", or "" where there is none.
function stored(form) {
  try {
    return { rows: {}, query: null, ...JSON.parse(sessionStorage.getItem(form.dataset.picks)) };
  } catch {
    return { rows: {}, query: null };
  }
}

function store(form, picked) {
  const isEmpty = !Object.keys(picked.rows).length && picked.query === null;
  if (isEmpty) sessionStorage.removeItem(form.dataset.picks);
  else sessionStorage.setItem(form.dataset.picks, JSON.stringify(picked));
}

// Everything that matches is meant for one query only: another filter is another question.
const meansAll = (form, picked) => picked.query === form.dataset.query;

function show() {
  const form = bar();
  if (!form) return;
  const picked = stored(form);
  const all = meansAll(form, picked);
  const count = Object.keys(picked.rows).length;
  form.querySelector("[name=everything]").checked = all;
  for (const box of boxes()) {
    box.checked = all || box.value in picked.rows;
    box.disabled = all;
  }
  const page = document.querySelector("#list thead td.pick input");
  if (page) {
    page.checked = boxes().length > 0 && boxes().every((box) => box.checked);
    page.indeterminate = !page.checked && boxes().some((box) => box.checked);
    page.disabled = all;
  }
  form.classList.toggle("is-active", all || count > 0);
  form.querySelector("[data-unpick]").hidden = false;
  form.querySelector(".words").textContent = all
    ? form.dataset.all
    : count === 1 ? form.dataset.one : form.dataset.many.replace("{}", count.toLocaleString(LANGUAGE));
  form.querySelector("[data-all-sums]").hidden = !all;
  form.querySelector("[data-sums]").replaceChildren(...(all ? [] : sums(Object.values(picked.rows)).map(written)));
}

// Sums are exact, in this many decimals.
const PLACES = 8;
const LANGUAGE = document.documentElement.lang;

function sums(amounts) {
  const found = new Map();
  for (const amount of amounts) {
    const [figure, currency] = amount.split(" ");
    if (currency) found.set(currency, (found.get(currency) ?? 0n) + smallest(figure));
  }
  return [...found];
}

function smallest(figure) {
  const [whole, decimals = ""] = figure.split(".");
  return BigInt(whole + decimals.padEnd(PLACES, "0").slice(0, PLACES));
}

function written([currency, total]) {
  const digits = (total < 0n ? -total : total).toString().padStart(PLACES + 1, "0");
  const decimals = digits.slice(-PLACES).replace(/0+$/, "");
  const places = Math.max(usualPlaces(currency), decimals.length);
  const figure = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: places })
    .format(`${digits.slice(0, -PLACES)}.${decimals}`);
  const money = document.createElement("span");
  const code = document.createElement("span");
  money.className = "money";
  code.className = "code";
  code.textContent = currency;
  money.append(`${total < 0n ? "\u2212" : ""}${figure} `, code);
  return money;
}

function usualPlaces(currency) {
  try {
    const format = new Intl.NumberFormat(LANGUAGE, { style: "currency", currency });
    return format.resolvedOptions().maximumFractionDigits;
  } catch {
    return 2;
  }
}

function pick(changed) {
  const form = bar();
  const { rows } = stored(form);
  for (const box of changed) {
    if (box.checked) rows[box.value] = box.dataset.amount ?? "";
    else delete rows[box.value];
  }
  store(form, { rows, query: null });
  show();
}

document.addEventListener("change", (event) => {
  const form = bar();
  if (!form) return;
  if (event.target.closest("#list tbody td.pick")) return pick(reached(event.target));
  if (event.target.closest("#list thead td.pick")) {
    for (const box of boxes()) box.checked = event.target.checked;
    return pick(boxes());
  }
  if (event.target.name === "everything" && event.target.form === form) {
    store(form, { rows: stored(form).rows, query: event.target.checked ? form.dataset.query : null });
    show();
  }
});

// With Shift held down a click takes every row from the one before, and marks it alike.
let last = null;
let isRange = false;
function reached(box) {
  const all = boxes();
  const ends = [all.findIndex((each) => each.value === last), all.indexOf(box)];
  const range = isRange && ends[0] >= 0 ? all.slice(Math.min(...ends), Math.max(...ends) + 1) : [box];
  for (const each of range) each.checked = box.checked;
  last = box.value;
  return range;
}
document.addEventListener("click", (event) => {
  if (event.target.closest("#list tbody td.pick")) isRange = event.shiftKey;
});
// The browser would select the text between.
document.addEventListener("mousedown", (event) => {
  if (event.shiftKey && event.target.closest("#list td.pick")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-unpick]")) return;
  store(bar(), { rows: {}, query: null });
  show();
  document.querySelector("#list tbody a")?.focus();
});

// The rows selected on other pages go with the form.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form.selection");
  if (!form) return;
  form.querySelector("[data-elsewhere]")?.remove();
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = form.dataset.name;
  field.value = Object.keys(stored(form).rows).join(" ");
  field.dataset.elsewhere = "yes";
  form.append(field);
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "panel") return focusPanel();
  // A row that was moved comes back without its tick.
  if (event.target.closest("#list")) show();
});
window.addEventListener("pageshow", show);

let opener = null;
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id.startsWith("open-")) opener = event.target.id;
});
function focusPanel() {
  const title = document.getElementById("panel-title");
  if (title) title.focus();
  else document.getElementById(opener)?.focus();
}
