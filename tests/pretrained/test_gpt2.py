"""Checkpoints of GPT-2: they compute, generate and come back as in transformers."""

import json

import keras
import numpy as np
import pytest
import torch
import transformers
from safetensors.numpy import load_file, save_file

import zoo
from tests.pretrained.changes import config, content, every, remove, tensors
from tests.pretrained.checkpoints import exchange, save
from tests.pretrained.sentences import SENTENCES, texts
from tests.pretrained.vocabularies import gpt2_files
from zoo.data.tokenizers import ByteTokenizer, GPT2Tokenizer
from zoo.decoding import Beam, Greedy, generate
from zoo.errors import ZooError
from zoo.pretrained import save_pretrained

LENGTH = 16


def prompts(pair, count=64, longest=14, seed=2):
    """Random texts of mixed length in the checkpoint's ids, without an end token."""
    rng, vocabulary = np.random.default_rng(seed), pair.theirs.config.vocab_size
    return [
        rng.integers(0, vocabulary - 1, rng.integers(1, longest)).tolist() for _ in range(count)
    ]


def closed(rows, model):
    """Texts as the zoo reads them: padded sources int [B, S], closed by the end token."""
    pad, width = model.target_vocabulary - 1, max(map(len, rows)) + 1
    found = np.zeros((len(rows), width), "int32")
    for row, ids in zip(found, rows):
        row[: len(ids) + 1] = [*exchange(ids, pad), model.end_id]
    return found


def both_logits(pair, model):
    """Logits of targets that go on after texts, ours and theirs, without those of padding."""
    rows, targets = prompts(pair, 8), prompts(pair, 8, seed=3)
    targets = np.array([(ids * 9)[:9] for ids in targets])
    pad = model.target_vocabulary - 1
    inputs = exchange(np.pad(targets[:, :-1], ((0, 0), (1, 0))), pad).astype("int32")
    ours = np.asarray(model((closed(rows, model), inputs)))[..., exchange(np.arange(pad), pad)]
    theirs = []
    for ids, target in zip(rows, targets):
        with torch.no_grad():
            logits = pair.theirs(torch.tensor([[*ids, *target]])).logits[0]
        theirs.append(logits[len(ids) - 1 : -1].numpy())
    return ours, np.stack(theirs)


def test_logits_of_a_padded_batch(pair, parity):
    found = pair("gpt2")
    ours, theirs = both_logits(found, found.ours.model)
    assert theirs.std() > 0.5
    parity("gpt2", "transformers GPT2LMHeadModel", "logits", ours, theirs, 1e-4)


@pytest.mark.parametrize("beams", [1, 4])
def test_outputs_of_64_texts(traced, pair, beams):
    found = pair("gpt2")
    rows, end = prompts(found), found.theirs.config.eos_token_id
    width = max(map(len, rows))
    search = dict(num_beams=beams, early_stopping="never") if beams > 1 else {}
    expected = found.theirs.generate(  # a decoder alone is padded on the left there
        input_ids=torch.tensor([[end] * (width - len(ids)) + ids for ids in rows]),
        attention_mask=torch.tensor([[0] * (width - len(ids)) + [1] * len(ids) for ids in rows]),
        do_sample=False,
        max_new_tokens=LENGTH,
        pad_token_id=end,
        **search,
    )
    expected = [row[width:].tolist() for row in expected]
    expected = [row[: row.index(end)] if end in row else row for row in expected]
    model = found.ours.model
    sources = [row[row != 0].tolist() for row in closed(rows, model)]
    strategy = Beam(beams, length_penalty=1.0, formula="power") if beams > 1 else Greedy()
    outputs = generate(model, sources, strategy, LENGTH)
    pad = model.target_vocabulary - 1
    assert [exchange(best[0].ids, pad).tolist() for best in outputs] == expected
    assert len({tuple(ids) for ids in expected}) > 16
    assert len({len(ids) for ids in expected}) > 1  # some end, some do not


def test_text_in_and_text_out(traced, pair):
    found = pair("gpt2")
    tokenizer = transformers.GPT2Tokenizer.from_pretrained(found.folder)
    assert found.ours.name.startswith("gpt2_") and found.ours.model.continues
    for text in ("The quick brown fox.", "!", "Das Haus ist wunderbar, und der Garten auch."):
        inputs = tokenizer(text, return_tensors="pt")
        end = found.theirs.config.eos_token_id
        ids = found.theirs.generate(**inputs, max_new_tokens=12, do_sample=False, pad_token_id=end)
        expected = ids[0, inputs["input_ids"].shape[1] :]
        output = found.ours.generate([text], zoo.Decoding(max_length=12))[0][0]
        assert output[0] == tokenizer.decode(expected, skip_special_tokens=True)


