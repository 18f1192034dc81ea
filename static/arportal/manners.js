// Small courtesies; every page does its work without them.
"use strict";

const toasts = () => document.getElementById("toasts");

function say(words, look) {
  const note = document.createElement("div");
  note.className = `note ${look}`;
  const text = document.createElement("p");
  text.textContent = words;
  const close = document.createElement("button");
  close.className = "icon-btn";
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", toasts().dataset.close);
  close.addEventListener("click", () => note.remove());
  note.append(text, close);
  toasts().append(note);
  if (look !== "error") setTimeout(() => note.remove(), 6000);
}

// A form marked data-once is sent once: its buttons rest until the answer is here.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
// A page taken from the browser's back cache may be sent again; its hidden change id keeps that harmless.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-shows]");
  if (opener) document.getElementById(opener.dataset.shows).showModal();
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || opener) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("DOMContentLoaded", () => {
  for (const hidden of document.querySelectorAll("[data-shows][hidden]")) hidden.hidden = false;
});

// Empty filters stay out of the address.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  const kept = event.detail.formData;
  for (const [name, value] of [...kept.entries()]) if (value === "") kept.delete(name);
});
// Signed out meanwhile: the sign-in page is not to land in the middle of a list.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!new URL(event.detail.xhr.responseURL).pathname.startsWith("/accounts/")) return;
  event.detail.shouldSwap = false;
  window.location.reload();
});
document.addEventListener("htmx:responseError", (event) => {
  // No longer allowed, or not there any more: a whole page says it better than a fragment.
  if ([401, 403, 404].includes(event.detail.xhr.status)) return window.location.reload();
  say(toasts().dataset.failed, "error");
});
document.addEventListener("htmx:sendError", () => say(toasts().dataset.failed, "error"));
document.addEventListener("desk:said", (event) => say(event.detail.words, event.detail.look));
