import sys

from owned import Owned, borrow

from . import Inner
from .inner import Inner as Same

print(Inner is Same, Inner().show(), __name__, sys.argv[1:])
with Owned("main", drop=print) as name:
    with borrow(name) as text:
        print(text)
