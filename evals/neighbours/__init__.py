"""Our cases and scores inside other people's tools: MLflow, inspect_ai, promptfoo. Each needs that tool installed; nothing else does."""
