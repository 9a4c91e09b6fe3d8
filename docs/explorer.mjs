// The table of the explorer: menus filter it, and the address of the page keeps the view.
// `DataTable` and `options` stand before this script in the page.

const table = new DataTable("#rows", options);
const menus = [...document.querySelectorAll(".filters select")];
const names = table.columns().header().toArray().map((header) => header.textContent.trim());
const shown = () => names.filter((_, i) => table.column(i).visible()).join(",");
const usual = shown();

// A cell may hold several values: "quick, variants".
const whole = (value) => `(^|, )${DataTable.util.escapeRegex(value)}(, |$)`;
const choose = (menu) =>
  table.column(names.indexOf(menu.name)).search(menu.value ? whole(menu.value) : "", true, false);

// The pictures show the suite and task of the menus when these have changed.
let followed = "";
function follow() {
  const asked = menus.filter((menu) => ["Suite", "Task"].includes(menu.name)).map((x) => x.value).join();
  if (asked !== followed) window.showFiltered?.();
  followed = asked;
}

function readAddress() {
  const asked = new URLSearchParams(location.hash.slice(1));
  menus.forEach((menu) => { menu.value = asked.get(menu.name) ?? ""; choose(menu); });
  if (asked.has("columns")) {
    const wanted = asked.get("columns").split(",");
    names.forEach((name, i) => table.column(i).visible(wanted.includes(name), false));
  }
  const [name, way] = (asked.get("order") ?? "").split(".");
  const known = names.includes(name) && ["asc", "desc"].includes(way);
  table.order(known ? [[names.indexOf(name), way]] : []);
  table.search(asked.get("search") ?? "").draw();
  follow();
}

function writeAddress() {
  const kept = new URLSearchParams();
  if (table.search()) kept.set("search", table.search());
  menus.filter((menu) => menu.value).forEach((menu) => kept.set(menu.name, menu.value));
  const [first] = table.order();
  if (first?.[1]) kept.set("order", `${names[first[0]]}.${first[1]}`);
  if (shown() !== usual) kept.set("columns", shown());
  history.replaceState(null, "", `${kept}` ? `#${kept}` : location.pathname);
}

readAddress();
document.querySelector(".filters").hidden = false;
menus.forEach((menu) => menu.addEventListener("change", () => {
  choose(menu);
  table.draw();
  follow();
}));
table.on("draw column-visibility", writeAddress);
window.addEventListener("hashchange", () => {
  if (!location.hash.includes("=")) return;  // a heading, or the top of the page
  readAddress();
  document.querySelector("#rows").scrollIntoView({ block: "center" });
});
