"""Own data as the test of a model that exists already."""

import pytest

from zoo.data.own_test import own_test
from zoo.data.tokenizers import SymbolTokenizer
from zoo.errors import UnknownName, ZooError

LETTERS = SymbolTokenizer("abc", separator="")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "pairs.tsv"
    path.write_text("a\tb\nab\tbc\na\tc\n")
    return path


def test_all_pairs_are_the_test_and_those_of_a_source_are_one_example(file):
    task = own_test(file, None, "test", LETTERS, LETTERS)
    assert [(x.source, x.references) for x in task.examples("test")] == [
        ("a", ("b", "c")),
        ("ab", ("bc",)),
    ]
    assert task.metrics == ("exact_match", "chrf", "perplexity")
    assert own_test(file, None, "test", LETTERS, LETTERS, ["per"]).metrics == ("per",)


def test_outputs_are_cut_where_the_model_was_trained_to_end(file):
    assert own_test(file, None, "test", LETTERS, LETTERS).max_target_length == 3  # with the end
    cut = own_test(file, None, "test", LETTERS, LETTERS, longest_target=9)
    assert cut.max_target_length == 9


def test_of_data_in_splits_one_is_taken(tmp_path):
    for split in ("train", "dev"):
        (tmp_path / f"{split}.tsv").write_text(f"{split[0]}\tb\n")
    task = own_test(tmp_path, None, "validation", LETTERS, LETTERS)
    assert [x.source for x in task.examples("validation")] == ["d"]
    with pytest.raises(UnknownName, match="unknown split 'test'; known: train, validation"):
        own_test(tmp_path, None, "test", LETTERS, LETTERS)


def test_a_folder_needs_no_other_split_than_the_one_that_is_scored(tmp_path):
    (tmp_path / "test.tsv").write_text("a\tb\n")
    assert len(own_test(tmp_path, None, "test", LETTERS, LETTERS).examples("test")) == 1
    (tmp_path / "test.tsv").write_text("")
    with pytest.raises(ZooError, match="has no pair in its split test"):
        own_test(tmp_path, None, "test", LETTERS, LETTERS)


def test_a_split_that_no_data_have_is_an_error(file):
    with pytest.raises(UnknownName, match="unknown split 'tset'; nearest: test"):
        own_test(file, None, "tset", LETTERS, LETTERS)


def test_nothing_to_score_is_an_error(tmp_path):
    (tmp_path / "empty.tsv").write_text("")
    with pytest.raises(ZooError, match="empty.tsv has no pair"):
        own_test(tmp_path / "empty.tsv", None, "test", LETTERS, LETTERS)
