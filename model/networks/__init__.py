"""Networks: tensors in, tensors out; they know no texts and no events."""
