"""What the page from paper to code shows of each of its models: rows, curves and attention."""

from drawings import FOLDER
from markup import table
from row_values import linked, on_longest, shown

from benchmarks.comparison import machine
from benchmarks.rows import first_score

SUITE = "variants"  # all models once, alike
CHAPTERS = {  # the models of the history in order, with the family whose attention is drawn
    "rnn_encoder_decoder": "rnn_encoder_decoder",
    "lstm_seq2seq": "lstm_seq2seq",
    "rnnsearch": "rnnsearch",
    "conv_seq2seq": "conv_seq2seq",
    "transformer": "transformer",
    "t5": "t5",
}


def drawn(families):
    """The families whose pictures the page shows besides those that have a page."""
    pictures = dict.fromkeys([*CHAPTERS, *CHAPTERS.values()])
    return [family for family in pictures if family not in families]


def chapters(suites, families, pictures):
    """The parts of the page that come from results.

    Args:
        suites: pairs of `Suite` and its comparisons by task.
        families: names of the families that have a page.
        pictures: file names and captions of the pictures, by family and kind.

    Returns:
        a part by the name of its model, and "all" with all rows: Markdown.
    """
    comparisons = {suite.name: found for suite, found in suites}.get(SUITE)
    names, parts = list(CHAPTERS) if comparisons else [], dict.fromkeys([*CHAPTERS, "all"], "")
    for number, family in enumerate(names):
        before = names[number - 1 : number]
        part = [f"Its scores in [{SUITE}](/generated/results/{SUITE}/index.md)"]
        part[0] += ", under those of the model before it:" if before else ":"
        part.append(rows_table([*before, family], comparisons, families))
        for kind, of in (("attention", CHAPTERS[family]), ("curves", family)):
            if kind in pictures.get(of, ()):
                file, caption = pictures[of][kind]
                title = {"attention": "Attention", "curves": "Learning curves"}[kind]
                part += [caption, f"![{title} of {of}](/generated/{FOLDER}/{file})"]
        parts[family] = "\n\n".join(part) + "\n"
    return parts | ({"all": all_rows(names, comparisons, families)} if names else {})


def all_rows(names, comparisons, families):
    """The table of all chapters, and what it was measured on."""
    where = dict.fromkeys(machine(row) for c in comparisons.values() for row in c.rows)
    note = (
        "± is the standard deviation between seeds. "
        "Where there is one seed, small differences are chance."
    )
    return f"{rows_table(names, comparisons, families)}\n\n{note} Measured on {'; '.join(where)}.\n"


def rows_table(names, comparisons, families):
    """Lines of some models: what they get right, on long sources, too."""
    lines = []
    for family in names:
        model = f"{family}_mini"
        words, symbols = (comparisons[task].of(model) for task in ("g2p", "reverse"))
        cells = [
            linked(model, families, "/generated/"),
            shown(words, first_score),
            shown(symbols, first_score),
            shown(symbols, on_longest),
        ]
        lines.append(cells)
    longest = comparisons["reverse"].rows[0]["scores"]["greedy"]["by_length"][-1]
    heads = (
        "Model",
        "`g2p`: wrong words, % ↓",
        "`reverse`: exact match, % ↑",
        f"`reverse` of {longest['low']} to {longest['high']} symbols, % ↑",
    )
    return table(heads, lines, range(1, 4))
