// Dragging questions of a survey, and Alt with the arrow keys. Without it the buttons do the same.
"use strict";

(() => {
  let dragged = null;
  const clear = () => { for (const one of document.querySelectorAll(".target")) one.classList.remove("target"); };

  document.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-question]");
    if (!dragged) return;
    dragged.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.question);
  });
  document.addEventListener("dragend", () => { dragged?.classList.remove("dragged"); dragged = null; clear(); });
  document.addEventListener("dragover", (event) => {
    const page = dragged && event.target.closest?.("[data-page]");
    if (!page) return;
    event.preventDefault();
    clear();
    (event.target.closest("[data-question]") ?? page).classList.add("target");
  });
  document.addEventListener("drop", (event) => {
    const page = dragged && event.target.closest?.("[data-page]");
    if (!page) return;
    event.preventDefault();
    const others = [...page.querySelectorAll("[data-question]")].filter((one) => one !== dragged);
    const over = event.target.closest("[data-question]");
    const found = others.indexOf(over);
    const form = page.closest("form");
    form.querySelector('[data-drop="question"]').value = dragged.dataset.question;
    form.querySelector('[data-drop="page"]').value = page.dataset.page;
    form.querySelector('[data-drop="place"]').value = String(found < 0 ? others.length : found);
    const deed = Object.assign(document.createElement("button"), { type: "submit", name: "deed", value: "put", hidden: true });
    form.append(deed);
    form.requestSubmit(deed);
    deed.remove();
  });
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
    const row = event.target.closest?.("[data-question]");
    if (!row) return;
    event.preventDefault();
    document.getElementById(`${event.key === "ArrowUp" ? "up" : "down"}-${row.dataset.question}`)?.click();
  });
})();
