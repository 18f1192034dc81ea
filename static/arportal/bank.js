// A day's lines by keyboard: digits choose a suggestion, Enter in it records the payment; i, o, h, s lead elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea")) return;
  const target = /^[0-9a-z]$/.test(event.key)
    ? document.querySelector(event.key === "i" ? "[name=reason]" : `[data-key="${event.key}"]`)
    : null;
  if (!target) return;
  event.preventDefault();
  target.focus();
  if (target.matches("a, [type=radio]")) target.click();
});
