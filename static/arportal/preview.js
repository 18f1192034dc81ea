// The preview follows the form. Without this its button does the same.
const button = document.querySelector("[data-preview]");
const form = button.form;
const panel = document.querySelector(".preview");
let shown = 0;
let waiting;

// A frame of its own each time, for a used one would add every preview to the browser's history.
function show() {
  const frame = panel.querySelector("iframe").cloneNode();
  frame.removeAttribute("src");
  frame.name = button.formTarget = `preview-${++shown}`;
  frame.hidden = true;
  panel.append(frame);
  frame.addEventListener("load", () => {
    frame.hidden = false;
    while (frame.previousElementSibling?.tagName === "IFRAME") frame.previousElementSibling.remove();
  });
  form.requestSubmit(button);
}

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 400);
});

// A frame without an address of its own shows what is in the form.
if (!panel.querySelector("iframe").hasAttribute("src")) show();
