"""What the API takes and gives. The limits here are those that the OpenAPI description shows."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from zoo.printable import printable
from zoo.serving.limits import LARGEST_BEAM, LONGEST_BATCH, LONGEST_TEXT

LONGEST_LINE = 400  # characters of a message
SHOWN = 3  # errors of a request that are named

Text = Annotated[str, Field(max_length=LONGEST_TEXT)]
OneModel = Annotated[
    str | None, Field(description="Name of the model; may be left out if there is only one.")
]


class Taken(BaseModel):
    """What is sent: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", strict=True)


class GenerateRequest(Taken):
    """Texts to decode."""

    texts: Annotated[
        list[Text],
        Field(min_length=1, max_length=LONGEST_BATCH, description="Sources.", examples=[["a b c"]]),
    ]
    models: Annotated[
        list[str], Field(max_length=64, description="Names of models; empty means all.")
    ] = []
    beam: Annotated[
        int, Field(ge=1, le=LARGEST_BEAM, description="Hypotheses of the search; 1 is greedy.")
    ] = 1
    n_best: Annotated[
        int,
        Field(ge=1, le=LARGEST_BEAM, description="Outputs per text, as many as the beam at most."),
    ] = 1

    @model_validator(mode="after")
    def check_n_best(self) -> "GenerateRequest":
        """Raises `ValueError` for more outputs than hypotheses."""
        if self.n_best > self.beam:
            raise ValueError(
                f"n_best is {self.n_best} but beam is {self.beam}; "
                f"set beam to {self.n_best} or more"
            )
        return self


class Hypothesis(BaseModel):
    """One output."""

    text: str
    score: Annotated[float, Field(description="By which outputs are ranked; higher is better.")]


class ModelOutputs(BaseModel):
    """The outputs of one model."""

    model: str
    outputs: Annotated[
        list[list[Hypothesis]], Field(description="For each text, in order: its best outputs.")
    ]


class GenerateAnswer(BaseModel):
    """The outputs of every model."""

    results: list[ModelOutputs]


class AlignRequest(Taken):
    """An output, and the source that it looks at."""

    text: Annotated[Text, Field(description="Source.", examples=["a b c"])]
    output: Annotated[
        Text | None, Field(description="Output; left out, the model's own greedy output.")
    ] = None
    model: OneModel = None


class AlignAnswer(BaseModel):
    """Attention of an output over its source."""

    model: str
    source: Annotated[list[str], Field(description="Tokens, the end token included.")]
    target: Annotated[list[str], Field(description="Tokens, the end token included.")]
    weights: Annotated[
        list[list[float]],
        Field(description="One row per target token: its attention over the source."),
    ]


class Pair(Taken):
    """A source with a given output."""

    source: Annotated[Text, Field(examples=["a b c"])]
    output: Annotated[Text, Field(examples=["c b a"])]


class ScoreRequest(Taken):
    """Pairs to score."""

    pairs: Annotated[list[Pair], Field(min_length=1, max_length=LONGEST_BATCH)]
    model: OneModel = None


class PairScore(BaseModel):
    """How probable the model finds an output."""

    log_probability: float
    tokens: Annotated[
        list[float], Field(description="Log-probability of each token, the end token included.")
    ]


class ScoreAnswer(BaseModel):
    """Scores in the order of the pairs."""

    model: str
    scores: list[PairScore]


class ModelFacts(BaseModel):
    """A model that is served."""

    name: str
    family: Annotated[str, Field(description="Class of the model.")]
    parameters: int
    attention: Annotated[bool, Field(description="Whether outputs can be aligned.")]
    longest: Annotated[int, Field(description="Maximum number of tokens in a source.")]
    sample: Annotated[str | None, Field(description="A short text that the model takes.")]


class Health(BaseModel):
    """Whether the service answers."""

    status: str
    waiting: Annotated[int, Field(description="Texts that are waiting, over all models.")]


class Problem(BaseModel):
    """Why a request was refused."""

    detail: Annotated[str, Field(description="One line.")]


def line_of(errors: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with a request, in one line.

    Args:
        errors: of a validation, as pydantic lists them.
    """
    shown = [problem_of(error) for error in errors[:SHOWN]]
    if len(errors) > SHOWN:
        shown.append(f"and {len(errors) - SHOWN} more")
    return one_line("; ".join(shown))


def problem_of(error: Mapping[str, Any]) -> str:
    """One of the errors of a validation, in a few words."""
    where = ".".join(str(part) for part in error["loc"] if part != "body")
    if error["type"] == "json_invalid":
        return f"the body is not JSON: {error['ctx']['error']} at character {where}"
    if error["type"] == "extra_forbidden":
        return f"unknown field '{where}', see /docs"
    message = error["msg"].removeprefix("Value error, ")
    return f"{where}: {message}" if where else message


def one_line(text: str) -> str:
    """A message on one line, cut where it is very long."""
    line = printable(" ".join(text.split()))
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}..."
