"""Facts and Decisions → sections, without a model: one file per step, each with one function `plan`."""
