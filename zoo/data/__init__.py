"""Tasks (one file a task), tokenizers, and length-bucketed batches."""
