"""Text in, text out: what runs, public checkpoints and models in memory have in common."""
