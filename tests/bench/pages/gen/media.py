# SPDX-License-Identifier: Apache-2.0
"""Photographs and the video. Encoded by ffmpeg, whose output differs between versions: therefore
the files are committed and checked by SHA-256, not made again in every test."""

import math
import subprocess

from . import camera, closeups, terrain

FRAMES, RATE = 200, 25  # 8 s
VIDEO_SIZE = (960, 540)

_PALETTES = {
    "mountains": terrain.Palette(
        [(0.30, (66, 92, 44)), (0.44, (58, 80, 42)), (0.58, (92, 94, 62)), (0.70, (112, 104, 94)), (9, (228, 233, 242))],
        zenith=(52, 104, 176), horizon=(186, 212, 232), cloud=(248, 248, 250), haze=(172, 196, 218)),
    "dusk": terrain.Palette(
        [(0.36, (44, 40, 56)), (0.55, (62, 50, 62)), (9, (96, 74, 80))],
        zenith=(48, 46, 92), horizon=(226, 128, 96), cloud=(200, 98, 98), haze=(206, 120, 104), sun=(255, 226, 160)),
    "coast": terrain.Palette(
        [(0.46, (206, 190, 150)), (0.52, (96, 120, 62)), (0.66, (66, 98, 52)), (9, (118, 112, 96))],
        zenith=(96, 152, 204), horizon=(240, 224, 204), cloud=(255, 250, 244), haze=(216, 218, 216), sea=(60, 116, 138),
        sun=(255, 244, 220)),
    "autumn": terrain.Palette(
        [(0.34, (122, 118, 52)), (0.42, (176, 118, 38)), (0.52, (188, 84, 36)), (0.62, (150, 56, 36)), (0.72, (92, 88, 52)),
         (9, (130, 122, 112))],
        zenith=(84, 134, 190), horizon=(214, 222, 226), cloud=(240, 240, 240), haze=(200, 206, 208)),
}


def _land_photo(name, seed, view, size, relief, clouds=0.5, sea_level=0.0):
    """`size` is (width, height) of the file; rendered at twice that for smooth edges."""
    palette = _PALETTES[name]
    width, height = size[0] * 2, size[1] * 2
    land = terrain.Land(seed, palette, relief, sea_level)
    columns = terrain.sky(seed, palette, height, clouds)
    return camera.render(land, columns, palette, view, width, height), (width, height)


def _photos():
    """Yields (file name, rendered pixels, rendered size, file size, encoder arguments)."""
    jpeg = ["-c:v", "mjpeg", "-q:v", "5", "-pix_fmt", "yuvj420p", "-huffman", "optimal"]
    webp = ["-c:v", "libwebp", "-quality", "76", "-pix_fmt", "yuv420p"]
    views = [
        ("mountains", "jpg", jpeg, camera.Camera(512, 896, 30, 5.76, 0.5), (1280, 800), 210, 0.58, 0.0),
        ("dusk", "jpg", jpeg, camera.Camera(610, 140, 30, 1.05, 0.52), (1280, 800), 150, 0.60, 0.0),
        ("autumn", "jpg", jpeg, camera.Camera(420, 660, 24, 3.6, 0.36), (1280, 800), 140, 0.55, 0.0),
        ("coast", "webp", webp, camera.Camera(330, 500, 30, 4.25, 0.40), (960, 600), 110, 0.56, 0.44),
    ]
    for name, ending, encoder, view, size, relief, clouds, sea_level in views:
        pixels, rendered = _land_photo(name, name, view, size, relief, clouds, sea_level)
        yield f"{name}.{ending}", pixels, rendered, size, encoder
    yield "blossom.webp", closeups.blossom(960, 600), (960, 600), (960, 600), webp
    yield "stone.png", closeups.stones(360, 270), (360, 270), (360, 270), ["-c:v", "png", "-pix_fmt", "rgb24"]


def _ffmpeg(size, arguments, target):
    """An ffmpeg that reads RGB pictures in column order (hence the transpose) from its stdin."""
    width, height = size
    command = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{height}x{width}",
               "-r", str(RATE), "-i", "-", *arguments, "-map_metadata", "-1", "-fflags", "+bitexact",
               "-flags:v", "+bitexact", "-threads", "1", str(target)]
    return subprocess.Popen(command, stdin=subprocess.PIPE)


def _finish(process, what):
    process.stdin.close()
    if process.wait() != 0:
        raise RuntimeError(f"ffmpeg failed on {what}")


def _make_photos(folder):
    for name, pixels, rendered, size, encoder in _photos():
        # A touch of noise, as a sensor leaves it: without it an encoder has an easier life.
        chain = f"transpose=0,scale={size[0]}:{size[1]}:flags=lanczos,noise=alls=3:all_seed=7"
        process = _ffmpeg(rendered, ["-frames:v", "1", "-vf", chain, *encoder], folder / name)
        process.stdin.write(pixels)
        _finish(process, name)


def _make_video(folder):
    """A flight in a circle, so that the loop has no seam."""
    palette = _PALETTES["mountains"]
    width, height = VIDEO_SIZE
    land = terrain.Land("flight", palette, 120)
    columns = terrain.sky("flight", palette, height)
    arguments = ["-vf", "transpose=0,gblur=sigma=0.5,noise=alls=2:allf=t:all_seed=7", "-c:v", "libvpx-vp9", "-pix_fmt", "yuv420p",
                 "-b:v", "1150k", "-g", "100", "-deadline", "good", "-cpu-used", "2", "-row-mt", "0", "-an"]
    process = _ffmpeg(VIDEO_SIZE, arguments, folder / "flight.webm")
    for frame in range(FRAMES):
        turn = frame / FRAMES * math.tau
        view = camera.Camera(90 * math.cos(turn), 992 + 90 * math.sin(turn), 46, turn + math.pi / 2, 0.34)
        process.stdin.write(camera.render(land, columns, palette, view, width, height))
    _finish(process, "flight.webm")


def make(folder, only=""):
    """Writes all media files into `folder` (some minutes); `only`: "photos", "video" or ""."""
    folder.mkdir(exist_ok=True)
    if only != "video":
        _make_photos(folder)
    if only != "photos":
        _make_video(folder)
