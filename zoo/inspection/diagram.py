"""The architecture of a model as an SVG picture: encoder on the left, decoder on the right.

A decoder-only model is drawn as one column. The colours can be read on light and dark pages.
"""

import dataclasses
from html import escape

from zoo.inspection.architecture import architecture
from zoo.inspection.inside import inside

CHARACTER, LINE, HEIGHT, GAP, LANE, MARGIN = 7.4, 17, 66, 30, 15, 14  # pixels
GREY = "#7d7d7d"
FILLS = {"encode": "#d6e6f5", "decode": "#f7e3cd", "": "#e4e4e4"}
COLOURS = ("#2f7fc1", "#c46a2b", "#3f9a59", "#9463b8", "#b3404a", "#8a8a20")


@dataclasses.dataclass
class Rail:
    """A vertical line that joins boxes that are not neighbours.

    Boxes that lead to the same targets share a rail.

    Attributes:
        side: "left" of the encoder, "middle", or "right" of the decoder.
        sources, targets: sorted lists of box indices.
        lane: int, its place among the rails of its side, from 0.
    """

    side: str
    sources: list
    targets: list
    lane: int


def draw(found):
    """Draws a `Trace`. Returns the text of an SVG file."""
    boxes, arrows = architecture(found)
    headings = {"encode": "encode", "decode": "decode"}
    if all(box.stage == "decode" for box in boxes):
        headings = {"decode": "decode, the source before the target"}
    return draw_boxes(boxes, arrows, f"Architecture of {found.model.name}", headings)


def draw_parts(found):
    """Draws what is inside each part of a `Trace` that calls several layers.

    Returns:
        The text of an SVG file by the part's label.
    """
    boxes, arrows = architecture(found)
    drawn = {}
    for index, box in enumerate(boxes):
        inner = inside(found, boxes, arrows, index)
        if inner[0]:
            title = f"Inside {box.label} of {found.model.name}"
            drawn[box.label] = draw_boxes(*inner, title, {box.stage: box.kind})
    return drawn


def draw_boxes(boxes, arrows, title, headings):
    """Draws boxes and the arrows between them.

    Args:
        boxes, arrows: as `architecture` gives them.
        title: str, the picture's title.
        headings: the heading of each stage's column, from left to right.

    Returns:
        The text of an SVG file.
    """
    straight, rails = route(boxes, arrows)
    lines = [box_lines(box) for box in boxes]
    width = max(len(text) for box in lines for text in box) * CHARACTER + 24
    columns = list(headings)
    lanes = {side: sum(rail.side == side for rail in rails) for side in ("left", "middle", "right")}
    left = {columns[0]: MARGIN + (lanes["left"] + 1) * LANE * bool(lanes["left"])}
    if len(columns) > 1:
        left["decode"] = left["encode"] + width + (lanes["middle"] + 2) * LANE
    top, below = {}, dict.fromkeys(columns, MARGIN + 24)
    for index, box in enumerate(boxes):
        top[index] = below[box.stage]
        below[box.stage] += height_of(box) + GAP
    size = (
        left[columns[-1]] + width + (lanes["right"] + 1) * LANE * bool(lanes["right"]) + MARGIN,
        max(below.values()) + 8,
    )
    legend = LENGTHS + (REPEATS if any(box.repeats > 1 for box in boxes) else "")
    size = (max(size[0], len(legend) * 6.2 + 2 * MARGIN), size[1])

    parts = []
    for column in columns:
        x = left[column] + width / 2
        parts.append(
            f'<text x="{x:.1f}" y="{MARGIN + 8}" text-anchor="middle" fill="{GREY}" '
            f'font-weight="bold">{headings[column]}</text>'
        )
    parts += [rail_lines(rail, boxes, rails, left, top, width) for rail in rails]
    for a, b in straight:
        x = left[boxes[a].stage] + width / 2
        y = top[a] + height_of(boxes[a]) + shadow_of(boxes[a])
        parts.append(
            f'<path d="M{x:.1f} {y}V{top[b] - 7}" stroke="{GREY}"/>{head(x, top[b], GREY, 0)}'
        )
    parts += [
        box_shape(box, text, left[box.stage], top[index], width)
        for index, (box, text) in enumerate(zip(boxes, lines))
    ]
    parts.append(
        f'<text x="{MARGIN}" y="{size[1] - 10:.0f}" fill="{GREY}" font-size="12">{legend}</text>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size[0]:.0f} {size[1]:.0f}" '
        f'width="{size[0]:.0f}" height="{size[1]:.0f}" role="img" font-size="13" fill="none" '
        f'font-family="Helvetica, Arial, sans-serif" stroke-width="1.5">\n'
        f"<title>{escape(title)}</title>\n" + "\n".join(parts) + "\n</svg>\n"
    )


