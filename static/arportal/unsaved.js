// A form of switches marked data-unsaved says which of them are not saved yet, and asks before the page is left.

const touched = (form) => [...form.elements].filter((each) => each.type === "checkbox" && each.checked !== each.defaultChecked);

function tell(form) {
  const note = form.querySelector(".unsaved");
  if (!note) return;
  const switches = touched(form).map((each) => `${each.labels[0].textContent.trim()} ${each.checked ? note.dataset.on : note.dataset.off}`);
  note.textContent = switches.length ? `${note.dataset.words} (${switches.length}): ${switches.join(", ")}` : "";
  form.querySelector("button[type=reset]").hidden = !switches.length;
}

// Switches of a form that has come back are as they were left; what is saved, its hidden fields say.
function compareWithSaved(form) {
  const saved = [...form.elements].filter((each) => each.name === "was").map((each) => each.value);
  for (const each of form.elements) {
    if (each.type !== "checkbox") continue;
    const left = each.checked;
    each.defaultChecked = saved.includes(each.value);
    each.checked = left;
  }
}

const forms = () => [...document.querySelectorAll("form[data-unsaved]")];
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-unsaved]");
  if (form) tell(form);
});
// The switches go back only after the event.
document.addEventListener("reset", (event) => setTimeout(() => forms().includes(event.target) && tell(event.target)));
forms().forEach(compareWithSaved);
// A browser that comes back fills the switches as they were left.
window.addEventListener("pageshow", () => forms().forEach(tell));
window.addEventListener("beforeunload", (event) => {
  if (forms().some((form) => !form.dataset.sent && touched(form).length)) event.preventDefault();
});
