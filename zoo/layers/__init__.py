"""Parts that two or more models share. No layer knows a model."""
