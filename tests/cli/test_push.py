"""`zoo push` uploads what it is given, and says where it is."""

from tests.pretrained.stand_in_hub import stand_in_hub
from tests.pretrained.test_zoo_format import text_model
from zoo.cli.main import main
from zoo.pretrained import save_pretrained


def test_push(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("HF_TOKEN", "hf_test")
    save_pretrained(text_model(), tmp_path / "model")
    with stand_in_hub(monkeypatch, tmp_path) as repositories:
        assert main(["push", str(tmp_path / "model"), "me/model"]) == 0
        assert main(["push", str(tmp_path / "model"), "me/secret", "--private"]) == 0
        assert main(["push", str(tmp_path / "model"), "model"]) == 2
    assert list(repositories) == ["me/model", "me/secret"] and repositories.private == {"me/secret"}
    printed = capsys.readouterr()
    assert "\ntry: zoo generate me/model TEXT\n" in printed.out
    assert printed.out.endswith("\ntry: zoo generate me/secret TEXT\n")
    assert printed.err == "zoo: 'model' is not the name of a hub repository, such as OWNER/NAME\n"
