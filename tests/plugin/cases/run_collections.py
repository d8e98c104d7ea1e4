"""`Vec`, `Map`, `String` and what they lend: each marked line raises at run time, too, as `run_` files promise."""

from __future__ import annotations

from dataclasses import dataclass, field

from owned import (
    Box,
    Cow,
    Map,
    Owned,
    Ref,
    RefCell,
    RefMut,
    Str,
    String,
    StrLike,
    Vec,
    borrow,
    borrow_mut,
    clone,
    drop,
    into_inner,
    move,
    take_field,
)


@dataclass
class Token:
    n: int = 0
    names: list[str] = field(default_factory=list)


def look(t: object) -> None:
    print(str(t)[:0])


def eat(t: Owned[Token]) -> None:
    drop(t)


def tokens() -> Vec[Owned[Token]]:
    return Vec([Owned(Token(1)), Owned(Token(2)), Owned(Token(3))])


def lists() -> Vec[list[int]]:
    return Vec([[1], [2], [3]])


def first_word(text: StrLike) -> Str:
    return Str.of(text)[0:1]


def size_of(text: StrLike) -> int:
    return len(text)


def total(v: Ref[Vec[int]]) -> int:
    return sum(v)


def grow(v: RefMut[Vec[int]]) -> None:
    v.push(1)


# case: ve-moved | a vector is an owner
def bad_moved() -> None:
    v = Vec([1])
    w = move(v)
    look(w)
    look(v)  # E: use-after-move E0382


# case: ve-takes | it takes over what is pushed
def bad_takes() -> None:
    v, t = tokens(), Owned(Token(4))
    v.push(t)
    look(t.value)  # E: use-after-move E0382


# case: ve-takes-inserted | and what is inserted
def bad_takes_inserted() -> None:
    v, t = tokens(), Owned(Token(4))
    v.insert(0, t)
    look(t.value)  # E: use-after-move E0382


# case: ve-takes-item | and what is put in the place of an element
def bad_takes_item() -> None:
    v, t = tokens(), Owned(Token(4))
    v[0] = t
    look(t.value)  # E: use-after-move E0382


# case: ve-with-bound | also what a block has bound
def ok_with_bound() -> None:
    v = tokens()
    with Owned(Token(4)) as t, Owned(Token(5)) as u:
        v.push(t)
        v[0] = u
    look(len(v))


# case: ve-extended | and another vector's elements
def bad_extended() -> None:
    v, w = tokens(), tokens()
    v.extend(w)
    look(len(w))  # E: use-after-move E0382


# case: ve-appended | `append` empties the other one, which stays
def ok_appended() -> None:
    v, w = tokens(), tokens()
    v.append(w)
    look(len(w))


# case: ve-index-moved | no element is moved out by its index
def bad_index_moved() -> None:
    v = tokens()
    t = move(v[0])  # E: move-out-of-borrow E0507
    look(t)


# case: ve-index-dropped | nor dropped
def bad_index_dropped() -> None:
    v = tokens()
    drop(v[1])  # E: move-out-of-borrow E0507


# case: ve-index-unwrapped | nor unwrapped
def bad_index_unwrapped() -> None:
    v = tokens()
    look(into_inner(v[0]))  # E: move-out-of-borrow E0507


# case: ve-index-eaten | nor handed over
def bad_index_eaten() -> None:
    v = tokens()
    eat(v[0])  # E: move-out-of-borrow E0507


# case: ve-first-eaten | nor by `first`
def bad_first_eaten() -> None:
    v = tokens()
    t = v.first()
    if t is not None:
        eat(t)  # E: move-out-of-borrow E0507


# case: ve-removed | it is taken out
def ok_removed() -> None:
    v = tokens()
    eat(v.remove(0))
    eat(v.swap_remove(0))
    t = v.pop()
    if t is not None:
        eat(t)
    drop(v)


