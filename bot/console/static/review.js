"use strict";
// Keys and drafts of the pages that reviewers write on. Everything works without it.
// [data-key="x"]: pressing x clicks a button or link, and goes into a field. Inside .turn it counts for the turn one is at.
// [data-draft="name"]: what is written there is kept for this tab until [data-saved="beginning of name"] says that it was saved;
// with it the hidden fields of its form that have one too, so that the form still says what its writer saw.

(() => {
  const OFF = "console-keys-off"; // in localStorage, as console.js writes it: "yes" turns single keys off
  const DRAFT = "draft/";
  const FIELDS = "input, textarea, select";

  function stored(work) {
    try { return work(); } catch { return null; } // storage is closed: there are keys, and no drafts
  }

  const turns = () => [...document.querySelectorAll(".turn")];

  function currentTurn() {
    return (
      document.activeElement.closest(".turn") ||
      document.querySelector(".turn:target") ||
      document.querySelector(".turn[data-current]")
    );
  }

  function step(by) {
    const all = turns();
    const next = all[all.indexOf(currentTurn()) + by];
    if (next) next.focus();
  }

  function elementFor(key) {
    const keyed = `[data-key="${CSS.escape(key)}"]`;
    const turn = currentTurn();
    const inTurn = turn && turn.querySelector(keyed);
    return inTurn || [...document.querySelectorAll(keyed)].find((element) => !element.closest(".turn"));
  }

  function press(key) {
    if ((key === "j" || key === "k") && turns().length) {
      step(key === "j" ? 1 : -1);
      return true;
    }
    const element = key.length === 1 && elementFor(key);
    if (!element) return false;
    if (element.matches(FIELDS)) element.focus();
    else element.click();
    return true;
  }

  // Before console.js, which knows nothing of turns.
  window.addEventListener("keydown", (event) => {
    if (event.isComposing || document.querySelector("dialog[open]")) return;
    const field = event.target.closest(FIELDS);
    if (field) {
      if (event.key === "Enter" && event.ctrlKey && !event.repeat && field.form) field.form.requestSubmit(field.form.querySelector("button"));
      if (event.key === "Escape") field.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || stored(() => localStorage.getItem(OFF)) === "yes") return;
    if (event.repeat && !"jk".includes(event.key)) return;
    if (press(event.key)) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, true);

  if (!location.hash) currentTurn()?.scrollIntoView({ block: "nearest" });

  const drafts = () => stored(() => Object.keys(sessionStorage).filter((name) => name.startsWith(DRAFT))) || [];

  const saved = document.querySelectorAll("[data-saved]");
  for (const part of saved) {
    for (const name of drafts()) if (name.startsWith(DRAFT + part.dataset.saved)) sessionStorage.removeItem(name);
  }
  if (saved.length) history.replaceState(null, "", location.pathname + location.hash); // loaded again, the page forgets nothing more

  const keep = (field) => stored(() => sessionStorage.setItem(DRAFT + field.dataset.draft, field.value));

  for (const field of document.querySelectorAll("[data-draft]")) {
    const name = DRAFT + field.dataset.draft;
    const kept = stored(() => sessionStorage.getItem(name));
    if (kept !== null) field.value = kept;
    field.addEventListener("input", () => [field, ...field.form.querySelectorAll("[type=hidden][data-draft]")].forEach(keep));
  }
})();
