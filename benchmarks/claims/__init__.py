"""What the papers promise, and whether it holds here: `python -m benchmarks claims [NAME ...]`.

A claim is data: a statement, its source, a measurement on the rows of suites, and a threshold. Add
one to the list of its subject, in `recurrent`, `attention`, `transformers`, `decoding` or
`training`:

    Claim(
        "input_feeding_helps",
        "Feeding the attentional state back helps Luong's decoder.",
        LUONG, "section 3.3 and table 1",
        gain(g2p("bilstm_luong_mini"), over=g2p("bilstm_luong_mini input_feeding=false")),
        above=0,
    )
"""
