// What the editor of a message does beyond HTML: a chip puts its piece where the caret stands, and a frame that shows the
// same page again is not loaded again. Everything works without it; nothing here holds words.
"use strict";

const form = document.getElementById("editor");
const into = form?.querySelector("select[name=into]");

// The field that was written in last is the one that chips go into.
form?.addEventListener("focusin", (event) => {
  const key = event.target.dataset?.part;
  if (key && into) into.value = key;
});

// Another way to reach people: chips go into its first field of the same language.
form?.addEventListener("change", (event) => {
  if (event.target.name !== "channel" || !into) return;
  const wanted = `${into.value.split("-")[0]}-${event.target.value}-`;
  const first = [...into.options].find((option) => option.value.startsWith(wanted));
  if (first) into.value = first.value;
});

form?.addEventListener("click", (event) => {
  const chip = event.target.closest?.("button[name=insert]");
  const field = chip && document.getElementById(into?.value);
  if (!field) return;
  event.preventDefault();
  const { selectionStart: start, selectionEnd: end, value } = field;
  field.value = value.slice(0, start) + chip.value + value.slice(end);
  field.focus();
  field.setSelectionRange(start + chip.value.length, start + chip.value.length);
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

// What only changes how the page looks asks for no new preview.
const LOOKS = new Set(["width", "writes", "into"]);
for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    if (form?.contains(event.target) && LOOKS.has(event.target.name)) event.stopPropagation();
  }, true);
}

// Whoever leaves with unsaved words is asked; a press of one of the form's own buttons is no leaving.
let isChanged = form?.dataset.changed === "1";
form?.addEventListener("input", (event) => { if (event.target.dataset.part) isChanged = true; });
form?.addEventListener("submit", () => { isChanged = false; });
window.addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
