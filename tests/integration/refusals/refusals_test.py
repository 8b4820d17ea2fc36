# SPDX-License-Identifier: Apache-2.0
"""What a person behind Sudare cannot do with the browser, each with its control: the same keys on the same
page in the same Chromium without our block, where it does happen."""
import json
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True
import world  # noqa: E402

if __name__ == "__main__":
    world.enter()
from harness import (PAGE_TOP, ControlBrowser, Scene, files_holding, find, wait_until)  # noqa: E402
from x_browser import XBrowser  # noqa: E402

SCENE = None
PDF, BLOB = b"%PDF-1.", "頁の中で作った文書です。".encode()


def setUpModule():
    global SCENE
    SCENE = Scene()
    unittest.addModuleCleanup(SCENE.close)


class Tries(unittest.TestCase):
    def setUp(self):
        for _, screen in SCENE.both:
            screen.combo("escape")

    def tearDown(self):
        """Whatever was tried: the session goes on, and no file has come to be where it can write."""
        SCENE.session.combo("escape")
        self.assertEqual("running", SCENE.session.probe.stats()["stage"])
        for content in (PDF, BLOB):
            self.assertEqual([], files_holding(SCENE.session.places(), content))

    def refused(self, attempt):
        """The page is as it was: nothing opened over it."""
        picture = attempt.settle()
        self.assertTrue(attempt.still_shown(picture), picture.path)

    def happened(self, attempt):
        attempt.wait_covered()
        attempt.screen.combo("escape")


class Files(Tries):
    def test_download_of_a_link(self):
        session, control = SCENE.try_keys("check", "1")
        for attempt in (session, control):  # the try itself reaches the site in both
            attempt.wait_report("download", "tried")
            SCENE.wait_request(attempt.mark, lambda r: r["path"] == "/files/sogo-keikaku.pdf", attempt.screen)
        wait_until(lambda: files_holding(SCENE.control.places(), PDF, "sogo-keikaku.pdf"), what="the control's file")
        self.refused(session)

    def test_download_of_a_blob(self):
        session, control = SCENE.try_keys("check", "2")
        for attempt in (session, control):
            attempt.wait_report("blob-save", "tried")
        wait_until(lambda: files_holding([SCENE.control.home], BLOB, "bunsho.txt"), what="the control's file")
        self.refused(session)

    def test_file_dialog(self):
        session, control = SCENE.try_keys("check", "3")
        session.wait_report("file-chosen", "cancelled")  # at once, without a person
        self.assertEqual([], control.reports("file-chosen"))
        self.happened(control)
        control.wait_report("file-chosen", "cancelled")  # only now
        self.refused(session)

    def test_upload(self):
        secret = SCENE.control.home / "secret.txt"
        secret.write_text("from the terminal")
        secret.chmod(0o644)
        for name, screen in SCENE.both:
            mark = SCENE.open_page(screen, "upload-page")
            screen.combo("space")  # the field has the focus
            if name == "control":
                screen.still(1.0)
            screen.type(str(secret))
            screen.still()
            screen.combo("alt+o")
            expected = "happened" if name == "control" else "cancelled"
            wait_until(lambda: expected in [r["outcome"] for r in SCENE.reports(mark, "file-chosen", screen)], what=expected)
            screen.still()
            screen.combo("tab")
            screen.combo("return")
            sent = SCENE.wait_request(mark, lambda r: r["path"] == "/upload", screen)[-1]
            self.assertEqual(["secret.txt"] if name == "control" else [], [file["name"] for file in sent["files"]])

    def test_folder(self):
        session, control = SCENE.try_keys("check", "9")
        session.wait_report("folder", "refused")
        self.assertEqual([], control.reports("folder"))
        self.happened(control)
        self.refused(session)

    def test_save_and_open_by_keys(self):
        for keys in ("ctrl+s", "ctrl+o"):
            with self.subTest(keys):
                session, control = SCENE.try_keys("check", keys)
                self.happened(control)
                self.refused(session)