LENGTHS = "B batch, S source length, T target length"
REPEATS = "; × N: N equal blocks, each with its own weights"


def route(boxes, arrows):
    """Splits the arrows into those between neighbours of a column, and rails for all others."""
    straight, ends = [], {}
    for a, b in arrows:
        if b == a + 1 and boxes[a].stage == boxes[b].stage:
            straight.append((a, b))
            continue
        side = (
            "middle"
            if boxes[a].stage != boxes[b].stage
            else {"encode": "left", "decode": "right"}[boxes[a].stage]
        )
        ends.setdefault((side, a), []).append(b)
    shared = {}
    for (side, a), targets in ends.items():
        shared.setdefault((side, tuple(sorted(targets))), []).append(a)
    rails = []
    for (side, targets), sources in shared.items():
        rails.append(
            Rail(side, sorted(sources), list(targets), sum(rail.side == side for rail in rails))
        )
    return straight, rails


def box_lines(box):
    """The lines of text in a box."""
    if not box.kind:
        return [f"{box.label} {box.shape}"]
    times = f"{box.repeats} × " if box.repeats > 1 else ""
    weights = (
        "weights shared with above"
        if box.parameters is None
        else f"{times}{box.parameters:,} parameters"
    )
    return [
        box.label + (f"   × {box.repeats}" if times else ""),
        f"{box.kind} → {box.shape}",
        weights,
    ]


def shadow_of(box):
    """Pixels by which a second box is drawn behind a repeated one."""
    return 5 if box.repeats > 1 else 0


def height_of(box):
    """Height of a box in pixels."""
    return HEIGHT if box.kind else 30


def box_shape(box, lines, x, y, width):
    """A box with its text."""
    height, middle = height_of(box), x + width / 2
    out = shadow_of(box)
    shadow = (
        f'<rect x="{x + out:.1f}" y="{y + out}" width="{width:.1f}" height="{height}" rx="6" '
        f'fill="{FILLS[box.stage]}" stroke="{GREY}"/>'
        if out
        else ""
    )
    parts = [
        shadow,
        f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{height}" '
        f'rx="{6 if box.kind else 15}" fill="{FILLS[box.stage if box.kind else ""]}" '
        f'stroke="{GREY}"/>',
    ]
    for number, text in enumerate(lines):
        style = ' font-weight="bold"' if number == 0 else ""
        parts.append(
            f'<text x="{middle:.1f}" y="{y + 20 + number * LINE}" text-anchor="middle" '
            f'fill="#1c1c1c"{style}>{escape(text)}</text>'
        )
    return "".join(parts)


def head(x, y, colour, dx):
    """An arrowhead at a point, downwards (dx = 0), to the right (dx = 1) or to the left (-1)."""
    points = (
        f"{x},{y} {x - 5},{y - 8} {x + 5},{y - 8}"
        if not dx
        else f"{x},{y} {x - 8 * dx},{y - 5} {x - 8 * dx},{y + 5}"
    )
    return f'<polygon points="{points}" fill="{colour}"/>'


def rail_lines(rail, boxes, rails, left, top, width):
    """Draws a rail, the lines from its sources and the arrows to its targets."""
    colour = COLOURS[(rail.lane + {"left": 2, "middle": 0, "right": 3}[rail.side]) % len(COLOURS)]
    step = (rail.lane + 1) * LANE
    x = {
        "left": left.get("encode", 0) - step,
        "middle": left.get("encode", 0) + width + step,
        "right": left.get("decode", 0) + width + step,
    }[rail.side]

    def at_left(other, index):
        return other.side == "left" or (other.side == "middle" and boxes[index].stage == "decode")

    def port(index):
        """Where a rail meets a box. The rails on one side are spread over the box's height."""
        side = at_left(rail, index)
        same = [
            other
            for other in rails
            if index in other.sources + other.targets and at_left(other, index) == side
        ]
        y = top[index] + height_of(boxes[index]) * (same.index(rail) + 1) / (len(same) + 1)
        return (
            left[boxes[index].stage] + (0 if side else width + shadow_of(boxes[index])),
            y,
            1 if side else -1,
        )

    ends = [port(index) for index in rail.sources + rail.targets]
    heights = [y for _, y, _ in ends]
    parts = [f'<path d="M{x:.1f} {min(heights):.1f}V{max(heights):.1f}" stroke="{colour}"/>']
    for edge, y, _ in ends[: len(rail.sources)]:
        parts.append(f'<path d="M{edge:.1f} {y:.1f}H{x:.1f}" stroke="{colour}"/>')
    for edge, y, dx in ends[len(rail.sources) :]:
        parts.append(f'<path d="M{x:.1f} {y:.1f}H{edge - 7 * dx:.1f}" stroke="{colour}"/>')
        parts.append(head(round(edge, 1), round(y, 1), colour, dx))
    return "".join(parts)
