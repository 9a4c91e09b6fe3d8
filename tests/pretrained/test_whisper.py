"""Checkpoints of Whisper: they compute, generate and come back as in transformers."""

import json

import numpy as np
import pytest
import torch
import transformers
from safetensors.numpy import load_file

import zoo
from tests.data.front_ends.sounds import tone, write_sound
from tests.pretrained.changes import config, content, remove, tensors
from tests.pretrained.checkpoints import exchange
from tests.pretrained.sentences import SENTENCES
from zoo.data.front_ends.log_mel import LogMel
from zoo.data.tokenizers import ByteTokenizer
from zoo.decoding import Beam, Constraints, Greedy, generate
from zoo.errors import ZooError
from zoo.frames import Frames
from zoo.pretrained import checkpoint, save_pretrained, tokenizer_files, whisper
from zoo.pretrained.hub import PATTERNS

LENGTH, FRAMES = 16, 100


def recordings(count=6, seed=0):
    """Frames of `count` recordings, float32 [count, FRAMES, 80]."""
    return np.random.default_rng(seed).normal(size=(count, FRAMES, 80)).astype("float32")


def both_logits(theirs, model):
    """Logits of the same recordings and targets, ours and theirs, without those of padding."""
    values, pad = recordings(), model.target_vocabulary - 1
    inputs = np.random.default_rng(1).integers(0, pad, (len(values), 9))
    with torch.no_grad():
        expected = theirs(
            input_features=torch.tensor(values.transpose(0, 2, 1)),
            decoder_input_ids=torch.tensor(inputs),
        ).logits.numpy()
    source = Frames(values, np.full(values.shape[:2], True))
    found = np.asarray(model((source, exchange(inputs, pad).astype("int32"))))
    return found[..., exchange(np.arange(pad), pad)], expected


def test_logits(pair, parity):
    found = pair("whisper")
    ours, theirs = both_logits(found.theirs, found.ours.model)
    assert theirs.std() > 0.5
    parity("whisper", "transformers WhisperForConditionalGeneration", "logits", ours, theirs, 1e-4)


def their_greedy(model, values, prefix):
    """The most probable tokens after a prefix, one by one; the start token is never written."""
    config = model.config
    rows = torch.tensor([[config.decoder_start_token_id, *prefix]] * len(values))
    features = torch.tensor(values.transpose(0, 2, 1))
    with torch.no_grad():
        while rows.shape[1] <= LENGTH:
            logits = model(input_features=features, decoder_input_ids=rows).logits[:, -1]
            logits[:, config.decoder_start_token_id] = -torch.inf
            rows = torch.cat([rows, logits.argmax(-1, keepdim=True)], 1)
    end = config.eos_token_id
    rows = rows[:, 1:].tolist()
    return [row[: row.index(end)] if end in row else row for row in rows]


def test_greedy_outputs_after_a_forced_prefix(traced, pair):
    found = pair("whisper")
    model, tokenizer = found.ours.model, found.ours.target_tokenizer
    prefix = tokenizer.prefix("en", "transcribe", "notimestamps")
    values = recordings(24, seed=2)
    expected = their_greedy(found.theirs, values, [tokenizer.swap(i) for i in prefix])
    outputs = generate(model, list(values), Greedy(Constraints(prefix=prefix)), LENGTH)
    assert [[tokenizer.swap(i) for i in best[0].ids] for best in outputs] == expected
    assert len({tuple(ids) for ids in expected}) > 8
    assert len({len(ids) for ids in expected}) > 1  # some end, some do not
    beams = generate(model, list(values[:4]), Beam(3, constraints=Constraints(prefix=prefix)), 8)
    assert all(best[0].ids[:3] == list(prefix) for best in beams)


def test_a_recording_in_and_text_out(eager, pair, tmp_path):
    found = pair("whisper")
    path = write_sound(tmp_path / "a.wav", tone(0.4, 16_000), 16_000)
    tokenizer = found.ours.target_tokenizer
    prefix = tokenizer.prefix("de", "translate", "notimestamps")
    decoding = zoo.Decoding(Greedy(Constraints(prefix=prefix)), max_length=LENGTH)
    text = found.ours.generate([str(path)], decoding)[0][0][0]
    extract = transformers.WhisperFeatureExtractor.from_pretrained(found.folder)
    samples = (tone(0.4, 16_000) * 32767).astype("<i2").astype("float32") / 32768
    frames = extract(samples, sampling_rate=16_000, return_tensors="np")["input_features"]
    theirs = their_greedy(
        found.theirs, frames.transpose(0, 2, 1), [tokenizer.swap(i) for i in prefix]
    )
    assert text == tokenizer.decode([tokenizer.swap(i) for i in theirs[0]])
    frames, symbols, weights = found.ours.align(str(path), "a")
    assert weights.shape == (len(symbols), FRAMES) and len(frames) == FRAMES
    np.testing.assert_allclose(weights.sum(-1), 1, rtol=1e-5)