class Printing(Tries):
    def test_of_the_page(self):
        session, control = SCENE.try_keys("check", "4")
        for attempt in (session, control):
            attempt.wait_report("print", "tried")
        self.happened(control)
        control.wait_report("print", "happened")
        self.refused(session)
        self.assertEqual([("tried", "")], session.reports("print"))

    def test_by_keys(self):
        session, control = SCENE.try_keys("check", "ctrl+p")
        self.happened(control)
        self.refused(session)


class DeveloperTools(Tries):
    def test_by_keys(self):
        for keys in ("f12", "ctrl+shift+i", "ctrl+shift+j", "ctrl+u"):
            with self.subTest(keys):
                session, control = SCENE.try_keys("check", keys, "escape")  # the session says no in a bubble
                control.wait_covered()
                control.screen.combo("ctrl+w" if keys == "ctrl+u" else "f12")
                self.refused(session)


class Clipboard(Tries):
    def test_page_may_not_read_it(self):
        session, control = SCENE.try_keys("check", "6")
        self.assertEqual("NotAllowedError", session.wait_report("clipboard-read", "refused"))
        self.assertEqual([], control.reports("clipboard-read"))
        self.happened(control)  # it asks the person
        self.refused(session)

    def test_nothing_copied_comes_down(self):
        """Control: on an ordinary display another program reads all of what was copied."""
        text = self.copied_in_an_ordinary_browser()
        self.assertIn("待たせない窓口へ", text)
        session = SCENE.session
        SCENE.open_page(session, "article")
        session.combo("ctrl+a")
        session.still(1.2)
        session.probe.command("stats_reset")
        session.combo("ctrl+c")
        # The control: within the browser it was copied, give or take an empty line.
        self.assertAlmostEqual(len(text), self.paste_inside(), delta=10)
        # A copied page of text, and not a byte but pictures, the caret's place and pings.
        stats = session.probe.stats()
        other = stats["bytes_received"] - stats["update_bytes"] - 4 * stats["updates"]
        self.assertGreater(stats["bytes_received"], 0)
        self.assertLess(other, len(text.encode()) / 2, stats)

    def copied_in_an_ordinary_browser(self):
        mark = SCENE.mark()
        ordinary = XBrowser(SCENE.control, SCENE.chain, SCENE.flags, "article")
        self.addCleanup(ordinary.stop)
        SCENE.wait_request(mark, lambda r: r["path"] == "/emblem.svg" and r["complete"], SCENE.control)

        def copied():
            ordinary.display.wait_still(20, 0.5)
            ordinary.keys("ctrl+a", "ctrl+c")
            return ordinary.selection()
        return wait_until(copied, 60, "the selection")

    def paste_inside(self):
        """Pastes into the check page; the count of characters that arrived there."""
        session = SCENE.session
        mark = SCENE.open_page(session, "check")
        session.find_words("貼り付けとドラッグ")
        session.combo("tab")  # the text field comes after the words found
        session.probe.command("wait_text_field active 20000")
        session.combo("ctrl+v")
        return int(SCENE.wait_report(mark, "paste", session)["detail"])

    def test_nothing_stays_to_be_pasted_without_copying(self):
        """No message carries a terminal's clipboard up; what the page copied before is all there is."""
        session, _ = SCENE.try_keys("check", "5")
        session.wait_report("clipboard-write", "happened")
        self.assertEqual(len("さくら市"), self.paste_inside())


class Devices(Tries):
    def test_nobody_is_asked(self):
        session, control = SCENE.try_keys("check", "7")
        answer = session.wait_report("devices", "answered")
        self.assertEqual(["refused 1", "denied"], [answer.split(", ")[0], answer.split(", ")[2]])
        self.assertNotIn("happened", answer)
        control.wait_covered()  # a question to the person
        self.assertEqual([], control.reports("devices"))
        for _ in range(3):
            control.screen.combo("escape")
            control.screen.still()
        self.refused(session)


