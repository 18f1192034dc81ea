// Small courtesies; every page does its work without them.
const toasts = () => document.getElementById("toasts");

// So many at once; the oldest make room.
const MOST_TOASTS = 3;

// `offer`: what can be done about it, as a link or a form.
function say(words, cssClass, offer) {
  const note = document.createElement("div");
  note.className = `note ${cssClass}`;
  const text = document.createElement("div");
  text.textContent = words;
  const close = document.createElement("button");
  close.className = "icon-btn";
  close.type = "button";
  close.textContent = "×";
  close.setAttribute("aria-label", toasts().dataset.close);
  close.addEventListener("click", () => note.remove());
  if (offer) text.append(" ", offer.url ? linkTo(offer) : formFor(offer, note));
  note.append(text, close);
  toasts().append(note);
  htmx.process(note);
  const others = [...toasts().querySelectorAll(".note:not([hidden])")];
  for (const oldest of others.slice(0, -MOST_TOASTS)) oldest.remove();
  if (cssClass !== "error") fade(note, offer ? 20000 : 6000);
}

// Not while somebody reads it or is at its button.
function fade(note, milliseconds) {
  setTimeout(() => (note.matches(":hover, :focus-within") ? fade(note, 2000) : note.remove()), milliseconds);
}

function linkTo({ words, url }) {
  const link = document.createElement("a");
  link.href = url;
  link.textContent = words;
  return link;
}

// The same form as the move's own: with its checks, and with the row as its answer where that is named and there.
function formFor({ words, action, values, row }, note) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  for (const [name, value] of Object.entries(values)) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  if (document.getElementById(row)) {
    form.setAttribute("hx-post", action);
    form.setAttribute("hx-target", `#${row}`);
    form.setAttribute("hx-swap", "outerHTML");
    form.setAttribute("hx-push-url", "false");
  }
  const button = document.createElement("button");
  button.className = "btn btn-plain btn-sm";
  button.textContent = words;
  form.append(button);
  // Until the answer is dealt with it stays in the page: htmx looks from it for what to replace.
  form.addEventListener("htmx:beforeRequest", () => (note.hidden = true));
  form.addEventListener("htmx:afterRequest", () => note.remove());
  return form;
}

// A form marked data-once is sent once: its buttons rest until the answer is here. A preview in a frame sends nothing.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented || event.submitter?.formTarget) return;
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
// Escape closes what is open: a menu, or else the panel of a list. In a search box it empties that first.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  const menus = document.querySelectorAll("details.menu[open]");
  for (const menu of menus) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (menus.length || (event.target.type === "search" && event.target.value)) return;
  document.getElementById("close-panel")?.click();
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
document.addEventListener("desk:said", ({ detail }) => say(detail.words, detail.css_class, detail.offer));
