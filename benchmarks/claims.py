"""Checks what the papers promise against the rows of a suite, and reports what does not hold."""

RNN = "lstm_seq2seq"
ATTENTIVE_RNN = "bilstm_bahdanau"
TRANSFORMERS = ("transformer", "t5")


def greedy(rows, task, family, metric):
    """Mean greedy score of a family on a task, over its seeds."""
    values = [
        row["scores"]["greedy"]["metrics"][metric]["value"]
        for row in rows
        if row["task"] == task and row["card"]["family"] == family
    ]
    return sum(values) / len(values)


def lengths(rows, task, family, metric):
    """Mean greedy score of each length bucket that has examples, shortest first."""
    seeds = [
        [b[metric] for b in row["scores"]["greedy"]["by_length"] if b["count"]]
        for row in rows
        if row["task"] == task and row["card"]["family"] == family
    ]
    return [sum(bucket) / len(bucket) for bucket in zip(*seeds)]


def check_claims(rows):
    """Checks each claim that the rows cover. Returns tuples (text, whether it holds, figures)."""
    # An ablation says nothing about its family.
    rows = [row for row in rows if " " not in row["model"]]
    claims = []
    present = {(row["task"], row["card"]["family"]) for row in rows}
    for family in (ATTENTIVE_RNN, *TRANSFORMERS):
        if {("g2p", RNN), ("g2p", family)} <= present:
            score, plain = (
                greedy(rows, "g2p", family, "wrong_words"),
                greedy(rows, "g2p", RNN, "wrong_words"),
            )
            claims.append(
                (
                    f"`{family}` makes fewer errors on g2p than `{RNN}` of equal size "
                    f"(Bahdanau et al. 2015; Vaswani et al. 2017)",
                    score < plain,
                    f"word error rate {score:.1f} against {plain:.1f}",
                )
            )
    sizes = {row["model"]: row["parameters"] for row in rows if row["task"] == "g2p"}.values()
    if len(sizes) > 1:
        claims.append(
            (
                "the variants compared on g2p have equal parameter counts within 10%",
                max(sizes) <= 1.1 * min(sizes),
                f"{min(sizes):,} to {max(sizes):,}",
            )
        )
    if ("reverse", RNN) in present:
        plain = lengths(rows, "reverse", RNN, "exact_match")
        claims.append(
            (
                f"the score of `{RNN}`, whose context has a fixed size, falls as sources grow "
                f"(Bahdanau et al. 2015, figure 2)",
                plain[-1] < plain[0] - 10,
                f"exact match {plain[0]:.1f} on the shortest, {plain[-1]:.1f} on the longest",
            )
        )
    if ("reverse", ATTENTIVE_RNN) in present:
        attentive = lengths(rows, "reverse", ATTENTIVE_RNN, "exact_match")
        claims.append(
            (
                f"`{ATTENTIVE_RNN}` stays above 95% exact match at every trained length",
                min(attentive) > 95,
                f"lowest {min(attentive):.1f}",
            )
        )
    return claims
