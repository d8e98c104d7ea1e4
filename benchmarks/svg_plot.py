"""A line chart as SVG, with logarithmic axes: enough for `growth_cost`, and nothing to install."""

import math
from collections.abc import Mapping, Sequence
from html import escape

Point = tuple[float, float]
Lines = Mapping[str, Sequence[Point]]

WIDTH, HEIGHT = 420, 300
LEFT, RIGHT, TOP, BOTTOM = 60, 12, 34, 64
COLOURS = ("#1b6ca8", "#c0392b", "#2d8a4e", "#8e5aa8", "#b9770e", "#555555")


def chart(title: str, across: str, up: str, lines: Lines) -> str:
    """Draw the lines of a chart as one group of SVG, `WIDTH` by `HEIGHT`."""
    points = [point for line in lines.values() for point in line]
    columns = bounds([x for x, _ in points])
    rows = bounds([y for _, y in points])

    def place(point: Point) -> str:
        x = LEFT + (WIDTH - LEFT - RIGHT) * part(point[0], columns)
        y = HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * part(point[1], rows)
        return f"{x:.1f},{y:.1f}"

    made = [f'<text x="{WIDTH / 2:.0f}" y="18" class="title">{escape(title)}</text>']
    for exponent in range(columns[0], columns[1] + 1):
        x, y = place((10.0**exponent, 10.0 ** rows[0])).split(",")
        made.append(f'<line x1="{x}" y1="{TOP}" x2="{x}" y2="{y}" class="grid"/>')
        made.append(f'<text x="{x}" y="{HEIGHT - BOTTOM + 14}" class="mark">{label(exponent)}</text>')
    for exponent in range(rows[0], rows[1] + 1):
        x, y = place((10.0 ** columns[0], 10.0**exponent)).split(",")
        made.append(f'<line x1="{x}" y1="{y}" x2="{WIDTH - RIGHT}" y2="{y}" class="grid"/>')
        made.append(f'<text x="{LEFT - 4}" y="{float(y) + 4:.1f}" class="mark right">{label(exponent)}</text>')
    made.append(f'<text x="{WIDTH / 2:.0f}" y="{HEIGHT - BOTTOM + 28}" class="mark">{escape(across)}</text>')
    made.append(f'<text x="{LEFT}" y="{TOP - 4}" class="mark left">{escape(up)}</text>')
    for number, (name, line) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        made.append(f'<polyline points="{" ".join(map(place, line))}" stroke="{colour}" class="line"/>')
        left, down = 10 + WIDTH // 2 * (number % 2), HEIGHT - 18 + 14 * (number // 2 - 1)
        made.append(f'<text x="{left}" y="{down}" class="name" fill="{colour}">{escape(name)}</text>')
    return "\n".join(made)


def document(charts: Sequence[str]) -> str:
    """Put charts beside each other."""
    style = (
        "text{font:11px sans-serif}.title{font-weight:bold;text-anchor:middle}.mark{fill:#555;text-anchor:middle}"
        ".right{text-anchor:end}.left{text-anchor:start}.grid{stroke:#ddd}.line{fill:none;stroke-width:2}"
    )
    groups = [f'<g transform="translate({WIDTH * number},0)">\n{one}\n</g>' for number, one in enumerate(charts)]
    size = f'width="{WIDTH * len(charts)}" height="{HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{style}</style>\n'
    return head + '<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(groups) + "\n</svg>\n"


def bounds(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten between which the values are."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def part(value: float, between: tuple[int, int]) -> float:
    """How far a value is from one power of ten to another."""
    return (math.log10(value) - between[0]) / (between[1] - between[0])


def label(exponent: int) -> str:
    """How a power of ten is written."""
    return f"{10**exponent:,}" if exponent >= 0 else f"{10.0**exponent:g}"