def test_scores_are_those_of_the_files_vocabulary(traced, pair):
    """The id that is added for padding takes no share of the probability."""
    found = pair("gpt2")
    tokenizer = found.ours.source_tokenizer
    score = found.ours.score([("The fox", " jumps over")])[0]
    swapped = [[tokenizer.swap(i) for i in tokenizer.encode(t)] for t in ("The fox", " jumps over")]
    text, output = swapped[0][:-1], swapped[1]
    with torch.no_grad():
        logits = found.theirs(torch.tensor([[*text, *output]])).logits[0].log_softmax(-1)
    rows = logits[len(text) - 1 : -1]
    expected = rows[torch.arange(len(output)), torch.tensor(output)].sum()
    assert score.log_probability == pytest.approx(float(expected), abs=1e-4)


@pytest.mark.parametrize("saved_by_them", [False, True], ids=["published", "tokenizer.json"])
def test_ids_of_200_texts(tmp_path, saved_by_them):
    for name, data in zip(("vocab.json", "merges.txt"), gpt2_files()):
        (tmp_path / name).write_bytes(data)
    theirs, folder = transformers.GPT2Tokenizer.from_pretrained(tmp_path), tmp_path
    if saved_by_them:
        folder = tmp_path / "saved"
        theirs.save_pretrained(folder)
    ours = zoo.pretrained.tokenizer_files.read(folder, "gpt2", 401, 401)[0]
    end = theirs.convert_tokens_to_ids("<|endoftext|>")
    assert (ours.size, ours.pad_id, ours.swap(ours.end_id)) == (401, 400, end)
    for text, ids in zip(texts(), ours.encode_batch(texts()), strict=True):
        assert [ours.swap(i) for i in ids] == [*theirs(text)["input_ids"], end]
        assert ours.decode(ids) == text
        assert ours.length(text) == len(ids)
    assert ours.encode("<|endoftext|>").count(ours.end_id) == 1  # a text cannot end a source
    assert ours.decode([0, 999, *ours.encode("a"), 5]) == "a" and ours.decode([]) == ""


def test_from_transformers_and_back(pair, tmp_path):
    found, folder = pair("gpt2"), tmp_path / "saved"
    save_pretrained(found.ours, folder, "transformers")
    before, after = (load_file(path / "model.safetensors") for path in (found.folder, folder))
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[key], after[key]) for key in before)
    asked, written = (
        json.loads((path / "config.json").read_text()) for path in (found.folder, folder)
    )
    changed = {key for key in asked if asked[key] != written.get(key)}
    assert changed <= {"n_inner"}  # null there, which is 4 n_embd
    again = found._replace(
        theirs=transformers.AutoModelForCausalLM.from_pretrained(folder).eval(),
        ours=zoo.from_pretrained(folder),
    )
    for one, other in zip(
        both_logits(found, found.ours.model), both_logits(again, again.ours.model)
    ):
        assert np.array_equal(one, other)
    theirs = transformers.AutoTokenizer.from_pretrained(folder)
    tokenizer = again.ours.source_tokenizer
    assert tokenizer.get_config() == found.ours.source_tokenizer.get_config()
    assert theirs(SENTENCES)["input_ids"] == [
        [tokenizer.swap(i) for i in row[:-1]] for row in tokenizer.encode_batch(SENTENCES)
    ]


