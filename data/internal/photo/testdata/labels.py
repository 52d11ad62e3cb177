# Writes labels-*.png: labels of fewer than eight bits, gray and as palettes.
# Python's standard library is enough: python labels.py
import struct
import zlib


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write(name, values, bits, palette):
    packed = int("".join(f"{v:0{bits}b}" for v in values).ljust(-(-len(values) * bits // 8) * 8, "0"), 2)
    row = b"\0" + packed.to_bytes(-(-len(values) * bits // 8), "big")
    head = struct.pack(">IIBBBBB", len(values), 1, bits, 3 if palette else 0, 0, 0, 0)
    colours = chunk(b"PLTE", bytes(3 * 2**bits)) if palette else b""
    with open(name, "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + colours + chunk(b"IDAT", zlib.compress(row)) + chunk(b"IEND", b""))


for bits, values in {1: [0, 1, 1, 0, 1], 2: [0, 3, 2, 1, 0], 4: [0, 15, 11, 1, 7]}.items():
    write(f"labels-{bits}.png", values, bits, False)
    if bits > 1:
        write(f"labels-p{bits}.png", values, bits, True)
