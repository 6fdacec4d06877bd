"""Claims are run in the kernels of their notebooks; by themselves they are no modules."""

collect_ignore = ["claims"]
