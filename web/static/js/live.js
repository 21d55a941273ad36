// Pages that change while they are open. htmx fetches the fragments; here is
// what keeps the reader's place, says what is new, and catches up after a break.

import { toast } from "./dialogs.js";

export function startLive() {
  ownTheStream();
  document.addEventListener("htmx:beforeRequest", holdBack);
  document.addEventListener("htmx:beforeSend", (event) => asked.set(event.detail.xhr, performance.now()));
  document.addEventListener("htmx:beforeSwap", remember);
  document.addEventListener("htmx:afterSwap", recall);
  document.addEventListener("htmx:afterSettle", askAgain);
  document.addEventListener("htmx:oobBeforeSwap", leaveFocused);
  document.addEventListener("htmx:oobAfterSwap", countInTitle);
  document.addEventListener("htmx:sseError", () => (broken = true));
  document.addEventListener("htmx:sseOpen", catchUp);
  document.addEventListener("htmx:responseError", onFailure);
  document.addEventListener("htmx:sendError", () => toast("There is no connection. What you typed is still here."));
  document.addEventListener("scroll", resume, true);
  document.addEventListener("toggle", menuClosed, true);
  document.addEventListener("click", markCurrent);
}

// ownTheStream closes the stream of events when the page is left. A browser
// that keeps the page for Back would keep its connection too, and allows six.
function ownTheStream() {
  let stream;
  window.htmx.createEventSource = (address) => (stream = listening(new EventSource(address)));
  window.addEventListener("pagehide", () => stream?.close());
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
}

// What comes while an element is fetched and put in place reaches neither the
// old element nor the new one, and the answer may be older. So it is noted here
// when each event was heard and each request began.
const heard = new Map(); // by name of the event
const asked = new WeakMap(); // by request

function listening(stream) {
  const names = new Set();
  const paces = new WeakMap(); // by listener
  stream.addEventListener = (name, listener) => {
    if (!names.has(name)) EventSource.prototype.addEventListener.call(stream, name, () => heard.set(name, performance.now()));
    names.add(name);
    paces.set(listener, paced(listener));
    EventSource.prototype.addEventListener.call(stream, name, paces.get(listener));
  };
  stream.removeEventListener = (name, listener) => EventSource.prototype.removeEventListener.call(stream, name, paces.get(listener) ?? listener);
  return stream;
}

// A part is fetched at once when it changes, and while it goes on changing, as
// in a launch, every so often, with the last change in any case.
const pace = 400; // milliseconds

function paced(listener) {
  let last = -pace;
  let waiting;
  const hear = (event) => {
    waiting = undefined;
    last = performance.now();
    listener(event);
  };
  return (event) => {
    const rest = last + pace - performance.now();
    if (rest <= 0) hear(event);
    else waiting ??= setTimeout(hear, rest, event);
  };
}

function askAgain(event) {
  const began = asked.get(event.detail.xhr);
  const swapped = document.getElementById(event.target.id);
  if (!swapped) return;
  for (const live of [swapped, ...swapped.querySelectorAll('[hx-trigger^="sse:"]')]) {
    if (heard.get(liveName(live)?.slice("sse:".length)) > began) refresh(live);
  }
}

let broken = false;
const places = new Map();

const liveName = (element) => /sse:[\w-]+/.exec(element.getAttribute("hx-trigger") ?? "")?.[0];

function refresh(element) {
  window.htmx.trigger(element, liveName(element));
}

// catchUp fetches everything again that may have changed while there was no
// stream of events. What stands within a part comes with it.
function catchUp() {
  if (!broken) return;
  broken = false;
  const live = '[hx-trigger^="sse:"]';
  for (const part of document.querySelectorAll(live)) {
    if (!part.parentElement.closest(live)) refresh(part);
  }
}

