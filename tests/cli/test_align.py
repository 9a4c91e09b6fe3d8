"""`zoo align`: pictures of where a run looks."""

import pytest


def test_align(here, said, tmp_path):
    for name, head in (("map.png", b"\x89PNG"), ("map.svg", b"<?xml"), ("map.pdf", b"%PDF")):
        text = said(
            "align", "runs/attentive", "a b c", "--output", "c b a", "--out", tmp_path / name
        )
        assert text == f"c b a\n{tmp_path / name}\n"
        assert (tmp_path / name).read_bytes().startswith(head)
    assert said("align", "runs/attentive", "a b", "--out", tmp_path / "own.png").endswith(
        "own.png\n"
    )


@pytest.mark.parametrize(
    "words, message",
    [
        (["align", "runs/attentive", "a", "--out", "x.txt"], "must end in .png, .svg or .pdf"),
        (
            ["align", "runs/attentive", "a", "--out", "no/x.png"],
            "cannot read or write no/x.png: No such file or directory",
        ),
        (["align", "runs/attentive", "a x"], "'x'"),
        (["align", "runs/attentive", "a", "--output", "b y"], "'y'"),
        (["align", "runs/attentive", ""], "the source is empty"),
        (["align", "runs/plain", "a"], "has no attention"),
    ],
)
def test_a_mistake_is_one_clear_line(mistake, words, message):
    mistake(words, message)
