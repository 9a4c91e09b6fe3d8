"""transformers generates what the zoo generates. tests/pretrained compares logits and files."""

import pytest
import torch
import transformers

import zoo
from tests.export.models import LENGTH, best, text_model, words
from zoo.export import export

TIED = {"t5_nano": "all", "t5_v1_1_nano": "inputs", "bart_nano": "all", "marian_nano": "target"}


@pytest.mark.parametrize("name", TIED)
def test_outputs_are_equal(traced, tmp_path, name):
    model = text_model(name, tied_embeddings=TIED[name])
    export(model, tmp_path / "out", "transformers")
    theirs = transformers.AutoModelForSeq2SeqLM.from_pretrained(tmp_path / "out").eval()
    theirs.generation_config.forced_eos_token_id = None  # of BART and Marian, at the last step
    texts = words(100)
    rows = [torch.tensor(model.encode(text)) for text in texts]
    source = torch.nn.utils.rnn.pad_sequence(rows, batch_first=True)
    with torch.no_grad():
        found = theirs.generate(
            source,
            attention_mask=(source != 0).long(),
            do_sample=False,
            num_beams=1,
            max_new_tokens=LENGTH,
            bad_words_ids=[[0], [1]],
        )
    outputs = [model.target_tokenizer.decode(row[1:].tolist()) for row in found]
    assert outputs == [text for text, _ in best(model.generate(texts, zoo.Greedy()))]