# case: ve-index-lent | an element is lent
def ok_index_lent() -> None:
    v = tokens()
    with borrow(v[0]) as t:
        look(t.n)
    look(v[0].value.n)
    again = clone(v[0])
    v.push(again)


# case: ve-element-alive | and lends its vector
def bad_element_alive() -> None:
    v = lists()
    first = v[0]
    v.push([4])  # E: borrow-conflict E0502
    look(first)


# case: ve-element-first | also by `first`
def bad_element_first() -> None:
    v = lists()
    first = v.first()
    v.clear()  # E: borrow-conflict E0502
    look(first)


# case: ve-element-dropped | dropped meanwhile
def bad_element_dropped() -> None:
    v = lists()
    first = v[0]
    drop(v)  # E: move-while-borrowed E0505
    look(first)


# case: ve-element-plain | plain elements come out bare
def ok_element_plain() -> None:
    v = Vec([1, 2, 3])
    first, last = v[0], v.last()
    v.push(first)
    v[0] += 1
    v[1] = v[2]
    del v[0]
    look(last)


# case: ve-element-changed | an element is changed through `get_mut` only
def bad_element_changed() -> None:
    v = lists()
    v[0].append(1)  # E: mutate-through-ref E0596


# case: ve-element-assigned | neither are its fields
def bad_element_assigned() -> None:
    v = Vec([Token()])
    v[0].n = 1  # E: mutate-through-ref E0594


# case: ve-get-mut | exclusively
def ok_get_mut() -> None:
    v = lists()
    m = v.get_mut(0)
    if m is not None:
        m.append(5)
        drop(m)
    look(v[0])


# case: ve-get-mut-alive | and then nothing else
def bad_get_mut_alive() -> None:
    v = lists()
    m = v.get_mut(0)
    look(len(v))  # E: borrow-conflict E0502
    look(m)


# case: ve-slice-alive | a slice lends the vector
def bad_slice_alive() -> None:
    v = Vec([1, 2, 3])
    part = v[0:2]
    v.push(4)  # E: borrow-conflict E0502
    look(part)


# case: ve-slice-block | for the time of a block
def bad_slice_block() -> None:
    v = Vec([1, 2, 3])
    with v[0:2] as part:
        look(part[0])
        v.sort()  # E: borrow-conflict E0502


# case: ve-slice-after | after which it has ended
def bad_slice_after() -> None:
    v = Vec([1, 2, 3])
    with v[0:2] as part:
        look(part[0])
    look(part[0])  # E: borrow-outlives-owner E0597


# case: ve-slice-ended | a slice that has gone
def ok_slice_ended() -> None:
    v = Vec([1, 2, 3])
    with v[1:] as rest, v[:1] as head:
        look((rest, head, len(v)))
    v.push(4)
    look(sum(v[0:2]))
    v.push(5)


# case: ve-slice-read-only | a slice is read-only
def bad_slice_read_only() -> None:
    v = Vec([1, 2, 3])
    with v[0:2] as part:
        part[0] = 5  # E: mutate-through-ref E0594


# case: ve-slice-element | no element is moved out of a slice
def bad_slice_element() -> None:
    v = tokens()
    with v[0:2] as part:
        eat(part[0])  # E: move-out-of-borrow E0507


# case: ve-loop | changed while a loop goes over it
def bad_loop() -> None:
    v = Vec([1, 2])
    for n in v:
        v.push(n)  # E: borrow-conflict E0502


# case: ve-loop-iter | also by `iter`
def bad_loop_iter() -> None:
    v = Vec([1, 2])
    for n in v.iter():
        v.push(n)  # E: borrow-conflict E0502


# case: ve-loop-enumerate | also by `enumerate`
def bad_loop_enumerate() -> None:
    v = Vec([1, 2])
    for i, n in enumerate(v):
        v[i] = n + 1  # E: borrow-conflict E0506


# case: ve-loop-named | an iterator with a name
def bad_loop_named() -> None:
    v = Vec([1, 2])
    pairs = zip(v, v)
    v.push(3)  # E: borrow-conflict E0502
    look(list(pairs))


