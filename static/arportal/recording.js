// Recording a payment: the running remainder, exact in the currency's smallest unit, and keys that save a mouse.
import { units, written } from "./amounts.js";

function signed(amount, form) {
  return amount < 0n ? `\u2212${written(-amount, form)}` : written(amount, form);
}

// What is typed in a field: null when it is empty or no amount; then it is marked.
function read(field) {
  const text = field.value.trim();
  const amount = text ? units(text, field.form) : null;
  const left = field.dataset.left && !field.form.hasAttribute("data-overpay") ? units(field.dataset.left, field.form) : null;
  const over = amount !== null && left !== null && amount > left;
  field.classList.toggle("is-invalid", over || (text !== "" && amount === null));
  return { amount, isEmpty: !text };
}

function tally(form) {
  const show = (name, amount) => {
    const output = form.querySelector(`[data-${name}]`);
    const words = amount === null ? "–" : signed(amount, form);
    // Only what has changed, for it is read out.
    if (output.textContent !== words) output.textContent = words;
    return output;
  };
  let allocated = 0n;
  for (const field of form.querySelectorAll("input.amount[data-left]")) {
    const { amount, isEmpty } = read(field);
    if (amount === null && !isEmpty) allocated = null;
    else if (allocated !== null) allocated += amount ?? 0n;
  }
  const received = read(form.elements.received).amount;
  const rest = received === null || allocated === null ? null : received - allocated;
  show("received", received);
  show("allocated", allocated);
  show("rest", rest).classList.toggle("late", Boolean(rest));
}

function begin(form) {
  for (const filler of form.querySelectorAll("[data-fill][hidden]")) {
    const field = filler.parentElement.querySelector("input.amount");
    filler.hidden = false;
    filler.setAttribute("aria-label", `${filler.textContent.trim()}: ${field.getAttribute("aria-label")}`);
  }
  tally(form);
}

const beginAll = () => document.querySelectorAll("form[data-tally]").forEach(begin);
document.addEventListener("DOMContentLoaded", beginAll);
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "allocation") return;
  // What was wrong about the amount before is over; what is wrong now stands beside the button.
  forgive(event.target.closest("form").elements.received);
  beginAll();
});

function forgive(field) {
  field.closest(".field, td")?.querySelector(".reason")?.remove();
  field.removeAttribute("aria-invalid");
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-tally]");
  if (!form) return;
  forgive(event.target);
  tally(form);
});
document.addEventListener("click", (event) => {
  const filler = event.target.closest("[data-fill]");
  if (!filler) return;
  const field = filler.parentElement.querySelector("input.amount");
  field.value = field.dataset.left;
  tally(field.form);
});
// Enter in the amount received allocates it; in any other field it leads on to the preview.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.name !== "received" || !event.target.value.trim()) return;
  event.preventDefault();
  document.getElementById("allocate").click();
});
// From the search down into the companies found, and up again; never into those of an earlier search.
let isAwaited = false;
const suggestions = () => [...document.querySelectorAll("[data-suggestion]")];
document.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const field = document.getElementById("q");
  if (!step || !field) return;
  const stops = [field, ...suggestions()];
  const from = stops.indexOf(document.activeElement);
  if (from < 0) return;
  event.preventDefault();
  isAwaited = from === 0 && field.value.trim() !== document.getElementById("suggestions").dataset.words;
  if (!isAwaited) stops[Math.min(Math.max(from + step, 0), stops.length - 1)].focus();
});
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "suggestions" || !isAwaited) return;
  isAwaited = false;
  suggestions()[0]?.focus();
});
