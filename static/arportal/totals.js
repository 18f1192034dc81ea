// The running total of the amounts typed on the record-payment form, exact in the currency's smallest unit.
"use strict";

function units(text, digits) {
  const match = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d+))?$/.exec(text.trim());
  if (!match || (match[2] || "").length > digits) return null;
  return BigInt(match[1].replaceAll(",", "") + (match[2] || "").padEnd(digits, "0"));
}

function written(total, digits) {
  const text = total.toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, ",");
  return digits ? `${whole}.${text.slice(-digits)}` : whole;
}

for (const form of document.querySelectorAll("form[data-totals]")) {
  const digits = Number(form.dataset.digits);
  const line = form.querySelector("[data-total]");
  const add = () => {
    let total = 0n;
    let unreadable = false;
    for (const field of form.querySelectorAll("input.amount")) {
      const amount = field.value.trim() ? units(field.value, digits) : 0n;
      const over = amount !== null && amount > (units(field.dataset.left, digits) ?? amount);
      field.classList.toggle("is-invalid", amount === null || over);
      if (amount === null) unreadable = true;
      else total += amount;
    }
    line.querySelector("output").textContent = unreadable ? "–" : written(total, digits);
  };
  for (const filler of form.querySelectorAll("[data-fill]")) {
    const field = filler.parentElement.querySelector("input.amount");
    filler.hidden = false;
    filler.setAttribute("aria-label", `${filler.textContent}: ${field.getAttribute("aria-label")}`);
    filler.addEventListener("click", () => {
      field.value = field.dataset.left;
      add();
    });
  }
  line.hidden = false;
  form.addEventListener("input", add);
  add();
}
