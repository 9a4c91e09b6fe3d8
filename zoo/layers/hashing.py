"""The 32-bit finaliser of MurmurHash3: the same pseudo-random bits compiled and eager."""

from keras import ops


def mixed(x):
    """uint32 tensor -> uint32 tensor, each element a hash of itself."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x = ops.bitwise_xor(x, ops.bitwise_right_shift(x, uint32(shift))) * uint32(factor)
    return ops.bitwise_xor(x, ops.bitwise_right_shift(x, uint32(16)))


def uint32(value):
    """A uint32 scalar."""
    return ops.convert_to_tensor(value, dtype="uint32")
