"""The page of all pictures of the families."""

from drawings import FOLDER

TITLES = {"attention": "Attention maps", "curves": "Learning curves"}
LEADS = {
    "attention": "Where trained models look while they write. One row per output token, and one "
    "column per letter of a word, or per piece of a recording or a picture; rows sum to 1.",
    "curves": "Validation scores while a model learns, in blue; the other models of its suite are "
    "grey.",
}


def gallery_page(found, drawn):
    """The page.

    Args:
        found: families with a page, in the order of their papers.
        drawn: file names and captions of their pictures by family and kind.
    """
    parts = [
        "# Gallery",
        "Attention maps, learning curves and architectures of the families, in the order of their "
        "papers. A picture leads to the page of its family, which also opens the parts of the "
        "architecture.",
    ]
    for kind, title in TITLES.items():
        shown = [family for family in found if kind in drawn.get(family, ())]
        if shown:
            pictures = [
                card(family, f"{FOLDER}/{drawn[family][kind][0]}", f"{title[:-1]} of {family}")
                for family in shown
            ]
            parts += [f"## {title}", LEADS[kind], grid(pictures, 2, kind)]
    diagrams = [card(x, f"models/{x}.svg", f"Architecture of {x}") for x in found]
    parts += [
        "## Architectures",
        "`zoo show NAME --svg FILE` draws any size of any family.",
        grid(diagrams, 3, "diagrams"),
    ]
    return "\n\n".join(parts) + "\n"


def grid(cards, columns, kind):
    """Cards of a kind side by side."""
    widths = f"1 {min(columns, 2)} {columns} {columns}"
    return "\n".join(
        [f"::::{{grid}} {widths}", ":gutter: 2", f":class-container: gallery {kind}", ""]
    ) + ("\n".join(cards) + "\n::::")


def card(family, picture, alternative):
    """A picture that leads to the page of its family."""
    return "\n".join(
        [
            f":::{{grid-item-card}} {family}",
            f":img-bottom: {picture}",
            f":img-alt: {alternative}",
            f":link: models/{family}",
            ":link-type: doc",
            ":::",
            "",
        ]
    )
