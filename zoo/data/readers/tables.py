"""Tables with a pair per line: .tsv and .csv files."""

import csv
import re

from zoo.data.readers.lines import lines, placed_lines
from zoo.errors import UnknownName, ZooError

# Words of which the names of columns consist.
HEADER_WORDS = frozenset(
    """
    answer article column context description dst english french german grapheme graphemes
    hypothesis input label mr output phoneme phonemes pronunciation prompt question ref
    reference response sentence spanish source spelling src string summary target text tgt
    translation trg word words
    ar bg bn cs da de el en es et fa fi fr he hi hr hu id is it ja ko lt lv nb nl no pl pt ro ru
    sk sl sr sv sw ta te th tr uk ur vi zh
    deu eng fra fre ger ita jpn kor por rus spa zho
    arabic bulgarian chinese czech danish dutch finnish greek hebrew hindi hungarian italian
    japanese korean norwegian persian polish portuguese romanian russian swedish turkish
    ukrainian vietnamese
    """.split()
)


def tab_rows(path, columns):
    """Yields place, source and target of a file with tabs between its columns.

    Args:
        path: `pathlib.Path`.
        columns: pair of names in the header; None for two columns without a header.
    """
    wanted, width = ((0, 1), 2) if columns is None else (None, None)
    for place, line in placed_lines(path):
        cells = line.split("\t")
        if wanted is None:
            wanted = [position(name, cells, place) for name in columns]
            width = len(cells)
            continue
        if not line.strip():
            yield place, "", ""
            continue
        if len(cells) != width:
            if len(cells) == 1:
                raise ZooError(f"{place}: there is no tab; put one between source and target")
            hint = "" if columns else "; name the two of a table with a header: --columns de en"
            raise ZooError(
                f"{place}: {len(cells)} columns where {width} are expected, separated by a tab"
                f"{hint}"
            )
        yield place, cells[wanted[0]], cells[wanted[1]]


def comma_rows(path, columns):
    """Yields place, source and target of a CSV file, whose header names its columns.

    Args:
        path: `pathlib.Path`.
        columns: pair of names in the header; None for "source" and "target".
    """
    reader = csv.reader((line + "\n" for line in lines(path)), strict=True)
    try:
        header = next(reader, [])
        if columns is None and not {"source", "target"} <= set(header):
            raise ZooError(
                f"{path}, line 1: no columns 'source' and 'target' among {', '.join(header)}; name "
                "them with --columns SOURCE TARGET"
            )
        wanted = [
            position(name, header, f"{path}, line 1") for name in columns or ("source", "target")
        ]
        for cells in reader:
            place = f"{path}, line {reader.line_num}"
            if not cells:
                yield place, "", ""
                continue
            if len(cells) != len(header):
                raise ZooError(f"{place}: {len(cells)} columns where the header has {len(header)}")
            yield place, cells[wanted[0]], cells[wanted[1]]
    except csv.Error as error:
        raise ZooError(f"{path}, line {reader.line_num}: not CSV ({error})") from None


def position(name, header, place):
    """The index of a column in a header.

    Raises:
        UnknownName: the header lacks it.
        ZooError: the header has it twice.
    """
    if header.count(name) > 1:
        raise ZooError(f"{place}: {header.count(name)} columns are called {name!r}")
    if name not in header:
        raise UnknownName(f"column of {place}:", name, header)
    return header.index(name)


def looks_like_header(source, target):
    """Whether the two texts of a first line look like names of columns, not like a pair.

    Example:
        >>> looks_like_header("source_text", "DE"), looks_like_header("house", "Haus")
        (True, False)
    """
    return source != target and all(
        all(word in HEADER_WORDS for word in re.split(r"[\s_.:/-]+", text.casefold()))
        for text in (source, target)
    )
