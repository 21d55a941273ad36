// Keys. Single letters can be turned off in the list of keys (WCAG 2.1.4).

import { open } from "./dialogs.js";

const off = "parley-single-keys-off";

export function startKeys() {
  document.addEventListener("keydown", onKey);
  const box = document.getElementById("single-keys");
  if (!box) return;
  box.checked = !localStorage.getItem(off);
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(off);
    else localStorage.setItem(off, "yes");
  });
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey) return withControl(event);
  if (event.altKey && !event.getModifierState("AltGraph") && event.code === "KeyN" && nextWaiting()) return event.preventDefault();
  if (event.key === "Escape" && !event.defaultPrevented && event.target.matches("#composer-text, main input[type=search]")) return leave(event.target);
  if (event.altKey || event.defaultPrevented || isTyping(event.target)) return;
  if (localStorage.getItem(off) || document.querySelector("dialog[open]")) return;
  const act = single[event.key.toLowerCase()] ?? press(event.key.toUpperCase());
  if (act?.() !== undefined) event.preventDefault();
}

function withControl(event) {
  if (event.key === "k") {
    event.preventDefault();
    open(document.getElementById("goto"));
  } else if (event.key === "Enter") {
    const form = event.target.form ?? document.querySelector("main form.with-foot, main form#answer");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector(".btn-primary") ?? undefined);
  }
}

function isTyping(target) {
  return target.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
}

// An act returns something when it was done, so that the key does nothing else.
const single = {
  j: () => move(1),
  k: () => move(-1),
  r: () => focus("#composer-text"),
  "/": () => focus("main input[type=search]"),
  "?": () => open(document.getElementById("keys")) ?? true,
};

function focus(selector) {
  const field = document.querySelector(selector);
  if (!field) return undefined;
  field.focus();
  return true;
}

function press(key) {
  const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!target) return undefined;
  return () => target.click() ?? true;
}

// leave goes from a field to the row of the list that is open, where single
// letters are keys again. What was typed stays.
function leave(field) {
  field.blur();
  const row = [...document.querySelectorAll("[data-rows] [data-row]")].find(isOpen);
  row?.querySelector("[data-open]").focus();
}

// nextWaiting opens the conversation that waits behind the open one in the list,
// or the first that waits, also while a reply is being typed.
function nextWaiting() {
  const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
  const at = rows.findIndex(isOpen);
  const waits = (row) => row.classList.contains("is-waiting") && !isOpen(row);
  const next = rows.slice(at + 1).find(waits) ?? rows.find(waits);
  next?.scrollIntoView({ block: "nearest" });
  next?.querySelector("[data-open]").click();
  return next !== undefined;
}

// isOpen says whether the row's conversation is the one on the page: of a list that
// nobody has chosen from, that is the first as the page was made.
function isOpen(row) {
  const open = document.querySelector("[data-conversation]");
  return open ? open.dataset.conversation === row.dataset.row : row.querySelector("[aria-current]") !== null;
}

// move goes to the next row of the list; Enter then opens it like any link.
function move(by) {
  const rows = [...document.querySelectorAll("[data-rows] [data-row]")];
  if (rows.length === 0) return undefined;
  let at = rows.findIndex((row) => row.classList.contains("is-here"));
  if (at < 0) at = rows.findIndex(isOpen);
  const next = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
  rows.forEach((row) => row.classList.toggle("is-here", row === next));
  next.scrollIntoView({ block: "nearest" });
  next.querySelector("[data-open]")?.focus();
  return true;
}
