// Suggested answers: Alt and a digit sends one, Edit puts one into the composer.

const kept = ["answer", "about"];

export function startSuggestions() {
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("input", onInput);
  document.addEventListener("htmx:afterSettle", onSent);
}

// onKey takes the digit by its place: with Alt, some keyboards make another
// character of it.
function onKey(event) {
  const digit = /^Digit(\d)$/.exec(event.code)?.[1];
  if (!digit || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.getModifierState("AltGraph")) return;
  const button = document.querySelector(`[data-alt="${digit}"]`);
  if (!button || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (!event.repeat) button.click();
}

function onClick(event) {
  const button = event.target.closest("[data-edits]");
  const composer = document.getElementById("composer");
  if (!button || !composer) return;
  event.preventDefault();
  const { text, ...fields } = Object.fromEntries(new FormData(button.form));
  kept.forEach((name) => (composer.elements[name].value = fields[name]));
  composer.elements.suggested.value = text;
  const area = composer.elements.text;
  const typed = area.value.trim();
  area.value = typed ? `${typed} ${text}` : text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
}

// onInput forgets the suggestion with the last of its words.
function onInput(event) {
  const composer = event.target.form;
  if (composer?.id !== "composer" || event.target.value.trim()) return;
  for (const name of [...kept, "suggested"]) composer.elements[name].value = "";
}

// onSent keeps the hands where they were: in the composer.
function onSent(event) {
  if (event.detail.requestConfig?.elt?.matches(".suggestion")) document.getElementById("composer-text")?.focus();
}
