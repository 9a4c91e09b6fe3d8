"""From a task and a recipe to a trained run: batches, step, loop, schedule, checkpoint."""
