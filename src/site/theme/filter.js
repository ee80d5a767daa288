// Filters the rows of a table: `.filter` is before it, its selects name a column by `data-column`.
for (const filter of document.querySelectorAll(".filter")) {
  let next = filter.nextElementSibling;
  while (next && !next.querySelector("table") && next.tagName !== "TABLE") next = next.nextElementSibling;
  const table = next && (next.tagName === "TABLE" ? next : next.querySelector("table"));
  if (!table) continue;
  const rows = [...table.tBodies[0].rows];
  const count = filter.querySelector("output");
  const fields = [...filter.querySelectorAll("input, select")];
  const apply = () => {
    let shown = 0;
    for (const row of rows) {
      const fits = fields.every((field) => {
        const value = field.value.trim().toLowerCase();
        if (!value) return true;
        if (field.tagName === "INPUT") return value.split(/\s+/).every((word) => row.textContent.toLowerCase().includes(word));
        return row.cells[Number(field.dataset.column)].textContent.trim().toLowerCase() === value;
      });
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    }
    count.textContent = `${shown} of ${rows.length}`;
  };
  for (const field of fields) field.addEventListener("input", apply);
  apply();
}
