// Amounts as people write them in a form, exact in the currency's smallest unit.
// The form says how: `data-digits`, `data-format`, and `data-pattern`, which the server reads by too.
const SPACES = /[\t\u00a0\u2002\u2003\u2007-\u200a\u202f\u205f\u3000]/g;
const MOST_WHOLE_DIGITS = 15;

// null for what is no amount of the form's currency.
export function units(text, form) {
  const digits = Number(form.dataset.digits);
  const plain = text.replace(SPACES, " ").replace(/[\u2019\u02bc\u00b4]/g, "'").replace(/\u2212/g, "-");
  const match = new RegExp(`^(?:${form.dataset.pattern})$`, "i").exec(plain.replace(/^ +| +$/g, ""));
  if (!match) return null;
  const [, , whole, , decimals, onlyDecimals] = match;
  const fraction = decimals || onlyDecimals || "";
  const figures = (whole || "0").replace(/[^0-9]/g, "");
  if (fraction.length > digits || figures.replace(/^0+/, "").length > MOST_WHOLE_DIGITS) return null;
  return BigInt(figures + fraction.padEnd(digits, "0"));
}

export function written(total, form) {
  const digits = Number(form.dataset.digits);
  const [point, group] = form.dataset.format === "comma" ? [",", "."] : [".", ","];
  const text = total.toString().padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, group);
  return digits ? `${whole}${point}${text.slice(-digits)}` : whole;
}