# case: ve-loop-after | after the loop
def ok_loop_after() -> None:
    v = lists()
    for part in v:
        look((part, v[0], len(v)))
    v.push([4])
    for part in v:
        if part:
            break
    v.push([5])
    for i, part in enumerate(v):
        look((i, part))
    v.clear()


# case: ve-loop-eaten | an element is only lent to the loop
def bad_loop_eaten() -> None:
    v = tokens()
    for t in v:
        eat(t)  # E: move-out-of-borrow E0507


# case: ve-loop-changed | read-only
def bad_loop_changed() -> None:
    v = lists()
    for part in v:
        part.append(1)  # E: mutate-through-ref E0596


# case: ve-loop-exclusive | exclusively
def ok_loop_exclusive() -> None:
    v = lists()
    for part in v.iter_mut():
        part.append(1)
    v.push([4])
    for chunk in v.chunks_mut(2):
        chunk[0] = [7]
    for window in v.windows(2):
        look(window[0])
    v.push([5])


# case: ve-loop-exclusive-read | and then nobody else
def bad_loop_exclusive_read() -> None:
    v = lists()
    for part in v.iter_mut():
        part.append(len(v))  # E: borrow-conflict E0502


# case: ve-drained | drained elements are the loop's own
def ok_drained() -> None:
    v = tokens()
    for t in v.drain():
        eat(t)
    v.push(Owned(Token()))


# case: ve-drain-alive | a drain that is still there
def bad_drain_alive() -> None:
    v = tokens()
    rest = v.drain()
    v.push(Owned(Token()))  # E: borrow-conflict E0499
    drop(rest)


# case: ve-split | disjoint halves
def ok_split() -> None:
    v = Vec([1, 2, 3])
    left, right = v.split_at_mut(1)
    left[0], right[0] = right[0], left[0]
    drop(left)
    drop(right)
    v.push(4)


# case: ve-split-alive | one half is enough
def bad_split_alive() -> None:
    v = Vec([1, 2, 3])
    left, right = v.split_at_mut(1)
    left[0] = 5
    drop(left)
    v.push(4)  # E: borrow-conflict E0499
    look(right)


# case: ve-exclusive-elements | an exclusive borrow lends its elements exclusively
def ok_exclusive_elements() -> None:
    v = lists()
    left, right = v.split_at_mut(1)
    left[0].append(3)
    right[0][0] = 4
    for item in right:
        item.append(5)
    drop(left)
    drop(right)
    with borrow_mut(v) as m:
        m[0].append(6)
    lent = borrow_mut(v)
    lent[0].append(7)
    first = lent.first()
    if first is not None:
        first.append(8)
    drop(lent)


# case: ve-exclusive-iter | so does `iter` of an exclusive borrow
def ok_exclusive_iter() -> None:
    v = lists()
    lent = borrow_mut(v)
    for item in lent.iter():
        item.append(5)
    drop(lent)


# case: ma-values-of-exclusive | but `values` and `items` of a map lend to be read, as in Rust
def bad_values_of_exclusive() -> None:
    m = Map({"a": [1]})
    lent = borrow_mut(m)
    for part in lent.values():
        part.append(2)  # E: mutate-through-ref E0596


# case: ma-items-in-block | in the block of an exclusive borrow, too
def bad_items_in_block() -> None:
    m = Map({"a": [1]})
    with borrow_mut(m) as lent:
        for key, part in lent.items():
            part.append(len(key))  # E: mutate-through-ref E0596


# case: ma-values-read | which hinders nobody who reads, or changes them afterwards
def ok_values_read() -> None:
    m = Map({"a": [1]})
    with borrow_mut(m) as lent:
        assert sum(len(part) for part in lent.values()) == 1
        for key, part in lent.items():
            look((key, part[0]))
        for changed in lent.values_mut():
            changed.append(3)
        lent.clear()


