"""Sentences of several languages, and odd texts, to try tokenizers on."""

import functools
import random

SENTENCES = [
    "The quick brown fox jumps over the lazy dog.",
    "Größe und Maß sind nicht dasselbe, sagt der naïve Müller.",
    "A model that was read from a file gives the same numbers.",
    "Où est la bibliothèque ? Elle est près de la gare.",
    "In 2017 attention was all that anybody needed, or 99.5 % of it.",
    "It's what we don't know that hurts; isn't it?",
    "Das Haus ist wunderbar, und der Garten auch.",
    "El niño comió una manzana en la mañana.",
    "translate English to German: The house is wonderful.",
    "summarize: state authorities sent teams on Tuesday.",
    "Every byte counts, every token counts, and every beam is counted twice.",
    "Привет, мир! Как дела сегодня?",
    "Long words such as Donaudampfschifffahrtsgesellschaft are cut.",
    'He said: "no (really) — not today…"',
    "e-mail me at someone@example.org or see https://example.org/a?b=c",
    "x = [1, 2, 3]; y = {'a': 0.5}",
]
ODD = [
    "",
    " ",
    "   ",
    "\t",
    "\n\n",
    "a",
    " a",
    "a ",
    "  a  b  ",
    "tab\tand\nnewline",
    "no\u00a0break",
    "thin\u2009space",
    "wide\u3000space",
    "zero\u200bwidth",
    "日本語のテスト",
    "emoji 😀👍🏽 end",
    "cafe\u0301 and café",
    "ﬁne ligature",
    "ＦＵＬＬ ｗｉｄｔｈ",
    "½ and ²",
    "ǅ ß İ",
    "\u0000nul",
    "bell\u0007",
    "▁ the underline ▁▁",
    "'s 't 're 've",
    "...!!!???",
    "1234567890",
    "1,000.50",
    "aaaaaaaaaaaaaaaaaaaa",
    "ÀÉÎÕÜ",
    "mixed Кириллица and Latin",
    "عربى",
    "\ufeffbom",
    "soft\u00adhyphen",
    "a" * 60,
    "\u2028line",
    "𝔘nicode",
    "x\r\ny",
]


@functools.cache
def texts(count=200):
    """`count` sentences, real and odd."""
    rng, words = random.Random(0), " ".join(SENTENCES).split(" ")
    mixed = [
        " ".join(rng.choices(words + [odd for odd in ODD if odd], k=rng.randrange(1, 14)))
        for _ in range(count - len(SENTENCES) - len(ODD))
    ]
    return tuple(SENTENCES + ODD + mixed)
