// What the theme leaves open: names and levels for screen readers, boxes that scroll by keyboard, a
// sidebar that shows where one is, and darkness for the explorer's table.
const all = (selector) => document.querySelectorAll(selector);
const root = document.documentElement;

all(".caption[role=heading]").forEach((x) => x.setAttribute("aria-level", "2"));
all(".sidebar-drawer").forEach((x) => x.setAttribute("aria-label", "Pages"));
all(".toc-drawer").forEach((x) => x.setAttribute("aria-label", "On this page"));

function reachable() {
  all("pre, .table-wrapper, .dt-scroll-body, div.math, p:has(> img)").forEach((box) => {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
  });
}
reachable();
addEventListener("load", reachable);
addEventListener("resize", reachable);

const here = document.querySelector(".sidebar-tree .current-page");
const sidebar = document.querySelector(".sidebar-scroll");
if (here && sidebar && here.offsetTop > sidebar.clientHeight) {
  sidebar.scrollTo({top: here.offsetTop - sidebar.clientHeight / 2, behavior: "instant"});
}

const night = matchMedia("(prefers-color-scheme: dark)");
function darken() {
  const theme = document.body.dataset.theme;
  root.classList.toggle("dark", theme === "dark" || (theme !== "light" && night.matches));
}
darken();
night.addEventListener("change", darken);
new MutationObserver(darken).observe(document.body, {attributeFilter: ["data-theme"]});
