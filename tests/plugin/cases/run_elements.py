"""Elements that are read through an exclusive borrow of a collection, and parts of guards of cells."""

from __future__ import annotations

from owned import LazyCell, Map, OnceCell, RefCell, RefMut, Vec, borrow_mut, drop


class Item:
    def __init__(self, n: int) -> None:
        self.n = n
        self.tags: list[str] = ["a"]
        self.next: Item | None = None

    def bump(self) -> None:
        self.n += 1


# case: bad-element-after-pop | an element, after the guard that it was read through took one out
def bad_element_after_pop() -> None:
    v = Vec([Item(1), Item(2)])
    m = borrow_mut(v)
    x = m[0]
    m.pop()
    print(x.n)  # E: borrow-outlives-owner E0597


# case: bad-element-in-block | the same in a block
def bad_element_in_block() -> None:
    v = Vec([Item(1), Item(2)])
    with borrow_mut(v) as m:
        x = m.first()
        m.push(Item(3))
        print(x)  # E: borrow-outlives-owner E0597


# case: bad-element-after-assignment | an item is assigned
def bad_element_after_assignment() -> None:
    v = Vec([Item(1), Item(2)])
    with borrow_mut(v) as m:
        x = m[1]
        m[0] = Item(3)
        print(x.n)  # E: borrow-outlives-owner E0597


# case: bad-element-after-get-mut | another element is borrowed exclusively
def bad_element_after_get_mut() -> None:
    v = Vec([Item(1), Item(2)])
    m = borrow_mut(v)
    x = m[0]
    y = m.get_mut(1)
    drop(y)
    print(x.n)  # E: borrow-outlives-owner E0597


# case: bad-part-of-element | a part of an element
def bad_part_of_element() -> None:
    v = Vec([Item(1)])
    with borrow_mut(v) as m:
        tags = m[0].tags
        m.clear()
        print(tags[0])  # E: borrow-outlives-owner E0597


# case: bad-value-of-map | a value of a map
def bad_value_of_map() -> None:
    v: Map[str, Item] = Map({"a": Item(1)})
    m = borrow_mut(v)
    x = m["a"]
    for key in ("b", "c"):
        m.insert(key, Item(2))
    print(x.n)  # E: borrow-outlives-owner E0597


# case: bad-on-one-path | changed on one path
def bad_on_one_path() -> None:
    v = Vec([Item(1), Item(2)])
    with borrow_mut(v) as m:
        x = m[0]
        if len(m) > 1:
            m.swap(0, 1)
        print(x.n)  # E: borrow-outlives-owner E0597


# case: ok-element-used-first | used before the change, and looked up again after it
def ok_element_used_first() -> None:
    v = Vec([Item(1), Item(2)])
    with borrow_mut(v) as m:
        x = m[0]
        x.bump()
        m[1].bump()
        print(x.n, len(m), m[1].n)
        m.push(Item(3))
        x = m[0]
        print(x.n)


# case: ok-element-in-loop | a fresh element in each turn
def ok_element_in_loop() -> None:
    v: Vec[Item] = Vec([Item(1)])
    m = borrow_mut(v)
    while len(m) < 3:
        x = m[0]
        n = x.n
        m.push(Item(n))
    print(m[0].n)


# case: ok-other-collection | the name goes on to another collection
def ok_other_collection() -> None:
    v, w = Vec([Item(1)]), Vec([Item(2)])
    m = borrow_mut(v)
    x = m[0]
    m = borrow_mut(w)
    m.pop()
    print(x.n)


def count(m: RefMut[Vec[Item]]) -> int:
    return len(m)


# case: ok-lent-to-function | a function that is lent the collection may leave it as it is
def ok_lent_to_function() -> None:
    v = Vec([Item(1)])
    m = borrow_mut(v)
    x = m[0]
    print(count(m), x.n)


# case: bad-part-keeps-cell-borrowed | a part keeps its guard when the guard's name is deleted
def bad_part_keeps_cell_borrowed() -> None:
    c = RefCell(Item(1))
    g = c.borrow()
    tags = g.tags
    del g
    m = c.borrow_mut()  # E: borrow-conflict E0502
    print(tags, m)


# case: bad-part-of-exclusive-guard | the same of an exclusive guard
def bad_part_of_exclusive_guard() -> None:
    c = RefCell(Item(1))
    g = c.borrow_mut()
    tags = g.tags
    same = tags
    del g, tags
    with c.borrow() as r:  # E: borrow-conflict E0502
        print(r, same)


# case: ok-part-of-dropped-guard | a part that is not used after its guard was dropped
def ok_part_of_dropped_guard() -> None:
    c = RefCell(Item(1))
    g = c.borrow()
    tags, after = g.tags, g.next
    print(tags, after)
    drop(g)
    with c.borrow_mut() as m:
        m.bump()


# case: ok-part-of-ended-block | a part of a guard whose block has ended
def ok_part_of_ended_block() -> None:
    c = RefCell(Item(1))
    g = c.borrow()
    tags = g.tags
    with g as item:
        print(item.n, tags)
    with c.borrow_mut() as m:
        m.bump()


# case: ok-part-that-is-none | what may be `None` keeps nothing for certain
def ok_part_that_is_none() -> None:
    c = RefCell(Item(1))
    g = c.borrow()
    after = g.next
    del g
    with c.borrow_mut() as m:
        m.bump()
    print(after)


# case: bad-seen-in-once-cell | what is seen in a cell ends with the cell
def bad_seen_in_once_cell() -> None:
    c: OnceCell[Item] = OnceCell()
    c.set(Item(1))
    x = c.get()
    drop(c)
    print(x)  # E: use-after-move E0382


# case: bad-made-in-lazy-cell | the same of one that makes its value
def bad_made_in_lazy_cell() -> None:
    c = LazyCell(lambda: Item(1))
    x = c.force()
    drop(c)
    print(x.n)  # E: use-after-move E0382


# case: bad-change-in-once-cell | what is seen in a cell may only be read
def bad_change_in_once_cell() -> None:
    c: OnceCell[Item] = OnceCell()
    x = c.get_or_init(lambda: Item(1))
    x.bump()  # E: mutate-through-ref E0596


# case: ok-once-cell | read, and a cell inside it is changed
def ok_once_cell() -> None:
    c: OnceCell[RefCell[Item]] = OnceCell()
    x = c.get_or_init(lambda: RefCell(Item(1)))
    with x.borrow_mut() as m:
        m.bump()
    n = c.get()
    print(n is not None and n.borrow().n)
    del x, n
    drop(c)
