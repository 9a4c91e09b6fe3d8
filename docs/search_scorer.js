// In the search, a guide gets 5 points more, and a page of a family 6 if its title matches.
var Scorer = {
  score: ([page, , , , score]) => {
    if (!page.startsWith("generated/")) return score + 5;
    return page.startsWith("generated/models/") && score >= Scorer.title ? score + 6 : score;
  },
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
