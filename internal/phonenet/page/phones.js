// The page works without this script. With it, forms do not reload the page,
// new texts appear by themselves, and the old phone's keys type.
"use strict";

const root = document.body.dataset.root || "";
const calm = matchMedia("(prefers-reduced-motion: reduce)");

// --- Renewing what is live -------------------------------------------------

// The server renders the page again; every element marked data-live is
// replaced by its new version, and phones that are new are put on the desk.
// What a person types stands outside of those elements.
function adopt(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  placePhones(fresh);
  for (const next of fresh.querySelectorAll("[data-live]")) {
    const old = document.getElementById(next.id);
    if (old && old.innerHTML !== next.innerHTML) renew(old, next);
  }
  for (const next of fresh.querySelectorAll("[data-title]")) {
    const id = next.closest("form").id;
    const old = document.querySelector(`#${CSS.escape(id)} [data-title]`);
    if (old) old.textContent = next.textContent;
  }
  countPages();
  return fresh;
}

function renew(old, next) {
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  const known = new Set([...old.querySelectorAll("[data-sid]")].map((e) => e.dataset.sid));
  const rings = "rings" in old.dataset && next.querySelectorAll("li").length > 0;
  old.innerHTML = next.innerHTML;
  if (focused) document.getElementById(focused)?.focus();
  for (const text of old.querySelectorAll("[data-sid]")) {
    if (!known.has(text.dataset.sid)) arrived(old, text);
  }
  if (rings) buzz(old.closest(".phone"));
}

function arrived(screen, text) {
  if (!calm.matches) text.classList.add("arrives");
  const mine = text.classList.contains("mine");
  screen.scrollTop = "top" in screen.dataset && !mine ? 0 : screen.scrollHeight;
  if (mine) return;
  say(`New text on the phone of ${screen.dataset.name}: ${text.textContent}`);
  buzz(screen.closest(".phone"));
}

function buzz(phone) {
  phone.classList.remove("buzzes");
  void phone.offsetWidth; // so that the animation starts again
  phone.classList.add("buzzes");
}

function say(words) {
  document.getElementById("news").textContent = words.slice(0, 240);
}

function placePhones(fresh) {
  const stage = document.getElementById("stage");
  const tile = stage.querySelector(".tile");
  for (const next of fresh.querySelectorAll(".stage > .phone")) {
    const old = document.getElementById(next.id);
    if (!old) {
      // A campaign reaches hundreds of phones: the desk fills up once and then
      // keeps what a person looks at.
      if (stage.querySelectorAll(".phone").length < 4) stage.insertBefore(document.importNode(next, true), tile);
      continue;
    }
    if (kindOf(old) !== kindOf(next)) old.replaceWith(document.importNode(next, true));
  }
  if (stage.querySelector(".phone")) stage.querySelector(".empty")?.remove();
}

function kindOf(phone) {
  return [...phone.classList].find((name) => name.startsWith("k-"));
}

let asking = false;
let again = false;

async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const answer = await fetch(pageAddress(), { headers: { Accept: "text/html" } });
    if (answer.ok) adopt(await answer.text());
  } catch {
    // The network is away; the event stream connects again by itself.
  } finally {
    asking = false;
  }
  if (again) {
    again = false;
    setTimeout(refresh, 200);
  }
}

// pageAddress is the page itself with what is typed into the search.
function pageAddress() {
  const query = new URLSearchParams(location.search);
  const search = document.getElementById("q").value.trim();
  if (search) query.set("q", search);
  else query.delete("q");
  return (root || "./") + "?" + query;
}

function listen() {
  const stream = new EventSource(root + "events");
  stream.addEventListener("change", refresh);
  addEventListener("pagehide", () => stream.close(), { once: true });
}

// --- Forms -----------------------------------------------------------------

// only names the one field to send, where a form has several that each have
// their effect.
async function post(form, submitter, only) {
  const body = new URLSearchParams(new FormData(form, submitter));
  if (only) {
    for (const name of [...body.keys()]) if (name !== only && name !== "back") body.delete(name);
  }
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    const fresh = adopt(await answer.text());
    const problem = fresh.querySelector(".problem");
    if (problem) toast(problem.textContent, true);
    else if (form.dataset.said) toast(form.dataset.said);
    return !problem && answer.ok;
  } catch {
    toast("The phone network does not answer. Is the program still running?", true);
    return false;
  }
}

let toastTimer;

