"""Run folders: recipe, config, history, weights, evaluations; and pages and tables about them."""
