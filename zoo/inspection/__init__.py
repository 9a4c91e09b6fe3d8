"""What a model of any size computes, keeps and looks like, found by tracing it; no weight is allocated."""
