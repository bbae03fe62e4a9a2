/* A press on what is marked so prints the page. */
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) window.print();
});
