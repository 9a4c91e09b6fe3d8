"""One file a task. Each file registers its task with `zoo.registry.register_task` and is found by being here."""
