"""`zoo runs` and `zoo report`: run folders, listed, compared and on one page."""

import shutil


def test_runs_below_a_folder_are_listed_and_named_runs_are_compared(here, said):
    listed = said("runs").splitlines()
    assert {line.split()[0] for line in listed[2:]} == {
        f"runs/{name}" for name in ("attentive", "plain", "other")
    }
    assert said("runs", "runs").splitlines() == listed
    compared = said("runs", "runs/plain", "runs/other")
    assert "task.symbols" in compared and "learning_rate" not in compared


def test_a_report_is_written_into_the_run(here, said, tmp_path):
    run = shutil.copytree(here / "runs" / "plain", tmp_path / "run")
    assert said("report", run) == f"{run / 'report.html'}\n"
    assert "lstm_seq2seq_nano" in (run / "report.html").read_text(encoding="utf-8")


def test_a_folder_without_runs_is_one_clear_line(refused, tmp_path):
    assert "holds no run folder; zoo train" in refused("runs", tmp_path)
    assert "is not a run folder" in refused("report", tmp_path)
