"""Every full name that the plugin knows, in one place."""

from typing import Final

from owned_mypy.enums import Enum


class HandleKind(Enum):
    """What a handle is to the checker."""

    OWNER = "owner"
    SHARED_OWNER = "shared owner"
    REF = "shared borrow"
    REF_MUT = "exclusive borrow"
    CONSUMABLE = "instance of a class with consuming methods"


OWNED: Final = "owned.owners.Owned"
BOX: Final = "owned.owners.Box"
REF: Final = "owned.guards.Ref"
REF_MUT: Final = "owned.guards.RefMut"
RC: Final = "owned.shared.Rc"
ARC: Final = "owned.shared.Arc"
WEAK: Final = "owned.shared.Weak"
SCOPE: Final = "owned.scopes.Scope"
CELL: Final = "owned.cells.Cell"
REF_CELL: Final = "owned.cells.RefCell"
ONCE_CELL: Final = "owned.cells.OnceCell"
LAZY_CELL: Final = "owned.cells.LazyCell"
MUTEX: Final = "owned.locks.Mutex"
RW_LOCK: Final = "owned.locks.RwLock"
SENDER: Final = "owned.channels.Sender"
RECEIVER: Final = "owned.channels.Receiver"
AIO_MUTEX: Final = "owned.aio.Mutex"
AIO_RW_LOCK: Final = "owned.aio.RwLock"
AIO_SENDER: Final = "owned.aio.Sender"
AIO_RECEIVER: Final = "owned.aio.Receiver"
VEC: Final = "owned.vec.Vec"
MAP: Final = "owned.map.Map"
SLICE: Final = "owned.slices.Slice"
ENTRY: Final = "owned.entries.Entry"
DRAIN: Final = "owned.drains.Drain"
STRING: Final = "owned.text.String"
COW: Final = "owned.cow.Cow"
STR: Final = "owned.strs.Str"
TEXT: Final = "owned.str_reads.Reads"

LOCKING: Final = "owned.aio.Locking"
THREAD_SCOPE: Final = "owned.threads.ThreadScope"
CONSUMING: Final = "owned.consuming.consuming"

HANDLES: Final[dict[str, HandleKind]] = {
    OWNED: HandleKind.OWNER,
    BOX: HandleKind.OWNER,
    SCOPE: HandleKind.OWNER,
    CELL: HandleKind.OWNER,
    REF_CELL: HandleKind.OWNER,
    ONCE_CELL: HandleKind.OWNER,
    LAZY_CELL: HandleKind.OWNER,
    MUTEX: HandleKind.OWNER,
    RW_LOCK: HandleKind.OWNER,
    SENDER: HandleKind.OWNER,
    RECEIVER: HandleKind.OWNER,
    AIO_MUTEX: HandleKind.OWNER,
    AIO_RW_LOCK: HandleKind.OWNER,
    AIO_SENDER: HandleKind.OWNER,
    AIO_RECEIVER: HandleKind.OWNER,
    VEC: HandleKind.OWNER,
    MAP: HandleKind.OWNER,
    STRING: HandleKind.OWNER,
    COW: HandleKind.OWNER,
    RC: HandleKind.SHARED_OWNER,
    ARC: HandleKind.SHARED_OWNER,
    WEAK: HandleKind.SHARED_OWNER,
    REF: HandleKind.REF,
    STR: HandleKind.REF,
    TEXT: HandleKind.REF,
    REF_MUT: HandleKind.REF_MUT,
    ENTRY: HandleKind.REF_MUT,
    DRAIN: HandleKind.REF_MUT,
}

# Handles through which the value's own attributes are reached.
TRANSPARENT: Final = frozenset({BOX, REF, REF_MUT, RC, ARC})

# Collections that lend their elements and never let them be moved out by their index.
COLLECTIONS: Final = frozenset({VEC, MAP, SLICE})

# Owners that may hold a borrow.
BORROWING_OWNERS: Final = frozenset({COW})

# Borrows whose parts go on without them.
INDEPENDENT: Final = frozenset({STR, TEXT})

# Interior mutability without a lock: shared by reference only within one thread.
NOT_SYNC: Final = frozenset({CELL, REF_CELL, ONCE_CELL, LAZY_CELL})

# Types whose shared borrow may be changed through: a borrow of what they hold is decided at run time.
INTERIOR: Final = frozenset({CELL, REF_CELL, ONCE_CELL, LAZY_CELL, MUTEX, RW_LOCK})

# Resources of the standard library that only the thread which made them may use. (Locks and event loops are shared.)
THREAD_BOUND: Final = frozenset(
    {
        "sqlite3.Connection",
        "sqlite3.Cursor",
        "sqlite3.dbapi2.Connection",
        "sqlite3.dbapi2.Cursor",
        "tkinter.Misc",
    }
)

# Immutable plain values, Rust's `Copy`.
PLAIN: Final = frozenset(
    {"builtins.int", "builtins.float", "builtins.complex", "builtins.str", "builtins.bytes", "builtins.bool"}
)
PLAIN_CONTAINERS: Final = frozenset({"builtins.tuple", "builtins.frozenset"})

COROUTINES: Final = frozenset({"typing.Coroutine", "types.CoroutineType"})

_LIST: Final = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"})
_SEQUENCE: Final = frozenset({"append", "extend", "insert", "remove", "pop", "clear", "reverse"})
_DICT: Final = frozenset({"pop", "popitem", "clear", "update", "setdefault"})
_SET: Final = frozenset(
    {
        "add",
        "remove",
        "discard",
        "pop",
        "clear",
        "update",
        "intersection_update",
        "difference_update",
        "symmetric_difference_update",
    }
)
_ITEMS: Final = frozenset({"__setitem__", "__delitem__"})
_IN_PLACE_SEQUENCE: Final = _ITEMS | {"__iadd__", "__imul__"}
_IN_PLACE_SET: Final = frozenset({"__iand__", "__ior__", "__isub__", "__ixor__"})

# The changing methods of the standard library's containers; a subclass inherits its base's row.
CHANGING_METHODS: Final[dict[str, frozenset[str]]] = {
    "builtins.list": _LIST | _IN_PLACE_SEQUENCE,
    "builtins.dict": _DICT | _ITEMS | {"__ior__"},
    "builtins.set": _SET | _IN_PLACE_SET,
    "builtins.bytearray": _SEQUENCE | _IN_PLACE_SEQUENCE,
    "builtins.memoryview": frozenset({"__setitem__", "release"}),
    "collections.deque": _SEQUENCE | _IN_PLACE_SEQUENCE | {"appendleft", "extendleft", "popleft", "rotate"},
    "collections.OrderedDict": _DICT | _ITEMS | {"move_to_end", "__ior__"},
    "collections.Counter": _DICT | _ITEMS | {"subtract", "__iadd__", "__isub__", "__iand__", "__ior__"},
    "collections.defaultdict": _DICT | _ITEMS | {"__ior__", "__missing__"},
    "collections.ChainMap": _DICT | _ITEMS | {"__ior__"},
    "array.array": _SEQUENCE | _IN_PLACE_SEQUENCE | {"byteswap", "fromfile", "frombytes", "fromlist", "fromunicode"},
    "typing.MutableSequence": _SEQUENCE | _IN_PLACE_SEQUENCE,
    "typing.MutableMapping": _DICT | _ITEMS,
    "typing.MutableSet": _SET | _IN_PLACE_SET,
    "queue.Queue": frozenset(),
}