def test_from_transformers_and_back(pair, tmp_path):
    found, folder = pair("whisper"), tmp_path / "saved"
    save_pretrained(found.ours, folder, "transformers")
    before, after = (load_file(path / "model.safetensors") for path in (found.folder, folder))
    assert before.keys() == after.keys()
    assert all(np.array_equal(before[key], after[key]) for key in before)
    asked, written = (
        json.loads((path / "config.json").read_text()) for path in (found.folder, folder)
    )
    assert {key for key in asked if asked[key] != written.get(key)} == set()
    theirs = transformers.AutoModelForSpeechSeq2Seq.from_pretrained(folder).eval()
    ours = zoo.from_pretrained(folder)
    before, after = both_logits(found.theirs, found.ours.model), both_logits(theirs, ours.model)
    assert all(np.array_equal(one, other) for one, other in zip(before, after))
    for side in ("source_tokenizer", "target_tokenizer"):
        assert getattr(ours, side).get_config() == getattr(found.ours, side).get_config()
    tokenizer = transformers.WhisperTokenizer.from_pretrained(folder)
    own = ours.target_tokenizer
    assert tokenizer(SENTENCES, add_special_tokens=False)["input_ids"] == [
        [own.swap(i) for i in row[:-1]] for row in own.encode_batch(SENTENCES)
    ]
    names = ["<|en|>", "<|transcribe|>"]
    prefix = [own.swap(i) for i in own.prefix("en", "transcribe")]
    assert tokenizer.convert_tokens_to_ids(names) == prefix
    extract = transformers.WhisperFeatureExtractor.from_pretrained(folder)
    assert (extract.feature_size, extract.chunk_length) == (80, 1)


KEY = "model.encoder.conv2.weight"
BROKEN = {  # what is wrong: how the checkpoint is broken, and the message
    "scaled embeddings": (config(scale_embedding=True), "Whisper lacks: scale_embedding True"),
    "heads that differ": (config(encoder_attention_heads=8), "decoder_attention_heads 4 beside"),
    "no bands": (config(num_mel_bins=None), "config.json is broken: num_mel_bins is missing"),
    "other bands": (config(num_mel_bins=128), r"conv1\.weight is \[32, 80, 3\] and should be"),
    "10^9 places": (config(max_source_positions=10**9), r"should be \[1000000000, 32\]"),
    "10^9 layers": (config(decoder_layers=10**9), "asks for 1000000000 layers"),
    "no convolution": (tensors(lambda t: t.pop(KEY)), r"lacks 1 tensors .*conv2\.weight"),
    "a bias of keys": (
        tensors(
            lambda t: t.update(
                {"model.encoder.layers.0.self_attn.k_proj.bias": np.zeros(32, "float32")}
            )
        ),
        r"no place for: model\.encoder\.layers\.0\.self_attn\.k_proj\.bias",
    ),
    "no tokenizer": (remove("merges.txt"), r"no tokenizer .*merges\.txt"),
    "no start": (content("added_tokens.json", "{}"), r"lacks the token <\|startoftranscript\|>"),
    "another rate": (
        content("preprocessor_config.json", '{"sampling_rate": 8000}'),
        "sampling_rate 8000, and only 16000 is read",
    ),
    "frames of another width": (
        content("preprocessor_config.json", '{"feature_size": 40}'),
        "the source tokenizer gives frames of 40, and the model reads frames of 80",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_checkpoint_is_refused_in_one_line(broken, case):
    broken("whisper", *BROKEN[case])


def test_a_model_of_frames_of_any_length_is_not_one_of_transformers(tmp_path):
    tokenizer = ByteTokenizer()
    model = zoo.create("whisper_nano", None, 260, source_features=320)
    with pytest.raises(ZooError, match="pads every recording to one length"):
        save_pretrained(zoo.TextModel(model, LogMel(), tokenizer), tmp_path / "o", "transformers")
    assert not (tmp_path / "o").exists()


def test_a_model_of_ids_is_not_one_of_transformers(tmp_path):
    tokenizer, model = ByteTokenizer(), zoo.create("whisper_nano", 260, 260)
    with pytest.raises(ZooError, match="not a model that transformers has if it reads ids"):
        save_pretrained(zoo.TextModel(model, tokenizer, tokenizer), tmp_path / "o", "transformers")


def test_an_unused_token_that_large_v3_names_as_padding_is_none(monkeypatch):
    sizes = dict(source_features=80, padding_token=False, start_id=12, end_id=11)
    model = zoo.create("whisper_nano", None, 21, **sizes)
    config = whisper.config_of(model, 20) | {"pad_token_id": 10}
    assert whisper.arguments(config)[1]["padding_token"]  # token 10 of any other model pads
    monkeypatch.setattr(whisper, "UNUSED", 10)
    _, found, pad = whisper.arguments(config)
    assert (found["target_vocabulary"], found["padding_token"], pad) == (21, False, 20)
    assert (found["start_id"], found["end_id"]) == (12, 11)
    assert checkpoint.export(model, pad, config)[0]["pad_token_id"] == 10
    assert checkpoint.export(model, pad)[0]["pad_token_id"] == 11


def test_the_settings_of_recordings_are_found_where_transformers_5_writes_them(
    tmp_path, monkeypatch
):
    read = "zoo.pretrained.tokenizer_files"
    vocabulary = {"a": 0, "<|endoftext|>": 1}
    monkeypatch.setattr(f"{read}.read_byte_pairs", lambda *_: (vocabulary, [], None))
    monkeypatch.setattr(f"{read}.added_tokens", lambda *_: {"<|startoftranscript|>": 2})

    def has(name):
        return (tmp_path / name).is_file()

    def front_end(**settings):
        (tmp_path / "processor_config.json").write_text(json.dumps({"feature_extractor": settings}))
        return tokenizer_files.read_whisper(tmp_path, has, 4)[0]

    assert front_end(feature_size=128, chunk_length=10).settings() == {"bins": 128, "seconds": 10}
    with pytest.raises(ZooError, match="processor_config.json has sampling_rate 8000"):
        front_end(sampling_rate=8000)
    assert "processor_config.json" in PATTERNS