// holdBack leaves a part alone while somebody reads far down in it, or has a
// menu of it open, which would close under their hand.
function holdBack(event) {
  const part = event.target;
  if (!byItself(event) || !(readFarDown(part) || chosenFrom(part))) return;
  event.preventDefault();
  part.dataset.stale = "yes";
}

const byItself = (event) => event.detail.requestConfig.triggeringEvent?.type?.startsWith("sse:");
const readFarDown = (part) => part.matches("[data-keeps-place]") && part.scrollTop >= part.clientHeight;
const chosenFrom = (part) => part.querySelector("details.menu[open]") !== null;

function menuClosed(event) {
  const part = event.target.closest("[data-stale]");
  if (!part || chosenFrom(part)) return;
  delete part.dataset.stale;
  refresh(part);
}

function resume(event) {
  const list = event.target;
  if (!list.dataset?.stale || list.scrollTop > 40) return;
  delete list.dataset.stale;
  refresh(list);
}

// A part that holds a form being sent waits for the form's own answer, which
// is newer. What was heard meanwhile is asked for after it. One whose menu was
// opened since it was asked for waits until that is closed.
const sending = (part, form) => [...part.querySelectorAll("form.htmx-request")].some((other) => other !== form);

function remember(event) {
  const old = event.detail.target;
  if (sending(old, event.detail.requestConfig.elt)) {
    event.detail.shouldSwap = false;
    return;
  }
  if (byItself(event) && chosenFrom(old)) {
    event.detail.shouldSwap = false;
    old.dataset.stale = "yes";
    return;
  }
  const scroller = old.matches("[data-keeps-place]") ? old : old.querySelector(".transcript");
  places.set(old.id, { top: scroller?.scrollTop ?? 0, ids: idsOf(old) });
}

function recall(event) {
  const now = document.getElementById(event.target.id) ?? event.target;
  const was = places.get(now.id);
  if (!was) return;
  const scroller = now.matches("[data-keeps-place]") ? now : now.querySelector(".transcript");
  if (scroller) scroller.scrollTop = was.top;
  if (now.matches("[data-announces]")) announce(now, was.ids);
}

function idsOf(root) {
  return new Set([...root.querySelectorAll(".message")].map((message) => message.id));
}

function announce(root, known) {
  const added = [...root.querySelectorAll(".message")].filter((message) => !known.has(message.id));
  added.forEach((message) => message.classList.add("is-new"));
  const texts = added.map((message) => message.querySelector(".bubble")?.textContent).filter(Boolean);
  if (texts.length > 0) document.getElementById("announcer").textContent = texts.join(". ");
}

// leaveFocused keeps the counts that come along with a list from taking away
// the link that somebody is at.
function leaveFocused(event) {
  const old = event.detail.target;
  if (old.matches(".list-counts") && old.contains(document.activeElement)) event.detail.shouldSwap = false;
}

function countInTitle(event) {
  if (event.target.id !== "nav-waiting") return;
  const waiting = Number(document.getElementById("nav-waiting").dataset.waiting);
  const title = document.title.replace(/^\(\d+\) /, "");
  document.title = waiting > 0 ? `(${waiting}) ${title}` : title;
}

function onFailure(event) {
  const part = event.detail.elt.closest('[hx-trigger^="sse:"]');
  if (part && part !== event.detail.elt) refresh(part);
  const status = event.detail.xhr.status;
  if (status === 401) location.reload();
  else if (event.detail.requestConfig.verb === "get") return; // what is shown stays
  else if (status >= 500) toast("That did not work. Try again in a moment.");
  else if (status !== 409 && status !== 422) toast("That cannot be done any more. Reload the page to see what changed.");
}

function markCurrent(event) {
  const link = event.target.closest(".rows [data-open]");
  if (!link) return;
  for (const other of link.closest(".rows").querySelectorAll("[aria-current]")) other.removeAttribute("aria-current");
  link.setAttribute("aria-current", "true");
  document.querySelector(".panes-page")?.classList.add("has-open");
}