# case: ve-shared-elements | a vector itself lends them to be read
def bad_shared_elements() -> None:
    v = lists()
    v[0].append(3)  # E: mutate-through-ref E0596


# case: ve-borrowed | a borrowed vector is read-only
def bad_borrowed() -> None:
    v = Vec([1])
    with borrow(v) as r:
        r.push(2)  # E: mutate-through-ref E0596


# case: ve-passed | lent to functions
def ok_passed() -> None:
    v = Vec([1])
    grow(borrow_mut(v))
    look(total(borrow(v)))
    with borrow_mut(v) as m:
        m.push(3)
    with borrow(v) as r:
        look((r[0], len(r), r[0:1]))


# case: ve-kept | an element that outlives the borrow's block
def bad_kept() -> None:
    v = lists()
    with borrow(v) as r:
        first = r[0]
    look(first)  # E: borrow-outlives-owner E0597


# case: ma-takes | a map takes over its values
def bad_map_takes() -> None:
    m: Map[str, Owned[Token]] = Map()
    t = Owned(Token())
    m.insert("a", t)
    look(t.value)  # E: use-after-move E0382


# case: ma-old | and gives the old one back
def ok_map_old() -> None:
    m: Map[str, Owned[Token]] = Map()
    m["a"] = Owned(Token(1))
    old = m.insert("a", Owned(Token(2)))
    if old is not None:
        eat(old)
    eat(m.pop("a"))
    found = m.remove("b")
    look(found)


# case: ma-value-eaten | a value is not moved out by its key
def bad_map_value_eaten() -> None:
    m = Map({"a": Owned(Token())})
    eat(m["a"])  # E: move-out-of-borrow E0507


# case: ma-get-eaten | nor by `get`
def bad_map_get_eaten() -> None:
    m = Map({"a": Owned(Token())})
    t = m.get("a")
    if t is not None:
        drop(t)  # E: move-out-of-borrow E0507


# case: ma-value-alive | a value lends its map
def bad_map_value_alive() -> None:
    m = Map({"a": [1]})
    value = m["a"]
    m.insert("b", [2])  # E: borrow-conflict E0502
    look(value)


# case: ma-value-assigned | also against an assignment
def bad_map_value_assigned() -> None:
    m = Map({"a": [1]})
    value = m.get("a")
    m["b"] = [2]  # E: borrow-conflict E0506
    look(value)


# case: ma-loop | a loop lends it
def bad_map_loop() -> None:
    m = Map({"a": 1})
    for key in m:
        m.insert(key + "x", 1)  # E: borrow-conflict E0502


# case: ma-loop-items | also over its items
def bad_map_loop_items() -> None:
    m = Map({"a": 1})
    for key, n in m.items():
        m[key] = n + 1  # E: borrow-conflict E0506


# case: ma-loop-eaten | a value is only lent to the loop
def bad_map_loop_eaten() -> None:
    m = Map({"a": Owned(Token())})
    for t in m.values():
        eat(t)  # E: move-out-of-borrow E0507


# case: ma-loop-after | after the loop
def ok_map_loop_after() -> None:
    m = Map({"a": [1]})
    for key, value in m.items():
        look((key, value, len(m)))
    m["b"] = [2]
    for v in m.values_mut():
        v.append(3)
    for key in m.keys():  # noqa: SIM118
        look(m[key])
    m.clear()


# case: ma-entry | an entry is used up
def ok_map_entry() -> None:
    counts: Map[str, int] = Map()
    for word in "a b a".split():
        with counts.entry(word).or_insert(0) as count:
            count += 1
    lists_of: Map[str, list[int]] = Map()
    lists_of.entry("a").or_insert_with(list).append(1)
    look((counts, lists_of))


# case: ma-entry-alive | and borrows the map until then
def bad_map_entry_alive() -> None:
    m = Map({"a": [1]})
    e = m.entry("a")
    look(len(m))  # E: borrow-conflict E0502
    look(e)


