// Dialogs, menus, toasts and the choice of colours.

export function startDialogs() {
  document.addEventListener("click", onClick);
  document.addEventListener("toggle", onToggle, true);
  document.addEventListener("keydown", onEscape);
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "dialog") open(event.target);
  });
  document.querySelectorAll("[data-passes]").forEach(pass);
  markTheme();
}

export function open(dialog) {
  if (dialog && !dialog.open) dialog.showModal();
}

// toast says one sentence at the bottom of the page.
export function toast(text) {
  const box = document.createElement("div");
  box.className = "toast";
  box.setAttribute("role", "alert");
  box.textContent = text;
  document.getElementById("toasts")?.append(box);
  pass(box);
}

function pass(box) {
  setTimeout(() => (box.matches(":hover, :focus-within") ? pass(box) : box.remove()), 6000);
}

function onClick(event) {
  const on = (selector) => event.target.closest(selector);
  const opener = on("[data-opens]");
  if (opener) open(document.getElementById(opener.dataset.opens));

  const dialog = on("dialog");
  if (dialog && (event.target === dialog || on("[data-closes]"))) {
    event.preventDefault();
    dialog.close();
  }
  const remover = on("[data-removes]");
  if (remover) remover.closest(remover.dataset.removes).remove();

  const theme = on("[data-theme-choice]");
  if (theme) choose(theme.dataset.themeChoice);

  for (const menu of document.querySelectorAll("details.menu[open], details.more[open]")) {
    if (!menu.contains(event.target) || on(".menu-list a, .more-sheet a")) menu.open = false;
  }
}

// onToggle opens a menu upwards where there is no room below.
function onToggle(event) {
  const menu = event.target;
  if (!menu.matches?.("details.menu") || !menu.open) return;
  menu.classList.remove("opens-up");
  const list = menu.querySelector(".menu-list").getBoundingClientRect();
  menu.classList.toggle("opens-up", list.bottom > window.innerHeight - 8 && list.height < list.top);
}

function onEscape(event) {
  if (event.key !== "Escape") return;
  const menu = document.querySelector("details.menu[open], details.more[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
}

function choose(theme) {
  const root = document.documentElement;
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  markTheme();
}

function markTheme() {
  const chosen = document.documentElement.dataset.theme ?? "";
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
  }
}
