"""Claims about pre-training."""

from benchmarks.claims.evidence import Runs
from benchmarks.claims.measure import gain, score
from benchmarks.claims.papers import LEWIS, RAFFEL
from benchmarks.claims.verdict import Claim

DENOISER = "bart_mini max_positions=128"


def pretraining_gain(percent):
    """Better translations by fine-tuning a denoiser, at a share of the pairs, than from scratch."""
    denoised, scratch = (
        score(Runs("pretraining", f"multi30k_{percent}", model), "bleu")
        for model in (f"{DENOISER} pretrained=true", DENOISER)
    )
    return gain(denoised, over=scratch)


TRAINING = [
    *(
        Claim(
            f"denoising_helps_at_{percent}_percent",
            f"Denoising first, which is more training in all, helps when {percent}% of the pairs "
            "are there.",
            LEWIS,
            "section 5",
            pretraining_gain(percent),
            above=0,
        )
        for percent in (1, 10, 100)
    ),
    Claim(
        "denoising_helps_most_with_little_data",
        "Denoising first gains more with 1% of the pairs than with all of them.",
        RAFFEL,
        "section 3.1.4",
        pretraining_gain(1) - pretraining_gain(100),
        above=0,
    ),
]
