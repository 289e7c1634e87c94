#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Compiled rules are kept for the next run, and used when all that they were made of is as it was."""
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import unittest

from command import BIN, Command

SETTLED = 0.3  # what has changed a moment ago is not kept: the next change might show the same time
RULES = """include ./part
block open ./data/way/secret errno=EIO
block open ~/secret errno=EPERM
"""
PART = "block open ./data/plain errno=ENOENT\n" + "".join(f"block open /srv/none{i}/x*y\n" for i in range(2000))


def fill(folder):
    for name in ("data/real", "home", "other"):
        (folder / name).mkdir(parents=True)
    for name in ("data/plain", "data/free", "data/real/secret", "home/secret", "other/secret"):
        (folder / name).write_text("text\n")
    (folder / "part").write_text(PART)
    (folder / "rules").write_text(RULES)


@unittest.skipIf(os.environ.get("HOOK_TEST_PRELOAD"), "with other libraries nothing is kept")
class Cache(Command):
    @classmethod
    def setUpClass(cls):
        base = tempfile.TemporaryDirectory()
        cls.addClassCleanup(base.cleanup)
        cls.base = pathlib.Path(base.name)
        (cls.base / "caches").mkdir()
        for name in unittest.defaultTestLoader.getTestCaseNames(cls):
            fill(cls.base / name)
        time.sleep(SETTLED)

    def setUp(self):
        self.folder = self.base / self._testMethodName
        self.cache = self.base / "caches" / self._testMethodName
        self.variables = {"XDG_CACHE_HOME": str(self.cache), "HOME": str(self.folder / "home")}
        end = time.monotonic() + 20
        while not self.is_warm():
            if time.monotonic() > end:
                self.skipTest("nothing is kept on this file system")
            time.sleep(0.2)

    def run_with_rules(self, *command, rules="rules", more=(), **variables):
        return self.hook("run", "-o", "/dev/null", "-R", rules, *more, *command, env=self.environment(**self.variables | variables))

    def is_warm(self, **how):
        run = self.run_with_rules("sh", "-c", "readlink $HOOK_IMAGE", **how)
        self.assertEqual((run.returncode, run.stderr), (0, ""))
        return "memfd:" not in run.stdout

    def blocked(self, *names, **how):
        for name in names:
            self.assertEqual(self.run_with_rules("cat", name, **how).returncode, 1, name)

    def free(self, *names, **how):
        for name in names:
            self.assertEqual(self.run_with_rules("cat", name, **how).returncode, 0, name)

    def usual(self):
        self.blocked("data/plain", "home/secret")
        self.free("data/free", "data/real/secret")

    def image(self):
        [image] = (self.cache / "hook").iterdir()
        return image

    def test_it_decides_as_the_rules_do(self):
        self.usual()
        self.assertTrue(self.is_warm())
        self.assertEqual((os.stat(self.cache / "hook").st_mode & 0o777, os.stat(self.image()).st_mode & 0o777), (0o700, 0o400))
        self.assertEqual(self.run_with_rules("sh", "-c", "sh -c 'cat data/plain'; cat data/plain").returncode, 1)

    def test_small_rules_are_not_kept(self):
        (self.folder / "part").write_text("block open ./data/plain\n")
        time.sleep(SETTLED)
        self.assertFalse(self.is_warm() or self.is_warm())

    def test_changed_rules(self):
        with open(self.folder / "rules", "a") as file:
            file.write("block open ./data/free\n")
        self.blocked("data/free")
        self.assertFalse(self.is_warm())

    def test_changed_to_the_same_size_with_the_same_time(self):
        rules = self.folder / "rules"
        before = rules.stat()
        rules.write_text(RULES.replace("./data/way/secret", "./data/real/free").replace("real/free", "/.//./free"))
        os.utime(rules, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.assertEqual((rules.stat().st_size, rules.stat().st_mtime_ns), (before.st_size, before.st_mtime_ns))
        self.blocked("data/free")

    def test_changed_include(self):
        (self.folder / "part").write_text(PART.replace("plain", "free "))
        self.blocked("data/free")
        self.free("data/plain")

    def test_another_file_in_place_of_the_include(self):
        (self.folder / "new").write_text(PART.replace("plain", "free "))
        os.replace(self.folder / "new", self.folder / "part")
        self.blocked("data/free")
        self.free("data/plain")

    def test_broken_and_missing_rules_run_nothing(self):
        for change in (lambda rules: rules.write_text("blok open\n"), os.unlink):
            change(self.folder / "rules")
            self.assertEqual(self.run_with_rules("true").returncode, 125)

    @unittest.skipUnless(os.geteuid(), "root reads everything")
    def test_rules_that_cannot_be_read(self):
        (self.folder / "rules").chmod(0)
        self.assertEqual(self.run_with_rules("true").returncode, 125)

    def test_a_link_on_the_way_to_a_target(self):
        (self.folder / "data/way").symlink_to("real")
        self.blocked("data/real/secret", "data/way/secret")

    def test_a_target_that_comes_to_be(self):
        os.mkdir(self.folder / "data/way")
        os.link(self.folder / "data/real/secret", self.folder / "data/way/secret")
        os.unlink(self.folder / "data/plain")
        os.link(self.folder / "data/free", self.folder / "data/plain")
        self.blocked("data/way/secret", "data/free")

    def test_a_link_in_place_of_a_folder_on_the_way(self):
        (self.folder / "data").rename(self.folder / "aside")
        (self.folder / "data").symlink_to("aside")
        self.blocked("aside/plain")

    def test_a_link_that_leads_elsewhere(self):
        (self.folder / "data/way").symlink_to("nowhere")
        end = time.monotonic() + 20
        while not self.is_warm():
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)
        (self.folder / "data/way").unlink()
        (self.folder / "data/way").symlink_to("real")
        self.blocked("data/real/secret")

    def test_other_names_that_come_and_go_beside_a_target(self):
        for folder in ("data", "data/real", "."):
            (self.folder / folder / "something").touch()
            self.assertTrue(self.is_warm(), folder)
            (self.folder / folder / "something").unlink()
            self.assertTrue(self.is_warm(), folder)

    def test_another_home(self):
        self.blocked("other/secret", HOME=str(self.folder / "other"))
        self.free("home/secret", HOME=str(self.folder / "other"))
        self.blocked("home/secret")

    def test_the_same_name_in_another_folder(self):
        (self.folder / "other/rules").write_text("block open ./secret\n")
        env = self.environment(**self.variables)
        run = subprocess.run([BIN, "run", "-o", "/dev/null", "-R", "rules", "cat", "secret"], cwd=self.folder / "other", env=env,
                             capture_output=True, timeout=60)
        self.assertEqual(run.returncode, 1)
        self.usual()

    def damage(self, change):
        image = self.image()
        data, times = bytearray(image.read_bytes()), image.stat()
        image.chmod(0o600)
        image.write_bytes(change(data))
        os.utime(image, ns=(times.st_atime_ns, times.st_mtime_ns))
        image.chmod(0o400)

    def test_files_that_are_cut_short(self):
        size = self.image().stat().st_size
        for length in (0, 1, 40, size // 2, size - 1):
            with self.subTest(length):
                self.damage(lambda data: data[:length])
                self.usual()

    def test_files_with_other_bits(self):
        size = self.image().stat().st_size
        for at in (0, 100, size // 2, size - 1, size - 70, size - 40, size - 100):
            with self.subTest(at):
                self.damage(lambda data: data[:at] + bytes([data[at] ^ 4]) + data[at + 1:])
                self.usual()

    def test_a_copy_is_not_taken(self):
        image = self.image()
        shutil.copy2(image, self.folder / "copy")
        os.replace(self.folder / "copy", image)
        self.usual()

    def test_images_of_other_rules_are_not_taken(self):
        shutil.copy(self.folder / "rules", self.folder / "more")
        with open(self.folder / "more", "a") as file:
            file.write("block open ./data/free\n")
        time.sleep(SETTLED)
        before = self.image()
        self.is_warm(rules="more")
        [other] = set((self.cache / "hook").iterdir()) - {before}
        os.replace(other, before)
        self.usual()

    def test_folders_that_are_not_ones_own(self):
        folder, aside = self.cache / "hook", self.cache / "aside"
        for mode in (0o770, 0o707, 0o750):
            folder.chmod(mode)
            self.assertFalse(self.is_warm())
        folder.chmod(0o700)
        folder.rename(aside)
        folder.symlink_to(aside)
        self.assertFalse(self.is_warm())
        self.usual()

    @unittest.skipIf(os.geteuid(), "only root gives files away")
    def test_files_of_others(self):
        os.chown(self.image(), 12345, -1)
        self.assertFalse(self.is_warm())
        os.chown(self.cache / "hook", 12345, -1)
        self.assertFalse(self.is_warm())
        os.chown(self.folder / "other", 12345, -1)
        self.assertFalse(self.is_warm(XDG_CACHE_HOME=str(self.folder / "other/cache")))
        self.assertEqual(os.listdir(self.folder / "other"), ["secret"])
        self.usual()

    def test_what_cannot_be_kept_is_not_missed(self):
        (self.folder / "file").touch()
        for place in ("/proc/nowhere", "/dev/full", str(self.folder / "file"), "relative", ""):
            self.blocked("data/plain", XDG_CACHE_HOME=place)
        self.assertFalse((self.folder / "relative").exists())

    def test_many_at_once(self):
        self.image().unlink()
        command = [BIN, "run", "-o", "/dev/null", "-R", "rules", "cat", "data/plain"]
        env = self.environment(**self.variables)
        runs = [subprocess.Popen(command, cwd=self.folder, env=env, stderr=subprocess.DEVNULL) for _ in range(16)]
        self.assertEqual([run.wait() for run in runs], [1] * len(runs))
        self.assertTrue(self.is_warm())
        self.image()

    def test_few_are_kept(self):
        for i in range(20):
            (self.folder / f"rules{i}").write_text(RULES)
        time.sleep(SETTLED)
        for i in range(20):
            self.free("data/free", rules=f"rules{i}")
        self.assertEqual(len(list((self.cache / "hook").iterdir())), 16)
        self.assertTrue(self.is_warm(rules="rules19"))

    def test_reload_compiles(self):
        self.assertFalse(self.is_warm(more=["--reload"]))

    def test_with_other_libraries_nothing_is_taken(self):
        self.assertFalse(self.is_warm(LD_PRELOAD="libc.so.6"))


if __name__ == "__main__":
    unittest.main()
