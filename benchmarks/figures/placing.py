"""Places for labels beside points, so that none covers another."""

import math

GAP, NEXT, STEP, FURTHEST = 5.0, 13.0, 8.0, 30  # points of the figure; rings to try
BESIDE = [0, 180]  # degrees, right and left of the point
ANGLES = [0, 180, 45, -45, 135, -135, 90, -90, 20, -20, 160, -160, 65, -65, 115, -115]

CROSSING = 60.0  # points that a label may be further away if its line then crosses nothing

Box = tuple[float, float, float, float]  # left, bottom, right, top


def place_labels(
    points: list[tuple[float, float]],
    sizes: list[tuple[float, float]],
    frame: Box,
    obstacles: list[Box],
) -> list[Box]:
    """A box for each label, as near to its point as is free, inside of `frame`.

    Labels in a crowd are placed first. The same arguments give the same places.

    Args:
        points: where the labels belong.
        sizes: width and height of each.
        frame: what may not be left.
        obstacles: what may not be covered.

    Returns:
        The boxes, in the order of the points. A label that fits nowhere lies over others, as near
        to its point as the frame allows.
    """
    placed: dict[int, Box] = {}
    lines: list[tuple[tuple[float, float], tuple[float, float]]] = []

    def crowd(number):
        return sum(math.dist(points[number], other) < 60 for other in points)

    for number in sorted(range(len(points)), key=lambda i: (-crowd(i), -points[i][1], i)):
        best, least = None, math.inf
        for box, cost in candidates(points[number], sizes[number]):
            if cost >= least:
                break
            taken = [*placed.values(), *obstacles]
            if not inside(box, frame) or any(overlap(box, other) for other in taken):
                continue
            line = points[number], anchor(points[number], box)
            crossed = sum(crosses(*line, other) for other in placed.values())
            crossed += sum(meet(*line, *other) for other in lines)
            crossed += sum(crosses(*other, box) for other in lines)
            crossed += sum(crosses(*line, other) for other in obstacles if outside(line[0], other))
            if cost + CROSSING * crossed < least:
                best, least = box, cost + CROSSING * crossed
        if best is None:
            nearest, _ = next(candidates(points[number], sizes[number]))
            best = moved_inside(nearest, frame)
        placed[number] = best
        lines.append((points[number], anchor(points[number], placed[number])))
    return [placed[number] for number in range(len(points))]


def candidates(point, size):
    """Boxes on rings around a point, the nearest first, with their distance."""
    width, height = size
    for ring in range(FURTHEST):
        distance = NEXT + STEP * (ring - 1) if ring else GAP
        for preference, angle in enumerate(ANGLES if ring else BESIDE):
            x = point[0] + distance * math.cos(math.radians(angle))
            y = point[1] + distance * math.sin(math.radians(angle))
            left = x if abs(angle) < 89 else x - width
            left = x - width / 2 if abs(angle) == 90 else left
            low = y - height / 2 + height / 2 * math.sin(math.radians(angle))
            yield (left, low, left + width, low + height), distance + 0.1 * preference


def moved_inside(box: Box, frame: Box) -> Box:
    """A box, moved as far as it takes to begin within a frame and, if it fits, to end there."""
    width, height = box[2] - box[0], box[3] - box[1]
    left = max(frame[0], min(box[0], frame[2] - width))
    low = max(frame[1], min(box[1], frame[3] - height))
    return left, low, left + width, low + height


def inside(box: Box, frame: Box) -> bool:
    """Whether a box is within a frame."""
    return frame[0] <= box[0] and frame[1] <= box[1] and box[2] <= frame[2] and box[3] <= frame[3]


def overlap(a: Box, b: Box) -> bool:
    """Whether two boxes overlap."""
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def outside(point, box: Box) -> bool:
    """Whether a point lies outside a box."""
    return not (box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3])


def anchor(point, box: Box):
    """The place of a box that is nearest to a point."""
    return min(max(point[0], box[0]), box[2]), min(max(point[1], box[1]), box[3])


def crosses(start, end, box: Box) -> bool:
    """Whether a line crosses an edge of a box."""
    corners = [(box[0], box[1]), (box[2], box[1]), (box[2], box[3]), (box[0], box[3])]
    sides = zip(corners, [*corners[1:], corners[0]])
    return any(meet(start, end, *side) for side in sides)


def meet(a, b, c, d) -> bool:
    """Whether the lines from `a` to `b` and from `c` to `d` cross."""

    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0
