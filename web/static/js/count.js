// The count of texts below a message while it is typed.

import { segments, toPlain } from "./segments.js";

// A field with its words for whoever has no value: {{first_name|there}}.
const fields = /\{\{[^{}|]+(?:\|([^{}]*))?\}\}/g;

export function startCounting() {
  document.addEventListener("input", (event) => {
    if (event.target.matches("[data-counted]")) show(event.target);
  });
  each(document);
  document.addEventListener("htmx:load", (event) => each(event.target));
}

function each(root) {
  root.querySelectorAll?.("[data-counted]").forEach(show);
}

function show(area) {
  const output = document.querySelector(`[data-count-of="${area.id}"]`);
  if (!output) return;
  const fixed = area.value.replace(fields, (_, instead = "") => instead.trim());
  const count = segments(fixed);
  const words = `${count.texts} ${count.texts === 1 ? "text" : "texts"} · ${count.used} of ${count.room}`;
  const more = fixed !== area.value ? ", and what the fields add" : "";
  output.replaceChildren(area.value ? words + more : "");
  if (segments(toPlain(fixed)).texts < count.texts) output.append(". ", plainButton(area));
}

function plainButton(area) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain-letters";
  button.textContent = "Use plain characters";
  button.addEventListener("click", () => {
    area.value = toPlain(area.value);
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  });
  return button;
}
