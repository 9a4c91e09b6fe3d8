"""Labels cover neither each other nor points, and stay inside."""

import itertools

import numpy as np

from benchmarks.figures.placing import inside, overlap, place_labels


def test_labels_of_a_crowd_do_not_overlap():
    rng = np.random.default_rng(0)
    points = [(100 + 15.0 * i, 190 + rng.normal()) for i in range(13)]  # in a row, near the top
    sizes = [(90.0, 11.0)] * 13
    marks = [(x - 3, y - 3, x + 3, y + 3) for x, y in points]
    frame = (0.0, 0.0, 480.0, 210.0)
    boxes = place_labels(points, sizes, frame, marks)
    assert all(inside(box, frame) for box in boxes)
    assert not [pair for pair in itertools.combinations(boxes, 2) if overlap(*pair)]
    assert not [1 for box in boxes for mark in marks if overlap(box, mark)]
    assert boxes == place_labels(points, sizes, frame, marks)


def test_a_lonely_label_is_beside_its_point():
    [box] = place_labels([(50.0, 50.0)], [(40.0, 10.0)], (0.0, 0.0, 200.0, 100.0), [])
    assert 50 < box[0] < 60 and box[1] < 50 < box[3]


def test_a_label_without_a_free_place_does_not_leave_the_frame():
    point, frame = (95.0, 50.0), (0.0, 0.0, 100.0, 100.0)
    [box] = place_labels([point], [(60.0, 10.0)], frame, [frame])
    assert inside(box, frame)
