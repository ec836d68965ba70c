/// Reads and writes named tensors.
