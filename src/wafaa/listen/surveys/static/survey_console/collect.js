// Copying what a field holds, and printing. Without it the fields are selected and the browser prints by its menu.
"use strict";

document.addEventListener("click", async (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
  const button = event.target.closest?.("[data-copies]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copies);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // a page without HTTPS has no clipboard
  }
  const words = button.textContent;
  button.textContent = button.dataset.copied;
  window.setTimeout(() => { button.textContent = words; }, 1500);
});
