// The preview follows the form. Without this its button does the same.
"use strict";

const form = document.getElementById("branding");
const button = form.querySelector("[data-preview]");
let waiting;

// A new frame each time, for a used one would add every preview to the browser's history.
function show() {
  const old = document.querySelector("iframe[name=preview]");
  const frame = old.cloneNode();
  old.removeAttribute("name");
  frame.removeAttribute("src");
  frame.hidden = true;
  old.after(frame);
  frame.addEventListener("load", () => {
    frame.hidden = false;
    for (const other of document.querySelectorAll(".preview iframe")) if (other !== frame) other.remove();
  });
  form.requestSubmit(button);
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 400);
});
