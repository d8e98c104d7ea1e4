"""`python -m tests.levels`: what is about values and drops, run again at the levels that check less.

The suite runs at level `check`. What a program computes, and what is dropped when, does not depend on the level; the
files below state it. Tests in them that state what only a check refuses, or what type a `Box` has that is its value at
`off`, are left out, by name.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

FILES = (
    "acquiring async cells consuming containers cow cycles derived drop_hooks drop_once"
    " drop_resources fields map owning_fields parity_async parity_failures parity_fields parity_scopes parity_values"
    " raw scopes shared string transparency vec"
).split()

REFUSED_BY_CHECKS = {
    "cells": "test_a_cell_in_a_borrowed_value_can_be_changed",
    "consuming": "test_consuming_through_a_borrow_is_move_out_of_borrow",
    "cow": "test_misuse_is_explained",
    "fields": "test_it_is_the_remedy_for_moves_out_of_borrows test_a_shared_borrow_refuses",
    "map": "test_verbs",
    "parity_values": "test_fact_260_what_take_left_behind_cannot_be_unwrapped",
    "shared": "test_a_handle_inside_a_borrowed_value_can_be_cloned",
    "string": "test_borrows_of_a_text_lead_to_it",
    "vec": "test_scopes_and_owners_hold_vectors",
}
"""Tests that state what is refused in a borrow block: not where blocks are given bare values."""

ONLY_WITH_HANDLES = {
    "consuming": "test_consuming_a_borrowed_box_is_move_while_borrowed",
    "derived": "test_a_borrowed_derived_value_is_not_dropped_with_its_source test_a_generator_lives_by_what_it_walks",
    "drop_once": "test_using_or_dropping_an_owner_in_a_forked_child_names_both_processes"
    " test_reads_in_a_forked_child_are_refused test_a_refused_attempt_keeps_no_owner_alive",
    "fields": "test_a_borrowed_owner_stays_where_it_is",
    "owning_fields": "test_a_field_that_is_borrowed_is_not_replaced",
    "raw": "test_a_lent_descriptor_is_not_closed",
    "scopes": "test_a_borrowed_owner_at_the_end_of_a_scope_is_dropped_and_reported"
    " test_a_scope_with_a_borrowed_owner_is_not_dropped_by_hand",
    "transparency": "test_annotations_with_type_arguments_leave_no_trace_on_the_value"
    " test_in_place_operators_keep_the_handle_and_change_the_value test_in_place_operators_mutate_a_mutable_value_once"
    " test_isinstance_and_type_names_are_the_values",
    "vec": "test_a_vector_is_made_of_an_owner",
}
"""Tests that state what a borrow hinders, or that a `Box` is a handle: not where neither is noted."""

LEFT_OUT = {"fast": [REFUSED_BY_CHECKS], "off": [REFUSED_BY_CHECKS, ONLY_WITH_HANDLES]}


def start(level: str) -> subprocess.Popen[bytes]:
    """Begin to run the files at a level."""
    command = [sys.executable, "-m", "pytest", "-q", *(f"tests/runtime/test_{name}.py" for name in FILES)]
    for table in LEFT_OUT[level]:
        for file, names in table.items():
            for name in names.split():
                command += ["--deselect", f"tests/runtime/test_{file}.py::{name}"]
    environment = {**os.environ, "OWNED": level, "OWNED_TEST_LEVEL": level}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def main(levels: list[str]) -> int:
    """Run the levels side by side; give the worst exit status."""
    running = {level: start(level) for level in levels}
    for level, process in running.items():
        output, _ = process.communicate()
        print(f"level {level}\n{output.decode()}", flush=True)
    return max(process.returncode for process in running.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or list(LEFT_OUT)))
