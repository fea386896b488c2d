// The page's questions open the chat and ask themselves. Without the widget there is nothing to press.

await customElements.whenDefined("resident-chat");
for (const button of document.querySelectorAll("[data-ask]")) {
  button.parentElement.hidden = false;
  button.addEventListener("click", () => document.querySelector("resident-chat").ask(button.textContent));
}
