// Forms: fields that are inserted, passwords shown, files dropped, changes that
// are not saved yet, and replies that are kept until they are sent.

const keep = "parley-draft:";

export function startForms() {
  document.addEventListener("click", onClick);
  document.addEventListener("input", onInput);
  document.addEventListener("change", (event) => {
    event.target.closest("form[data-submits]")?.requestSubmit();
  });
  document.addEventListener("submit", onSubmit);
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-unsaved].is-changed:not(.is-leaving)")) event.preventDefault();
  });
  startDrop();
  document.addEventListener("keydown", goToFirst);
  document.querySelectorAll("form[data-unsaved]").forEach((form) => (before.set(form, state(form))));
  restore(document);
  document.addEventListener("htmx:load", (event) => restore(event.target));
  document.addEventListener("htmx:beforeOnLoad", onSent);
  goToWrong();
}

// goToWrong puts the cursor where the first correction is to be made.
function goToWrong() {
  const wrong = document.querySelector("[aria-invalid], fieldset.is-wrong");
  const field = wrong?.matches("fieldset") ? wrong.querySelector("input, select, textarea") : wrong;
  field?.focus({ preventScroll: true });
  wrong?.scrollIntoView({ block: "nearest" });
}

function onClick(event) {
  const insert = event.target.closest("[data-insert]");
  if (insert) {
    const area = document.getElementById(insert.dataset.into);
    area.setRangeText(insert.dataset.insert, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
  }
  const show = event.target.closest("[data-shows]");
  if (show) {
    const field = document.getElementById(show.dataset.shows);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    show.setAttribute("aria-pressed", String(shown));
  }
}

function onInput(event) {
  const form = event.target.form;
  if (event.target.matches("[data-filters]")) narrow(event.target);
  if (form?.dataset.draft && event.target.matches("textarea")) localStorage.setItem(keep + form.dataset.draft, event.target.value);
  if (before.has(form)) showChanges(form);
}

function onSubmit(event) {
  const form = event.target;
  form.classList.add("is-leaving");
  if (form.getAttribute("action") === "/sign-out") forgetAll();
  // What is refused comes back in the page that says why.
  if (form.dataset.draft && !form.hasAttribute("hx-post")) forget(form);
}

const forget = (form) => localStorage.removeItem(keep + form.dataset.draft);

// A reply that was being written is there again after a reload. It is forgotten
// once it is sent, and all of them when the person signs out.
function restore(root) {
  for (const form of root.querySelectorAll?.("form[data-draft]") ?? []) {
    const area = form.querySelector("textarea");
    area.value ||= localStorage.getItem(keep + form.dataset.draft) ?? "";
    if (area.value) area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// onSent comes before the answer is put in the place of the form. What was typed
// since the form was sent is the beginning of the next reply.
function onSent(event) {
  const { elt: form, xhr, requestConfig } = event.detail;
  if (!form.dataset?.draft || xhr.status >= 300) return;
  const area = form.querySelector("textarea");
  const sent = String(requestConfig.formData.get(area.name));
  area.value = area.value.startsWith(sent) ? area.value.slice(sent.length) : area.value;
  if (area.value) localStorage.setItem(keep + form.dataset.draft, area.value);
  else forget(form);
}

function forgetAll() {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(keep)) localStorage.removeItem(key);
  }
}

const before = new WeakMap();

function state(form) {
  const values = new Map();
  for (const [name, value] of new FormData(form)) values.set(name, [...(values.get(name) ?? []), value].join("\n"));
  return values;
}

function showChanges(form) {
  const was = before.get(form);
  const is = state(form);
  const names = [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name));
  form.classList.toggle("is-changed", names.length > 0);
  const note = form.querySelector("[data-unsaved-note]");
  note.hidden = names.length === 0;
  const labels = names.map((name) => labelOf(form, name)).join(", ");
  note.querySelector("span").textContent = `${names.length} ${names.length === 1 ? "change" : "changes"} not saved: ${labels}`;
}

function labelOf(form, name) {
  const control = form.elements[name];
  const one = control instanceof RadioNodeList ? control[0] : control;
  const label = one.closest("fieldset.field")?.querySelector("legend") ?? one.labels?.[0];
  return (label?.firstChild?.textContent ?? name).trim().toLowerCase();
}

function startDrop() {
  for (const area of document.querySelectorAll("[data-drop]")) {
    const over = (is) => (event) => {
      event.preventDefault();
      area.classList.toggle("is-over", is);
      if (event.type === "drop") area.querySelector("input").files = event.dataTransfer.files;
    };
    area.addEventListener("dragover", over(true));
    area.addEventListener("dragleave", over(false));
    area.addEventListener("drop", over(false));
  }
}

// narrow leaves the entries of a list that hold what is typed; Enter goes to
// the first of them.
function narrow(input) {
  for (const item of document.querySelectorAll(`${input.dataset.filters} > li`)) {
    item.hidden = !item.textContent.toLowerCase().includes(input.value.trim().toLowerCase());
  }
}

function goToFirst(event) {
  const input = event.target.closest?.("[data-filters]");
  if (event.key !== "Enter" || !input?.value.trim()) return;
  const first = document.querySelector(`${input.dataset.filters} > li:not([hidden]) a`);
  if (!first) return;
  event.preventDefault();
  first.click();
}