@pytest.mark.parametrize("own", [True, False], ids=["the zoo's tokenizer", "GPT-2's tokenizer"])
def test_a_model_of_pairs_comes_back_as_one(tmp_path, own):
    vocabulary, merges = (data.decode() for data in gpt2_files())
    merges = [line.split(" ") for line in merges.splitlines()[1:]]
    tokenizer = ByteTokenizer() if own else GPT2Tokenizer(json.loads(vocabulary), merges)
    keras.utils.set_random_seed(0)
    ids = dict(start_id=tokenizer.start_id, end_id=tokenizer.end_id)
    model = zoo.create("gpt2_nano", *[tokenizer.size] * 2, tied_embeddings="all", **ids)
    save_pretrained(zoo.TextModel(model, tokenizer, tokenizer), tmp_path / "out", "transformers")
    again = zoo.from_pretrained(tmp_path / "out")
    expected = model.get_config() | {"name": again.model.name}
    assert again.model.get_config() == expected and not again.model.continues
    assert again.source_tokenizer.get_config() == tokenizer.get_config()
    source = np.array([[5, 9, 7, 2], [8, 2, 0, 0]], "int32")
    target = np.array([[1, 7, 9], [1, 8, 4]], "int32")
    assert np.array_equal(again.model((source, target)), model((source, target)))
    theirs = transformers.AutoModelForCausalLM.from_pretrained(tmp_path / "out")
    joined = exchange([[*source[0], *target[0]]], getattr(tokenizer, "pad_id", 0))
    with torch.no_grad():
        logits = theirs(torch.tensor(joined)).logits[0, 4:].numpy()
    order = exchange(np.arange(tokenizer.size), getattr(tokenizer, "pad_id", 0))
    found = np.asarray(model((source[:1], target[:1])))[0][:, order]
    np.testing.assert_allclose(found, logits, atol=1e-4)


def test_files_of_the_bare_model_with_its_masks_are_read(pair, tmp_path):
    """As on the hub: no "transformer." before the keys, and the causal mask among the tensors."""
    found = pair("gpt2")
    save("gpt2", tmp_path)
    bare = {
        key.removeprefix("transformer."): value
        for key, value in load_file(tmp_path / "model.safetensors").items()
    }
    bare["h.0.attn.bias"] = np.tril(np.ones((1, 1, 64, 64), "float32"))
    save_file(bare, tmp_path / "model.safetensors")
    ours = zoo.from_pretrained(tmp_path).model
    assert np.array_equal(both_logits(found, ours)[0], both_logits(found, found.ours.model)[0])


ATTENTION = "transformer.h.0.attn.c_attn.weight"
BROKEN = {  # what is wrong: how the checkpoint is broken, and the message
    "cross-attention": (config(add_cross_attention=True), "GPT-2 lacks: add_cross_attention True"),
    "scores by layer": (config(scale_attn_by_inverse_layer_idx=True), "inverse_layer_idx True"),
    "rates that differ": (config(attn_pdrop=0.3), r"embd_pdrop, attn_pdrop, resid_pdrop that dif"),
    "heads that do not divide": (config(n_head=5), "multiple of heads 5"),
    "10^9 positions": (
        config(n_positions=10**9),
        r"is \[64, 32\] and should be \[1000000000, 32\]",
    ),
    "a joined kernel of another shape": (
        tensors(lambda t: t.update({ATTENTION: t[ATTENTION][:, :-3].copy()})),
        r"c_attn\.weight is \[32, 93\] and should be \[32, 96\]",
    ),
    "a missing tensor": (tensors(lambda t: t.pop(ATTENTION)), r"lacks 1 tensors .*c_attn\.weight"),
    "a tensor too many": (
        tensors(lambda t: t.update(adapter=np.zeros(2, "float32"))),
        "no place for: adapter",
    ),
    "no tokenizer": (remove("merges.txt"), r"no tokenizer .*merges\.txt"),
    "a vocabulary without an end": (
        every(remove("merges.txt"), content("merges.txt", ""), content("vocab.json", '{"a": 0}')),
        r"lacks the token <\|endoftext\|>",
    ),
    "padding inside the vocabulary": (
        config(pad_token_id=7),
        "the tokenizer has 401 ids, and the model.s vocabulary only 400",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken("gpt2", *BROKEN[case])


@pytest.mark.parametrize(
    "overrides, message",
    [
        ({"tied_embeddings": "target"}, "tied_embeddings='target'"),
        ({"positions": "rotary"}, "positions='rotary'"),
        ({"padding_token": False}, "must have padding as its last id, and the tokenizer pads"),
    ],
)
def test_models_that_transformers_cannot_be(tmp_path, overrides, message):
    tokenizer = ByteTokenizer()
    model = zoo.create("gpt2_nano", 260, 260, **{"tied_embeddings": "all"} | overrides)
    with pytest.raises(ZooError, match=message):
        save_pretrained(zoo.TextModel(model, tokenizer, tokenizer), tmp_path / "o", "transformers")
