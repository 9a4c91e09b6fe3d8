// In the search, guides come before generated pages that match as well, and source code comes last.
var Scorer = {
  score: ([page, , , , score]) => {
    if (page.startsWith("_modules/")) return score - 10;
    return page.startsWith("generated/") ? score : score + 5;
  },
  // Sphinx' own values; it takes all from here or none.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