function toast(words, bad) {
  const bar = document.getElementById("toast");
  bar.textContent = words;
  bar.classList.toggle("bad", Boolean(bad));
  bar.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (bar.hidden = true), 5000);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if ("search" in form.dataset) {
    event.preventDefault();
    refresh();
    return;
  }
  if (!("fast" in form.dataset)) return;
  event.preventDefault();
  const field = form.querySelector("[name=body]:not([type=hidden])");
  if (!(await post(form, event.submitter))) return;
  if ("clears" in form.dataset && field) {
    field.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.closest("details.pop")?.removeAttribute("open");
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form && "auto" in form.dataset) post(form, null, event.target.name);
});

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.type === "range") showRange(field);
  if (field.id === "q") refresh();
  if (field.form && "lcd" in field.form.dataset) {
    field.form.querySelector("[data-left]").textContent = String(160 - field.value.length);
  }
});

function showRange(field) {
  const words = field.dataset.unit === "%" ? `${field.value}%` : field.value === "0" ? "none" : `up to ${field.value} s`;
  field.closest("label").querySelector("output").textContent = words;
}

// Only one drop-down is open at a time; Escape and a click elsewhere close it.
function closeAll(except) {
  for (const box of document.querySelectorAll("details.pop[open]")) {
    if (box !== except && !box.contains(except)) box.removeAttribute("open");
  }
}

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    event.preventDefault();
    const box = document.getElementById(opener.dataset.opens);
    box.open = true;
    box.scrollIntoView({ block: "nearest" });
    box.querySelector("input:not([type=hidden])").focus();
    return;
  }
  closeAll(event.target.closest("details.pop"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const box = document.activeElement?.closest("details.pop[open]");
  closeAll(null);
  box?.querySelector("summary").focus();
});

// --- The old phone's keys --------------------------------------------------

// Letters of one key follow each other while it is pressed again within a
// second, as on the real thing.
const tap = { key: "", form: null, turn: 0, timer: 0 };
const tapWithin = 1000;

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]");
  if (!key) return;
  const form = key.form || document.getElementById(key.closest("[data-for]").dataset.for);
  press(form, key.dataset.key, key.dataset.letters || "");
});

function press(form, key, letters) {
  const field = form.querySelector("textarea");
  const screen = form.querySelector(".lcd-text");
  if (key === "up" || key === "down") {
    screen.scrollBy({ top: (key === "up" ? -1 : 1) * (screen.clientHeight - 16) });
    return;
  }
  if (key === "clear") {
    endTap();
    type(field, field.value.slice(0, -1));
    return;
  }
  if (key === "#") {
    endTap();
    const mode = form.querySelector("[data-mode]");
    mode.textContent = { abc: "ABC", ABC: "123", 123: "abc" }[mode.textContent];
    return;
  }
  typeLetter(form, field, key, letters);
}

function typeLetter(form, field, key, letters) {
  const mode = form.querySelector("[data-mode]").textContent;
  if (mode === "123") {
    type(field, field.value + key);
    return;
  }
  const same = tap.form === form && tap.key === key;
  tap.turn = same ? (tap.turn + 1) % letters.length : 0;
  const letter = mode === "ABC" ? letters[tap.turn].toUpperCase() : letters[tap.turn];
  type(field, (same ? field.value.slice(0, -1) : field.value) + letter);
  clearTimeout(tap.timer);
  Object.assign(tap, { key, form, timer: setTimeout(endTap, tapWithin) });
}

function endTap() {
  clearTimeout(tap.timer);
  Object.assign(tap, { key: "", form: null, turn: 0 });
}

function type(field, value) {
  field.value = value.slice(0, field.maxLength);
  field.scrollTop = field.scrollHeight;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// The small screen says how many pages a text has.
function countPages() {
  for (const screen of document.querySelectorAll(".lcd-text")) {
    const more = screen.scrollHeight - screen.scrollTop - screen.clientHeight > 8;
    screen.parentElement.classList.toggle("more", more);
  }
}

document.addEventListener("scroll", (event) => {
  if (event.target.classList?.contains("lcd-text")) countPages();
}, true);

// --- Start -----------------------------------------------------------------

function clock() {
  const now = new Date();
  const words = `${now.getHours() % 12 || 12}:${String(now.getMinutes()).padStart(2, "0")}`;
  for (const place of document.querySelectorAll(".clock")) place.textContent = words;
}

document.documentElement.classList.add("live");
for (const thread of document.querySelectorAll(".thread")) thread.scrollTop = thread.scrollHeight;
countPages();
clock();
setInterval(clock, 10000);
listen();
