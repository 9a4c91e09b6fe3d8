"""Tasks (one file per task), readers, tokenizers, and batches bucketed by length."""
