// The running total of a payment's edit.
import { units, written } from "./amounts.js";

for (const form of document.querySelectorAll("form[data-totals]")) {
  const line = form.querySelector("[data-total]");
  const add = () => {
    let total = 0n;
    let unreadable = false;
    for (const field of form.querySelectorAll("input.amount")) {
      const amount = field.value.trim() ? units(field.value, form) : 0n;
      const over = amount !== null && amount > (units(field.dataset.left, form) ?? amount);
      field.classList.toggle("is-invalid", amount === null || over);
      if (amount === null) unreadable = true;
      else total += amount;
    }
    line.querySelector("output").textContent = unreadable ? "–" : written(total, form);
  };
  for (const filler of form.querySelectorAll("[data-fill]")) {
    const field = filler.parentElement.querySelector("input.amount");
    filler.hidden = false;
    filler.setAttribute("aria-label", `${filler.textContent.trim()}: ${field.getAttribute("aria-label")}`);
    filler.addEventListener("click", () => {
      field.value = field.dataset.left;
      add();
    });
  }
  line.hidden = false;
  form.addEventListener("input", add);
  add();
}
