// Selecting rows over many pages of a list, and where the focus goes when its panel opens or closes.
// Without this script the rows of one page can be selected, and everything that matches.
"use strict";

const bar = () => document.querySelector("form.selection");
const boxes = () => [...document.querySelectorAll("#list tbody td.pick input")];

function stored(form) {
  try {
    return JSON.parse(sessionStorage.getItem(form.dataset.picks)) || { ids: [], query: null };
  } catch {
    return { ids: [], query: null };
  }
}

function store(form, picked) {
  if (picked.ids.length || picked.query !== null) sessionStorage.setItem(form.dataset.picks, JSON.stringify(picked));
  else sessionStorage.removeItem(form.dataset.picks);
}

// Everything that matches is meant for one query only: another filter is another question.
const meansAll = (form, picked) => picked.query === form.dataset.query;

function show() {
  const form = bar();
  if (!form) return;
  const picked = stored(form);
  const all = meansAll(form, picked);
  const ids = new Set(picked.ids);
  form.querySelector("[name=everything]").checked = all;
  for (const box of boxes()) {
    box.checked = all || ids.has(box.value);
    box.disabled = all;
  }
  const page = document.querySelector("#list thead td.pick input");
  if (page) {
    page.checked = boxes().length > 0 && boxes().every((box) => box.checked);
    page.indeterminate = !page.checked && boxes().some((box) => box.checked);
    page.disabled = all;
  }
  form.classList.toggle("is-active", all || ids.size > 0);
  form.querySelector("[data-unpick]").hidden = false;
  form.querySelector(".words").textContent = all
    ? form.dataset.all
    : ids.size === 1 ? form.dataset.one : form.dataset.many.replace("{}", ids.size.toLocaleString());
}

function pick(changed) {
  const form = bar();
  const picked = stored(form);
  const ids = new Set(picked.ids);
  for (const box of changed) box.checked ? ids.add(box.value) : ids.delete(box.value);
  store(form, { ids: [...ids], query: null });
  show();
}

document.addEventListener("change", (event) => {
  const form = bar();
  if (!form) return;
  if (event.target.closest("#list tbody td.pick")) return pick([event.target]);
  if (event.target.closest("#list thead td.pick")) {
    for (const box of boxes()) box.checked = event.target.checked;
    return pick(boxes());
  }
  if (event.target.name === "everything" && event.target.form === form) {
    store(form, { ids: stored(form).ids, query: event.target.checked ? form.dataset.query : null });
    show();
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-unpick]")) return;
  store(bar(), { ids: [], query: null });
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
  field.value = stored(form).ids.join(" ");
  field.dataset.elsewhere = "yes";
  form.append(field);
});

document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id === "panel") return focusPanel();
  if (event.target.id === "list") show();
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
