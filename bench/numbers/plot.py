#!/usr/bin/env python3
"""plot: numbers.tsv as an SVG: a panel a size, a row a cell, the ratio to the
hand-written C from left to right, a dot a rival."""
import math
import sys

COLOURS = {"nabla": "#c0392b", "emitted": "#e67e22", "numpy": "#2471a3",
           "torch": "#af7ac5", "jax": "#1e8449", "casadi": "#7f8c8d"}
LEFT, WIDTH, ROW, TOP = 110, 300, 15, 60


def read(path):
    panels = {}
    for line in list(open(path))[1:]:
        cell, n, threads, rival, _, ratio = line.rstrip("\n").split("\t")
        if rival == "hand" or not ratio:
            continue
        panel = panels.setdefault((int(threads), int(n)), {})
        panel.setdefault(cell, {})[rival] = float(ratio)
    return panels


def text(x, y, s, anchor="start", size=11):
    return (f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" '
            f'text-anchor="{anchor}">{s}</text>')


def place(ratio, low, high):
    r = min(max(ratio, low), high)
    return WIDTH * math.log(r / low) / math.log(high / low)


def panel(x0, title, rows, cells, low, high):
    out = [text(x0 + WIDTH / 2, TOP - 26, title, "middle", 13)]
    bottom = TOP + ROW * len(cells)
    decade = low
    while decade <= high:
        x = x0 + place(decade, low, high)
        shade = "#333" if decade == 1 else "#ddd"
        out.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" '
                   f'y2="{bottom}" stroke="{shade}"/>')
        out.append(text(x, TOP - 10, f"{decade:g}", "middle", 9))
        decade *= 10
    for i, cell in enumerate(cells):
        y = TOP + ROW * (i + 0.5)
        for rival, ratio in rows.get(cell, {}).items():
            x = x0 + place(ratio, low, high)
            out.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" '
                       f'fill="{COLOURS.get(rival, "#000")}" '
                       f'fill-opacity="0.8"><title>{rival} {ratio:g}</title>'
                       '</circle>')
    return out


def legend(rivals, y):
    out, x = [], LEFT
    for rival in rivals:
        colour = COLOURS.get(rival, "#000")
        out.append(f'<circle cx="{x}" cy="{y - 4}" r="4" fill="{colour}"/>')
        out.append(text(x + 8, y, rival))
        x += 80
    return out


def draw(panels):
    cells, rivals, ratios = [], [], [1]
    for rows in panels.values():
        for cell, by in rows.items():
            cells += [] if cell in cells else [cell]
            rivals += [r for r in by if r not in rivals]
            ratios += by.values()
    low = 10 ** math.floor(math.log10(min(ratios)))
    high = 10 ** math.ceil(math.log10(max(ratios) * 1.0001))
    width = LEFT + (WIDTH + 30) * len(panels)
    height = TOP + ROW * len(cells) + 40
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
           f'height="{height}" font-family="sans-serif">',
           '<rect width="100%" height="100%" fill="white"/>',
           text(8, 18, "Time over the time of hand-written C", size=14)]
    for i, cell in enumerate(cells):
        out.append(text(LEFT - 10, TOP + ROW * (i + 0.5) + 4, cell, "end"))
    for i, ((threads, n), rows) in enumerate(sorted(panels.items())):
        title = f"n = {n}, {threads} thread" + "s" * (threads > 1)
        out += panel(LEFT + i * (WIDTH + 30), title, rows, cells, low, high)
    out += legend(rivals, height - 14)
    return "\n".join(out + ["</svg>\n"])


def write(source, target):
    panels = read(source)
    with open(target, "w") as f:
        f.write(draw(panels) if panels else
                '<svg xmlns="http://www.w3.org/2000/svg"/>\n')


if __name__ == "__main__":
    write(*sys.argv[1:3])
