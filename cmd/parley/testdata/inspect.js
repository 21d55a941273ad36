// What is wrong with a page for somebody who cannot see it, or sees it on a
// phone. The value is a list of sentences, empty for a good page, and null
// while the page is loading.
(() => {
  if (document.readyState !== "complete" || !document.body) return null;
  const wrong = [];
  const tell = (what, element) => wrong.push(`${what}: ${element.outerHTML.slice(0, 160)}`);
  const all = (selector) => [...document.querySelectorAll(selector)];

  const headings = all("h1").length;
  if (headings !== 1) wrong.push(`${headings} headings of the first level`);
  if (!document.title) wrong.push("no title");
  if (!document.documentElement.lang) wrong.push("no language");
  if (all("main").length !== 1) wrong.push("not one main part");

  const named = (element) =>
    element.textContent.trim() ||
    element.getAttribute("aria-label") ||
    element.getAttribute("title") ||
    element.querySelector("img[alt]:not([alt=''])");
  for (const element of all("button, a[href], summary")) {
    if (!named(element)) tell("no name", element);
  }
  for (const field of all("input:not([type=hidden]), select, textarea")) {
    const label = field.labels?.[0]?.textContent.trim() || field.getAttribute("aria-label") || field.getAttribute("aria-labelledby");
    if (!label) tell("no label", field);
  }
  for (const image of all("img:not([alt])")) tell("no text instead of the picture", image);

  const ids = new Set();
  for (const element of all("[id]")) {
    if (ids.has(element.id)) tell("an id that is there twice", element);
    ids.add(element.id);
  }
  for (const attribute of ["for", "aria-describedby", "aria-labelledby", "aria-controls"]) {
    for (const element of all(`[${attribute}]`)) {
      const missing = element.getAttribute(attribute).split(/\s+/).filter((id) => !ids.has(id));
      if (missing.length > 0) tell(`${attribute} leads to no element ${missing}`, element);
    }
  }

  const here = location.pathname + location.search;
  for (const link of all("nav a[href]")) {
    if (link.getAttribute("href") === here && !link.matches("[aria-current]")) tell("the place where one is, not marked", link);
  }

  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) {
    wrong.push(`${document.documentElement.scrollWidth} pixels wide in a window of ${width}`);
    const clipped = (element) => element.closest(".sr-only") || getComputedStyle(element).position === "fixed";
    const widest = all("main *").find((element) => element.getBoundingClientRect().right > width + 1 && !clipped(element));
    if (widest) tell("the first that reaches beyond the window", widest);
  }
  return wrong;
})();
