"""Files to frames: what stands where a source tokenizer would if sources are not text."""
