"use strict";
// Keys and drafts of the pages that reviewers write on. Everything works without it.
// [data-key="x"]: pressing x clicks a button or link, and goes into a field. Inside .turn it counts for the turn one is at.
// [data-draft="name"]: what is written there is kept for this tab until [data-saved="beginning of name"] says that it was saved.

const SWITCH = "shortcuts"; // in localStorage: "off" turns single keys off
const DRAFT = "draft/";
const FIELDS = "input, textarea, select";

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

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.repeat || event.isComposing) return;
  const field = event.target.closest(FIELDS);
  if (field) {
    if (event.key === "Enter" && event.ctrlKey && field.form) field.form.requestSubmit();
    if (event.key === "Escape") field.blur();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(SWITCH) === "off") return;
  if ((event.key === "j" || event.key === "k") && turns().length) {
    event.preventDefault();
    return step(event.key === "j" ? 1 : -1);
  }
  const element = event.key.length === 1 && elementFor(event.key);
  if (!element) return;
  event.preventDefault();
  if (element.matches(FIELDS)) element.focus();
  else element.click();
});

for (const button of document.querySelectorAll("[data-shortcuts]")) {
  const show = () => button.setAttribute("aria-pressed", String(localStorage.getItem(SWITCH) !== "off"));
  button.parentElement.hidden = false;
  button.addEventListener("click", () => {
    localStorage.setItem(SWITCH, localStorage.getItem(SWITCH) === "off" ? "on" : "off");
    show();
  });
  show();
}

const drafts = () => Object.keys(sessionStorage).filter((name) => name.startsWith(DRAFT));

for (const saved of document.querySelectorAll("[data-saved]")) {
  for (const name of drafts()) if (name.startsWith(DRAFT + saved.dataset.saved)) sessionStorage.removeItem(name);
}

for (const field of document.querySelectorAll("[data-draft]")) {
  const name = DRAFT + field.dataset.draft;
  const kept = sessionStorage.getItem(name);
  if (kept !== null) field.value = kept;
  field.addEventListener("input", () => sessionStorage.setItem(name, field.value));
}

for (const form of document.querySelectorAll("form.account")) {
  form.addEventListener("submit", () => drafts().forEach((name) => sessionStorage.removeItem(name)));
}
