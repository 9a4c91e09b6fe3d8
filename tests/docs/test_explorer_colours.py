"""The colours of the explorer's pictures can be told from a light and from a dark page."""

from itertools import combinations

from tests.docs.blocks import DOCS
from zoo import registry

PAGES = "#ffffff", "#131416"  # of the theme


def luminance(colour):
    """The relative luminance of "#rrggbb", by WCAG 2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
    return sum(weight * x for weight, x in zip((0.2126, 0.7152, 0.0722), linear))


def contrast(one, other):
    """The contrast ratio of two colours, by WCAG 2."""
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_every_family_has_a_colour_that_stands_out_on_light_and_dark_pages(monkeypatch):
    monkeypatch.syspath_prepend(DOCS)
    from explorer_charts import COLOURS, OTHER

    assert len(COLOURS) == len(registry.list_families())
    for colour in (*COLOURS, OTHER):
        assert all(contrast(colour, page) >= 3 for page in PAGES), colour
    for one, other in combinations((*COLOURS, OTHER), 2):
        apart = sum(abs(int(one[i : i + 2], 16) - int(other[i : i + 2], 16)) for i in (1, 3, 5))
        assert apart > 50, (one, other)
