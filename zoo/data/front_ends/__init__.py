"""Front ends: they read files as frames, as tokenizers read texts as ids."""
