"""From a task and a recipe to a trained run: loss, schedule, loop, checkpoint, run folder."""