# case: ma-entry-twice | used once
def bad_map_entry_twice() -> None:
    m = Map({"a": [1]})
    e = m.entry("a")
    drop(e.or_insert([2]))
    look(e.key())  # E: use-after-move E0382


# case: ma-entry-value | its value borrows the map
def bad_map_entry_value() -> None:
    m = Map({"a": [1]})
    value = m.entry("a").or_insert([2])
    m.clear()  # E: borrow-conflict E0499
    look(value)


# case: ma-get-mut | a value, exclusively
def bad_map_get_mut() -> None:
    m = Map({"a": [1]})
    value = m.get_mut("a")
    look(len(m))  # E: borrow-conflict E0502
    look(value)


# case: st-pushed | changed while a slice is alive
def bad_text_pushed() -> None:
    s = String("abc")
    word = s[0:1]
    s.push_str("d")  # E: borrow-conflict E0502
    look(word)


# case: st-added | by an operator
def bad_text_added() -> None:
    s = String("abc")
    word = s[0:1]
    s += "d"  # E: borrow-conflict E0502
    look(word)


# case: st-dropped | dropped while a slice is alive
def bad_text_dropped() -> None:
    s = String("abc")
    word = s[0:1]
    drop(s)  # E: move-while-borrowed E0505
    look(word)


# case: st-cut | what is cut out is a slice, too
def bad_text_cut() -> None:
    s = String("abc def")
    words = s.split()
    s.clear()  # E: borrow-conflict E0502
    look(words)


# case: st-trimmed | or trimmed
def bad_text_trimmed() -> None:
    s = String(" abc ")
    inner = s.trim()
    s.clear()  # E: borrow-conflict E0502
    look(inner)


# case: st-slice-of-slice | a slice of a slice
def bad_text_slice_of_slice() -> None:
    s = String("abc def")
    word = s[0:3][1:]
    s.clear()  # E: borrow-conflict E0502
    look(word)


# case: st-slice-of-gone-slice | goes on when the first slice has gone
def bad_text_slice_of_gone_slice() -> None:
    s = String("abc def")
    word = s[0:3]
    part = word[1:]
    drop(word)
    s.clear()  # E: borrow-conflict E0502
    look(part)


# case: st-kept | slices in a list
def bad_text_kept() -> None:
    s = String("abc def")
    kept: list[Str] = []
    kept.append(s[0:1])
    s.clear()  # E: borrow-conflict E0502
    look(kept)


# case: st-kept-vec | slices in a vector
def bad_text_kept_vec() -> None:
    s = String("abc def")
    kept: Vec[Str] = Vec()
    kept.push(s[0:1])
    s.clear()  # E: borrow-conflict E0502
    look(kept)


# case: st-function | through a function
def bad_text_function() -> None:
    s = String("abc def")
    word = first_word(s)
    s.clear()  # E: borrow-conflict E0502
    look(word)


# case: st-copied | what is copied out is a text of its own
def ok_text_copied() -> None:
    s = String("abc def")
    word, loud = str(s[0:3]), s.upper()
    n = len(s[0:2]) + size_of(s) + size_of("abc") + size_of(s[0:1])
    own = s[0:1].to_string()
    s.push_str(word)
    s.push_str(loud)
    for part in s.split():
        look(part)
    del part
    s.clear()
    look((n, own))


# case: st-ended | slices that have gone
def ok_text_ended() -> None:
    s = String("abc")
    word = s[0:1]
    drop(word)
    s.push_str("d")
    with s[0:2] as part:
        look(part)
    s.push_str("e")
    look(s.find("c"))
    s[0:1] = "x"


# case: st-assigned | a part assigned while a slice is alive
def bad_text_assigned() -> None:
    s = String("abc")
    word = s[1:]
    s[0:1] = "x"  # E: borrow-conflict E0506
    look(word)


