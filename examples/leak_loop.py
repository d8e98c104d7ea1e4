"""The classic leak, and its twin that cannot leak: `python examples/leak_loop.py [count]`.

The C++ program allocates 100,000 blocks in a loop, and frees none of them:

    for (int i = 0; i < 100'000; ++i) {
        auto* block = new Block(i);
        total += block->checksum();
    }                                   // valgrind: definitely lost: 102,400,000 bytes in 100,000 blocks

Here each block has an owner. The name is bound to the next owner in the next round, so the last one ends, and its block
with it: by its hook, which a garbage collector would not run in time. The report at the end says so.
"""

import sys

import owned
from owned import Owned

SIZE = 1024


class Block:
    """Some memory that has to be given back."""

    in_use = 0

    def __init__(self, number: int) -> None:
        self.data = bytearray(SIZE)
        self.data[0] = number % 256
        Block.in_use += 1

    def checksum(self) -> int:
        """Use the block."""
        return self.data[0]

    def close(self) -> None:
        """Give it back; found and called by the owner."""
        self.data.clear()
        Block.in_use -= 1


def peak_memory() -> float:
    """The most memory that this process has used so far, in MiB; 0 where that is not known."""
    if sys.platform == "win32":
        return 0.0
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def loop(count: int) -> int:
    """Allocate so many blocks, and free none by hand."""
    total = 0
    for number in range(count):
        block = Owned(Block(number))
        total += block.value.checksum()
    return total


def main(count: int = 100_000) -> owned.Summary:
    """Run the loop, and report what became of the blocks."""
    before = peak_memory()
    total = loop(count)
    print(f"checksum {total}, {Block.in_use} blocks in use")
    print(f"peak memory {peak_memory():.1f} MiB, {peak_memory() - before:.1f} MiB of it for {count:,} KiB of blocks")
    return owned.summary()


if __name__ == "__main__":
    summary = main(*map(int, sys.argv[1:]))
    print(summary)
    print(f"{summary.created:,} created, {summary.dropped:,} dropped, {summary.live:,} live")
