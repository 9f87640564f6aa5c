"""What travels on the wire: zstd or gzip where the client takes it, else the bytes themselves."""

import zlib
from collections.abc import Callable

import zstandard

GZIP = 31  # zlib's window bits, 16 of them for gzip's frame
Encode = Callable[[bytes, bool], bytes]


def encoder(coding: str) -> Encode:
    """A function of (piece, is_last) for one of `zstd`, `gzip`, `identity`; one for each answer."""
    if coding == "identity":
        return lambda piece, _: piece
    packer = (
        zstandard.ZstdCompressor(level=1).compressobj()
        if coding == "zstd"
        else zlib.compressobj(1, wbits=GZIP)
    )

    def encode(piece: bytes, is_last: bool) -> bytes:
        packed = packer.compress(piece)
        return packed + packer.flush() if is_last else packed

    return encode
