// Keys for lists and pages. Every page works without this file; a key is also off while somebody types, or for who wants none.
"use strict";

(() => {
  const OFF = "console-keys-off"; // in localStorage: "yes" turns single keys off on all pages
  const dialog = document.getElementById("keys");
  const used = document.querySelector("[data-uses-keys]");

  function off() {
    try { return localStorage.getItem(OFF) === "yes"; } catch { return false; } // storage is closed
  }

  function keep(wanted) {
    try { localStorage.setItem(OFF, wanted ? "no" : "yes"); } catch { used.checked = true; }
  }

  function show() {
    used.checked = !off();
    dialog.showModal();
    return true;
  }

  function writing(element) {
    return element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
  }

  // j and k move through the links of all lists of the page, one a line.
  function step(by) {
    const lines = [...document.querySelectorAll("[data-rows] > tr, [data-rows] > li")]
      .map((line) => line.querySelector("a, button"))
      .filter(Boolean);
    if (!lines.length) return false;
    const here = lines.findIndex((link) => link.closest("[data-rows] > *").contains(document.activeElement));
    const next = here < 0 ? (by > 0 ? 0 : lines.length - 1) : Math.min(Math.max(here + by, 0), lines.length - 1);
    lines[next].focus();
    return true;
  }

  function search() {
    const field = document.querySelector("[data-search]");
    field?.focus();
    field?.select();
    return Boolean(field);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || dialog.open) return;
    if (writing(event.target)) {
      if (event.key !== "Escape") return;
      event.preventDefault(); // or it would empty a search field too
      event.target.blur();
      return;
    }
    if (off()) return;
    const done = { j: () => step(1), k: () => step(-1), "/": search, "?": show }[event.key]?.();
    if (done) event.preventDefault();
  });

  const opener = document.querySelector("[data-opens-keys]");
  opener.hidden = false;
  opener.addEventListener("click", show);
  used.addEventListener("change", () => keep(used.checked));

  // Words are searched for as they are typed. The browser's "change" when their field is left would ask again, and the list that came
  // then would take the place of the line that somebody has moved on to.
  document.querySelector("[data-search]")?.addEventListener("change", (event) => event.stopPropagation());

  // A button that is pressed twice sends its form once: the second answer would take the place of a first one that shows a password.
  // [data-file]: a form that is answered by a file, without leaving the page, may be sent again.
  const TWICE_MS = 30_000;
  let sent = new WeakMap();
  addEventListener("pageshow", () => (sent = new WeakMap())); // who comes back to a page may send its forms again
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.matches("[data-file]")) return;
    if (performance.now() - (sent.get(form) ?? -TWICE_MS) < TWICE_MS) event.preventDefault();
    else sent.set(form, performance.now());
  });

  // Signing out forgets what was being written.
  document.querySelector("form.account")?.addEventListener("submit", () => {
    try {
      for (const name of Object.keys(sessionStorage)) if (name.startsWith("draft/")) sessionStorage.removeItem(name);
    } catch {} // the browser keeps nothing
  });

  // A part of a page that cannot be brought up to date (the session is over, the server failed): the browser shows what there is.
  // [data-beside]: a part that the page does without.
  function leave(event) {
    const { elt, xhr, pathInfo } = event.detail;
    const elsewhere = xhr.responseURL && new URL(xhr.responseURL).pathname !== new URL(pathInfo.requestPath, location.href).pathname;
    if (event.type === "htmx:beforeSwap" && !elsewhere) return;
    event.preventDefault();
    if (!elt.matches("[data-beside]")) location.assign(pathInfo.finalRequestPath);
  }
  document.addEventListener("htmx:beforeSwap", leave);
  document.addEventListener("htmx:responseError", leave);
})();
