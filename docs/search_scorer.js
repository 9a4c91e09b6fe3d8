// In the search, a page of a family gets 6 points more, a guide 5, and other generated pages none.
const FIRST = [["generated/models/", 6], ["generated/", 0], ["", 5]];
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
