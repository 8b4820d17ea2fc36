# SPDX-License-Identifier: Apache-2.0
"""Pages for pictures, motion and timing: photo, video, canvas, latency, typing."""

from . import markup
from .text_pages import screenful

_PHOTO_STYLE = """
body { margin: 0; font: 15px/1.7 %(font)s; color: #e9e6e1; background: #161513; }
header { padding: 20px 32px; }
h1 { font-size: 24px; margin: 0; font-weight: 500; }
main { display: grid; grid-template-columns: repeat(6, 1fr); gap: 10px; padding: 0 32px 32px; }
figure { margin: 0; grid-column: span 2; }
figure.wide { grid-column: span 3; }
img { display: block; width: 100%%; aspect-ratio: 16 / 10; object-fit: cover; }
figcaption { font-size: 13px; color: #a9a39a; padding: 4px 0 8px; }
""" % {"font": markup.FONT}

_PHOTOS = [("mountains.jpg", "残雪の峰", "wide"), ("dusk.jpg", "稜線の夕映え", "wide"), ("coast.webp", "入り江の朝", ""),
           ("autumn.jpg", "錦秋の尾根", ""), ("blossom.webp", "川沿いの夜桜", ""), ("stone.png", "石垣の苔", "")]


def photo():
    """photo.html: JPEG, WebP and PNG photographs that fill the screen."""
    figures = "".join(f"<figure class=\"{kind}\"><img src=\"media/{name}\" alt=\"{caption}\">"
                      f"<figcaption>{caption}</figcaption></figure>\n" for name, caption, kind in _PHOTOS)
    body = "<header><h1>さくら市　四季の写真</h1></header>\n<main>\n" + figures + "</main>\n"
    return markup.page("四季の写真", _PHOTO_STYLE, body)


_VIDEO_STYLE = """
body { margin: 0; font: 16px/1.8 %(font)s; color: #222; background: #fff; }
main { max-width: 960px; margin: 32px auto; }
h1 { font-size: 24px; margin: 0 0 12px; }
video { display: block; width: 960px; height: 540px; background: #000; }
""" % {"font": markup.FONT}


def video():
    """video.html: 8 s of VP9, 960x540, 25 frames/s, in a loop, beside text that stands still."""
    text = screenful("video", 420)
    body = ("<main>\n<h1>空から見るさくら市</h1>\n"
            "<video src=\"media/flight.webm\" width=\"960\" height=\"540\" autoplay muted loop playsinline></video>\n"
            f"<p>{text}</p>\n</main>\n")
    return markup.page("空から見るさくら市", _VIDEO_STYLE, body)


_CANVAS_STYLE = """
body { margin: 0; font: 16px/1.8 %(font)s; color: #222; background: #f4f4f0; }
main { max-width: 960px; margin: 32px auto; }
h1 { font-size: 24px; margin: 0 0 12px; }
canvas { display: block; background: #0d1b2a; }
""" % {"font": markup.FONT}

_CANVAS_SCRIPT = """
// A function of the frame number alone: frame n is the same picture in every run.
const canvas = document.querySelector("canvas"), g = canvas.getContext("2d");
const hash = (n) => { const s = Math.sin(n * 127.1 + 311.7) * 43758.5453; return s - Math.floor(s); };
let frame = 0;
function wave(n, k) {
  g.beginPath();
  for (let x = 0; x <= 960; x += 4) {
    const y = 270 + k * 34 + 46 * Math.sin(x / (70 + k * 9) + n / (19 + k)) * Math.cos(n / (83 + k * 5));
    g.lineTo(x, y);
  }
  g.strokeStyle = `hsl(${190 + k * 14} 70% ${62 - Math.abs(k) * 5}%)`;
  g.lineWidth = 2.5;
  g.stroke();
}
function petals(n) {
  g.fillStyle = "#f4b6c8";
  for (let i = 0; i < 60; ++i) {
    const fall = (hash(i) * 620 + n * (0.6 + hash(i + 99))) % 620 - 40;
    const x = hash(i + 7) * 960 + 40 * Math.sin(n / 40 + i);
    g.save();
    g.translate(x, fall);
    g.rotate(n / 30 + i);
    g.beginPath();
    g.ellipse(0, 0, 7, 3.5, 0, 0, 2 * Math.PI);
    g.fill();
    g.restore();
  }
}
function draw() {
  g.clearRect(0, 0, 960, 540);
  for (let k = -3; k <= 3; ++k) wave(frame, k);
  petals(frame);
  g.fillStyle = "#e8edf2";
  g.font = "20px monospace";
  g.fillText(String(frame).padStart(6, "0"), 24, 36);
  ++frame;
  requestAnimationFrame(draw);
}
draw();
"""


def canvas():
    """canvas.html: an animation of thin lines and small shapes, 960x540."""
    body = ("<main>\n<h1>水位と花びら</h1>\n<canvas width=\"960\" height=\"540\"></canvas>\n</main>\n"
            f"<script>{_CANVAS_SCRIPT}</script>\n")
    return markup.page("水位と花びら", _CANVAS_STYLE, body)


_LATENCY_STYLE = """
html, body { margin: 0; height: 100%%; overflow: hidden; background: #ffffff; font: 15px/1.6 %(font)s; }
#marker { position: fixed; left: 64px; top: 64px; width: 64px; height: 64px; background: #102a43; z-index: 2; }
.text { position: fixed; inset: 0; padding: 8px; visibility: hidden; overflow: hidden; background: #ffffff;
  color: #1c1c1c; overflow-wrap: anywhere; }
""" % {"font": markup.FONT}

_LATENCY_SCRIPT = """
// The change happens in the task of the key event itself: no timer, no animation frame. Texts are
// laid out beforehand, so that 't' costs paint and not layout.
const marker = document.getElementById("marker");
const texts = document.querySelectorAll(".text");
let markerOn = false, pageOn = false, text = -1;
function toggleMarker() { markerOn = !markerOn; marker.style.background = markerOn ? "#f0b429" : "#102a43"; }
function togglePage() {
  pageOn = !pageOn;
  document.documentElement.style.background = document.body.style.background = pageOn ? "#243b53" : "#ffffff";
}
function turnPage() {
  text = (text + 1) % texts.length;
  texts.forEach((element, i) => { element.style.visibility = i === text ? "visible" : "hidden"; });
}
const actions = { m: toggleMarker, p: togglePage, t: turnPage };
addEventListener("keydown", (event) => {
  const action = actions[event.key];
  if (!action || event.repeat) return;
  event.preventDefault();
  action();
});
"""


def latency():
    """latency.html: 'm' toggles a 64x64 marker at (64, 64), 'p' the page colour, 't' turns to the
    other of two screens of text."""
    texts = "".join(f"<div class=\"text\">{screenful(f'latency-{i}', 5200)}</div>\n" for i in (1, 2))
    body = f"<div id=\"marker\"></div>\n{texts}<script>{_LATENCY_SCRIPT}</script>\n"
    return markup.page("latency", _LATENCY_STYLE, body)


_TYPING_STYLE = """
html, body { margin: 0; height: 100%; background: #ffffff; }
textarea { display: block; width: 100%; height: 100%; box-sizing: border-box; border: 0; outline: 0; resize: none;
  padding: 16px; font: 16px/24px "Noto Sans Mono CJK JP", monospace; color: #000000; background: #ffffff; }
"""


def typing():
    """typing.html: one text field that fills the window, fixed pitch, without spelling marks."""
    body = "<textarea autofocus spellcheck=\"false\" autocomplete=\"off\" aria-label=\"入力\"></textarea>\n"
    return markup.page("typing", _TYPING_STYLE, body)
