# SPDX-License-Identifier: Apache-2.0
"""Is what the person sees what the browser drew? The picture that sudare-probe has decoded beside
the pixels of the same page in the same Chromium that never went through our pipeline. Only the
page is compared: address bars differ by their blinking caret."""
from bench import HEIGHT, WIDTH, Unmeasured
from pixels import Picture, marker_origin, psnr, save_for_a_look
from reference import Reference
from report import Row, judged

NAME = "fidelity"
STEPS = 7
COLOURS_MIN = 50  # an empty page has one; grey text alone has more than this
# (what, page, key, presses): exact by promise P7 once the picture is still, photographs too.
STATES = [("dense text", "ja-dense.html", None, 0),
          ("dense text after scroll steps", "ja-dense.html", "Down", STEPS),
          ("end of the dense text", "ja-dense.html", "End", 1),
          ("table", "table.html", None, 0),
          ("article with pictures", "article.html", None, 0),
          ("photographs", "photo.html", None, 0)]


def _origin(bench, terminal):
    """Of the page in both, from the marker of latency.html."""
    with Reference(bench, bench.page("latency.html"), WIDTH, HEIGHT) as reference:
        reference.wait_still()
        return marker_origin(Picture.read(terminal.png("marker.png"))), marker_origin(reference.picture())


def _compare(bench, terminal, state, ours_at, theirs_at):
    what, page, key, presses = state
    with Reference(bench, bench.page(page), WIDTH, HEIGHT) as reference:
        terminal.go(bench.page(page))
        reference.wait_still()
        for _ in range(presses):
            for side in (terminal, reference):
                side.press(key)
            terminal.still(200)
            reference.wait_still(0.2)
        terminal.still(1000)
        reference.wait_still()
        ours = Picture.read(terminal.png("ours.png")).crop(*ours_at)
        theirs = reference.picture().crop(*theirs_at)
    if ours.colours() < COLOURS_MIN:
        raise Unmeasured(f"{what}: the page did not appear")
    value, different = psnr(ours, theirs)
    row = Row("fidelity", what, value, "" if value == "exact" else "dB PSNR")
    judged(row, "exact", value == "exact")
    if value != "exact":
        bench.fail(f"{what}: {different} pixels differ from the browser's own; see {save_for_a_look(ours)} "
                   f"and {save_for_a_look(theirs)}")
    return row


def run(bench):
    states = STATES[:4] if bench.quick else STATES
    with bench.terminal(bench.page("latency.html")) as terminal:
        ours_at, theirs_at = _origin(bench, terminal)
        rows = []
        for state in states:
            bench.say(f"fidelity: {state[0]}")
            rows.append(_compare(bench, terminal, state, ours_at, theirs_at))
        return rows