# case: st-outlives | a slice returned from the function that owns the text
def bad_text_outlives() -> None:
    def word() -> Str:
        s = String("abc")
        return s[0:1]  # E: borrow-outlives-owner E0515

    look(len(word()))


# case: st-outlives-block | a slice that is used after the block of its text
def bad_text_outlives_block() -> None:
    words = []
    with String("abc") as s:
        words.append(s[0:1])  # E: borrow-outlives-owner E0597
    look(words[0])


# case: st-lines | read line by line into one buffer
def ok_text_lines() -> None:
    buffer = String()
    for line in ("a = 1\n", "b = 2\n"):
        buffer.clear()
        buffer.push_str(line)
        with buffer.trim() as trimmed:
            key = trimmed.split_once("=")
            if key is not None:
                look(key)
            del key


# case: st-with-moved | an owner that was given away
def bad_text_moved() -> None:
    s = String("abc")
    t = move(s)
    look(t)
    look(s)  # E: use-after-move E0382


class Client:
    def __init__(self) -> None:
        self.conn: Owned[Token] | None = Owned(Token())

    # case: fi-take | what `self` has is taken out, and `None` is left
    def hang_up(self) -> Owned[Token] | None:
        conn: Owned[Token] | None = take_field(self, "conn")
        return conn


def ok_take_field() -> None:
    client = Client()
    conn = client.hang_up()
    if conn is not None:
        drop(conn)
    look(client.hang_up())


# case: ne-boxed | a vector in a box
def bad_boxed() -> None:
    v = Box(Vec([1, 2]))
    for n in v:
        v.push(n)  # E: borrow-conflict E0502


# case: ne-cell | in a cell
def bad_in_cell() -> None:
    c = RefCell(Vec([1]))
    for n in c.borrow():
        c.borrow_mut().push(n)  # E: borrow-conflict E0502


# case: ne-iterator | an iterator with a name
def bad_iterator() -> None:
    v = Vec([1, 2])
    it = iter(v)
    drop(v)  # E: move-while-borrowed E0505
    look(list(it))


# case: ne-nested | vectors in a vector
def bad_nested() -> None:
    v = Vec([Vec([1]), Vec([2])])
    for inner in v:
        for n in inner:
            look(n)
    v[0].push(1)  # E: mutate-through-ref E0596


# case: ne-nested-lent | and how they are changed
def ok_nested() -> None:
    v = Vec([Vec([1]), Vec([2])])
    m = v.get_mut(0)
    if m is not None:
        m.push(3)
        drop(m)
    for inner in v.iter_mut():
        inner.push(4)
    look((v[0][0], len(v[1]), [len(inner) for inner in v]))
    v.push(Vec([5]))


class Shelf:
    def __init__(self) -> None:
        self.items: Vec[Owned[Token]] = tokens()
        self.names = Map({"a": [1]})
        self.text = String("abc")

    def loop(self) -> None:
        for item in self.items:
            look(item)
            self.items.clear()  # E: borrow-conflict E0502

    def out(self) -> Owned[Token]:
        return self.items[0]  # E: move-out-of-borrow E0507

    def first(self) -> Ref[Token]:
        return borrow(self.items[0])

    def word(self) -> Str:
        return self.text[0:1]

    def taken(self) -> Owned[Token]:
        return self.items.remove(0)

    def add(self, item: Owned[Token], name: str) -> None:
        self.items.push(item)
        self.names.entry(name).or_insert_with(list).append(len(self.items))
        self.text.push_str(name)

    def total(self) -> int:
        return sum(item.value.n for item in self.items) + sum(n for v in self.names.values() for n in v)


# case: ne-field-used | and used
def ok_field() -> None:
    shelf = Shelf()
    with shelf.first() as token:
        look(token.n)
    word = shelf.word()
    look(word)
    drop(word)
    shelf.add(Owned(Token(4)), "b")
    eat(shelf.taken())
    assert shelf.total() == 14


