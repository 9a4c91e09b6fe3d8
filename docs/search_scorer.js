// In the search, the pages of families and the guides come before other pages that match as well, and
// source code comes last.
const FIRST = [["_modules/", -10], ["generated/models/", 6], ["generated/", 0], ["", 5]];
var Scorer = {
  score: ([page, , , , score]) => score + FIRST.find(([start]) => page.startsWith(start))[1],
  // Sphinx' own values, which have to be repeated.
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
