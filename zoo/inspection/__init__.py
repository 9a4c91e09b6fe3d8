"""What a model computes, keeps and looks like, found without allocating its weights."""