# case: ne-closure | a closure that changes what a loop goes over
def bad_closure() -> None:
    v = Vec([1])

    def add() -> None:
        v.push(2)  # the closure borrows it exclusively from where it is made

    for _ in v:  # E: borrow-conflict E0502
        add()


# --- borrowed or owned


def without_tabs(text: StrLike) -> Cow[String]:
    if Str.of(text).find("\t") < 0:
        return Cow.borrowed(text)
    return Cow.owned(Str.of(text).replace("\t", " "))


# case: co-borrowed | a `Cow` that borrows keeps the text borrowed
def bad_cow_borrowed() -> None:
    line = String("abc")
    same = Cow.borrowed(line)
    line.clear()  # E: borrow-conflict E0502
    look(same)


# case: co-dropped | and alive
def bad_cow_dropped() -> None:
    line = String("abc")
    same = without_tabs(line)
    drop(line)  # E: move-while-borrowed E0505
    look(same)


# case: co-moved | it is an owner
def bad_cow_moved() -> None:
    mine = Cow.owned("abc")
    own = mine.into_owned()
    look(own)
    look(mine)  # E: use-after-move E0382


# case: co-takes | which takes an owner over
def bad_cow_takes() -> None:
    line = String("abc")
    mine = Cow.owned(line)
    look(mine)
    look(line)  # E: use-after-move E0382


# case: co-used | read, changed, taken
def ok_cow() -> None:
    line = String("a\tb")
    changed = without_tabs(line)
    with changed.to_mut() as text:
        text.push_str("!")
    look(changed.is_owned())
    look(len(line))
    own = changed.into_owned()
    look(own)
    same = Cow.borrowed("literal")
    look(same)
    drop(same)


# case: te-iterator | what goes over the characters borrows the text, from its making on
def bad_iterator_kept() -> None:
    text = String("abc")
    chars = text.chars()
    text.clear()  # E: borrow-conflict E0502
    look(list(chars))


# case: te-iterator-used-up | for as long as it is needed
def ok_iterator_used_up() -> None:
    text = String("abc")
    look(list(text.chars()))
    for at, char in text.char_indices():
        look((at, char))
    look(sum(text.bytes()))
    text.clear()


# case: te-key | a slice as a key borrows, too
def bad_key_kept() -> None:
    text = String("a b")
    counts: dict[Str, int] = {}
    counts[text[0:1]] = 1
    text.clear()  # E: borrow-conflict E0502
    look(counts)


# case: te-key-copied | its text does not
def ok_key_copied() -> None:
    text = String("a b")
    counts: dict[str, int] = {}
    counts[str(text[0:1])] = 1
    text.clear()
    look(counts)


# case: ve-cells | a cell is changed where it stands, however it is reached
def ok_cells_in_collections() -> None:
    v = Vec([RefCell([1])])
    m = Map({"a": RefCell([1])})
    for cell in v:
        with borrow_mut(cell) as r:
            r.append(2)
    for cell in m.values():
        with borrow_mut(cell) as r:
            r.append(2)
    with borrow_mut(m["a"]) as r:
        r.append(3)
    with borrow(v) as shared:
        for cell in shared:
            with borrow_mut(cell) as r:
                r.append(4)


# case: ve-cells-twice | but not twice at a time
def bad_cell_twice() -> None:
    cell = RefCell([1])
    first = borrow_mut(cell)
    second = borrow_mut(cell)  # E: borrow-conflict E0499
    look((first, second))


# case: ma-loop-over-borrow | a loop over an exclusive borrow lends all of it
def bad_loop_over_borrow() -> None:
    m = Map({"a": 1})
    lent = borrow_mut(m)
    for _ in lent:
        lent.clear()  # E: borrow-conflict E0502


# case: ve-loop-over-borrow | but for what it gives
def ok_loop_over_borrow() -> None:
    v = lists()
    lent = borrow_mut(v)
    for part in lent:
        part.append(len(part))
    for part in lent.iter():
        part[0] = 1
    lent.push([1])
    drop(lent)
    v.push([2])