class Windows(Tries):
    def test_new_window_is_allowed(self):
        pictures = []
        for attempt in SCENE.try_keys("check", "8"):
            attempt.wait_report("popup", "happened")
            SCENE.wait_request(attempt.mark, lambda r: r["path"] == "/popup", attempt.screen)
            pictures.append(attempt.wait_covered())
            attempt.screen.combo("ctrl+w")
            wait_until(lambda: attempt.still_shown(attempt.screen.picture()), what="the first window again")
        self.assertEqual(0, pictures[0].differing(pictures[1], PAGE_TOP))


class PolicyAlone(Tries):
    """Two blocks that the session's Chromium cannot be asked to break: with our policy and without it,
    outside the box."""

    def policy(self):
        """What the launcher wrote for the running session; its proxy exists in the box only."""
        file = next((SCENE.chain.dir / "host").glob("*/policies/managed/*.json"))
        return {name: value for name, value in json.loads(file.read_text()).items() if name != "ProxySettings"}

    def browser(self, policy, *flags, page="article"):
        found = ControlBrowser(SCENE.chain, SCENE.flags, page, policy=policy, more_flags=flags, name="policy")
        self.addCleanup(found.stop)
        return found

    def test_extensions(self):
        folder = SCENE.chain.dir / "extension"
        folder.mkdir(mode=0o755)
        scripts = [{"matches": ["https://*/*"], "js": ["content.js"]}]
        (folder / "manifest.json").write_text(json.dumps({"manifest_version": 3, "name": "test", "version": "1",
                                                          "content_scripts": scripts}))
        body = json.dumps({"what": "extension", "outcome": "ran", "detail": ""})
        (folder / "content.js").write_text(f"fetch('/report', {{method: 'POST', body: '{body}'}})")
        for policy, expected in ((None, 1), (self.policy(), 0)):
            mark = SCENE.mark()
            browser = self.browser(policy, f"--load-extension={folder}")
            browser.still()
            if not expected:
                browser.combo("return")  # "Loading of unpacked extensions is disabled by the administrator."
            SCENE.wait_request(mark, lambda r: r["path"] == "/emblem.svg" and r["complete"])
            browser.still(1.0)
            if expected:
                SCENE.wait_report(mark, "extension")
            self.assertEqual(expected, len(SCENE.reports(mark, "extension")))

    def test_camera_and_notifications(self):
        ours = self.policy()
        granted = {"CACertificates": ours["CACertificates"], "DefaultNotificationsSetting": 1,
                   "DefaultGeolocationSetting": 1, "VideoCaptureAllowedUrls": [f"https://[*.]sakura.test:{SCENE.chain.site_port}"]}
        answers = []
        for policy in (granted, ours):
            mark = SCENE.mark()
            browser = self.browser(policy, "--use-fake-device-for-media-stream", page="check")
            SCENE.wait_request(mark, lambda r: r["path"] == "/emblem.svg" and r["complete"])
            browser.still(1.0)
            browser.combo("7")
            answers.append(SCENE.wait_report(mark, "devices")["detail"].split(", "))
        place, camera, notice = answers[0]
        self.assertNotEqual("refused 1", place)  # permitted; whether a place is found is another matter
        self.assertEqual(["happened", "granted"], [camera, notice])
        self.assertEqual(["refused 1", "NotAllowedError", "denied"], answers[1])


class Everything(Tries):
    def test_own_sandbox_of_the_control_is_on(self):
        """The control is no weaker a browser than it says: its renderers are confined by Chromium itself."""
        from control import CONTROL_UID, processes_of
        pids = [pid for pid in processes_of(CONTROL_UID, "--type=renderer") if pathlib.Path(f"/proc/{pid}").exists()]
        self.assertTrue(pids)
        status = pathlib.Path(f"/proc/{pids[0]}/status").read_text()
        self.assertIn("Seccomp:\t2", status)
        self.assertTrue(find(SCENE.chain, "/chromium"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
