"""One file per task. A file in this folder registers its task with `register_task`."""
